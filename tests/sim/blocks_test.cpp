// SPDX-License-Identifier: Apache-2.0
// A trial in virtual time: the conductor plays its plan block by block, from nothing to nothing.
#include <doctest/doctest.h>

#include <algorithm>

#include "analysis/timeline.hpp"
#include "journal/audit.hpp"
#include "journal/lines.hpp"
#include "sim/world.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof {
using namespace std::chrono_literals;
namespace fact = journal::fact;

namespace {

run::settings in_blocks(std::uint64_t seed) {
  run::settings s;
  s.function.command = {"/f"};
  s.function.directory = "/";
  s.seed = seed;
  s.is_in_blocks = true;
  return s;
}

const load::plan one_cycle{load::fresh{}, load::burst{1}, load::sequential{3}};

struct trial {
  explicit trial(std::uint64_t seed, load::plan plan = one_cycle, sim::model m = {})
      : conductor(in_blocks(seed), std::move(plan), {{"{}", 0}}, log), world(conductor, m, seed) {
    world.run();
  }
  journal::journal log;
  run::conductor conductor;
  sim::world world;
};

std::vector<instant> dues_of_block(const journal::journal& j, std::int64_t block) {
  std::vector<instant> dues;
  instant first = never;
  for (const analysis::invocation_row& i : analysis::read_timeline(j).invocations) {
    if (i.block != block) continue;
    first = std::min(first, i.due);
    dues.push_back(instant{} + (i.due - first));
  }
  return dues;
}

TEST_CASE("a run in blocks rests before the first of them and after each") {
  trial t(1);
  CHECK(t.conductor.is_resting());
  CHECK(t.log.entries().empty());
  t.world.run_block({0, 7, true});
  CHECK(t.conductor.is_resting());
  CHECK_FALSE(t.conductor.is_finished());
  CHECK(t.conductor.progress().live == 0);
  t.world.run_block({1, 9, false});
  t.world.end();
  CHECK(t.conductor.is_finished());
  CHECK_FALSE(t.conductor.is_resting());
  CHECK(journal::audit(t.log).empty());
}

TEST_CASE("rows know their block, and those of warm-up blocks are discarded") {
  trial t(2);
  for (std::uint32_t block = 0; block < 5; ++block) t.world.run_block({block, block, block < 2});
  t.world.end();
  const analysis::timeline rows = analysis::read_timeline(t.log);
  REQUIRE(rows.environments.size() == 5);
  REQUIRE(rows.invocations.size() == 20);
  for (std::size_t i = 0; i < rows.environments.size(); ++i) {
    CHECK(rows.environments[i].block == static_cast<std::int64_t>(i));
    CHECK(rows.environments[i].discarded == (i < 2));
  }
  for (std::size_t i = 0; i < rows.invocations.size(); ++i) {
    CHECK(rows.invocations[i].block == static_cast<std::int64_t>(i / 4));
    CHECK(rows.invocations[i].discarded == (i < 8));
  }
}

TEST_CASE("a journal in blocks is what it was when it is written and read again") {
  trial t(3);
  t.world.run_block({4, 4095, false});
  t.world.end();
  t.log.conditions().variant = {"sync", journal::role::base, "INIT=sync", ""};
  t.log.conditions().trial = {
      {{"cold.cold_ms", "p50 < 1s"}}, 0.05, 0.1, 160, true, "decided", "", {}};
  const auto again = journal::read_lines(journal::write_lines(t.log));
  REQUIRE(again);
  CHECK(journal::write_lines(*again) == journal::write_lines(t.log));
  CHECK(again->conditions().variant.role == journal::role::base);
  CHECK(again->conditions().trial.budgets.front().limit == "p50 < 1s");
}

TEST_CASE("variants with one seed get the same arrivals in a block, and other ones in the next") {
  const load::plan open{load::poisson{50, 2s}};
  sim::model slow;
  slow.handler = sim::log_normal{300ms, 1};
  trial a(5, open);
  trial b(5, open, slow);
  for (trial* t : {&a, &b}) {
    for (std::uint32_t block = 0; block < 2; ++block) t->world.run_block({block, 0, false});
    t->world.end();
  }
  CHECK(dues_of_block(a.log, 0).size() > 20);
  CHECK(dues_of_block(a.log, 0) == dues_of_block(b.log, 0));
  CHECK(dues_of_block(a.log, 1) == dues_of_block(b.log, 1));
  CHECK(dues_of_block(a.log, 0) != dues_of_block(a.log, 1));
}

TEST_CASE("a variant that never succeeds gives up, which ends its run") {
  sim::model broken;
  broken.init_crash = 1;
  trial t(6, one_cycle, broken);
  std::uint32_t block = 0;
  while (t.conductor.is_resting() && block < 20) t.world.run_block({block++, 0, false});
  CHECK(t.conductor.is_finished());
  CHECK(block < 5);
  CHECK(journal::audit(t.log).empty());
}

TEST_CASE("laws hold over random worlds in blocks, also when one is interrupted") {
  random chance(7);
  for (int round = 0; round < 100; ++round) {
    sim::model m;
    m.init_crash = chance.unit() < 0.3 ? 0.3 : 0;
    m.handler_crash = chance.unit() < 0.3 ? 0.2 : 0;
    m.handler_error = chance.unit() < 0.3 ? 0.2 : 0;
    trial t(chance.below(1000),
            {load::burst{static_cast<std::uint32_t>(1 + chance.below(5))},
             load::sequential{static_cast<std::uint32_t>(chance.below(5))}},
            m);
    std::uint32_t block = 0;
    const bool is_cut = chance.unit() < 0.3;
    while (t.conductor.is_resting() && block < 6) {
      if (is_cut && block == 3) t.world.stop_at(instant{});
      t.world.run_block({block++, 0, false});
    }
    if (t.conductor.is_resting()) t.world.end();
    CHECK(t.conductor.is_finished());
    CHECK(journal::audit(t.log).empty());
  }
}

TEST_CASE("a block that begins while something is left breaks a law") {
  support::journal_builder early;
  early.arrived(0).launch_ordered(0, 0).fact({}, {}, fact::block_began{1, 0});
  const auto breaches = journal::audit(early.build());
  CHECK(std::any_of(breaches.begin(), breaches.end(), [](const journal::breach& b) {
    return b.law == std::string_view("a block begins with nothing there");
  }));
  journal::journal twice;
  twice.append(instant{}, {}, {}, fact::block_began{1, 0});
  twice.append(instant{}, {}, {}, fact::block_began{1, 0});
  CHECK_FALSE(journal::audit(twice).empty());
}

}  // namespace
}  // namespace lambdaprof
