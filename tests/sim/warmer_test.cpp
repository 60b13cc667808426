// SPDX-License-Identifier: Apache-2.0
// Pings in the simulated world: when they come, whom they meet, and what they are left out of.
#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "analysis/billing.hpp"
#include "analysis/summary.hpp"
#include "journal/audit.hpp"
#include "journal/lines.hpp"
#include "sim/world.hpp"

namespace lambdaprof {
using namespace std::chrono_literals;
using journal::start_kind;

namespace {

struct warmed {
  run::settings settings;
  sim::model model;
  journal::journal log;

  warmed(span every, std::uint32_t concurrency, span hold = 75ms) {
    settings.pool.warmer = fleet::warmer{every, concurrency, hold, ""};
    settings.pool.keep_alive = fleet::keep_fixed{5min};
    settings.function.timeout = 1min;
  }
  analysis::timeline play(load::plan plan) {
    run::conductor c(settings, std::move(plan), {{"{}", 0}}, log);
    sim::world(c, model, 1).run();
    for (const auto& b : journal::audit(log)) FAIL_CHECK(b.law << " at entry " << b.entry);
    return analysis::read_timeline(log);
  }
};

std::vector<instant> ping_times(const analysis::timeline& t) {
  std::vector<instant> times;
  for (const auto& i : t.invocations)
    if (i.is_ping) times.push_back(i.due);
  return times;
}

}  // namespace

TEST_CASE("pings come with the plan, every period, and end with it") {
  warmed w(4min, 1);
  const auto t = w.play({load::idle{9min}});
  CHECK(ping_times(t) == std::vector{instant{}, instant(4min), instant(8min)});
  CHECK(t.skipped > 8min);  // nothing is waited for in between
}

TEST_CASE("pings that hold meet different environments, and keep all of them for a burst") {
  warmed w(4min, 5);
  const auto t = w.play({load::idle{17min}, load::burst{5}});
  const auto s = analysis::summarize(t);
  CHECK(s.count.pings == 25);
  CHECK(s.count.cold_pings == 5);
  CHECK(s.count.invocations == 5);
  CHECK(s.count.cold == 0);
  CHECK(s.count.warm == 5);
  CHECK(t.environments.size() == 5);
}

TEST_CASE("pings that come too late for the keep-alive keep nothing") {
  warmed w(6min, 3);
  const auto s = analysis::summarize(w.play({load::idle{17min + 30s}, load::burst{3}}));
  CHECK(s.count.cold_pings == 9);
  CHECK(s.count.cold == 3);
}

TEST_CASE("a burst that is larger than the warmer's is cold beyond it") {
  warmed w(4min, 4);
  w.model.handler = sim::fixed{1s};  // or those that are warm would take over the others
  CHECK(analysis::summarize(w.play({load::idle{17min}, load::burst{10}})).count.cold == 6);
}

TEST_CASE("pings are in no figure of requests, and are billed apart") {
  warmed w(1min, 2, 40ms);
  w.model.handler = sim::fixed{10ms};
  w.model.after_response = sim::fixed{span{}};
  const auto t = w.play({load::idle{150s}, load::sequential{4}});
  const auto s = analysis::summarize(t);
  CHECK(s.warm_ms.n == 4);
  CHECK(s.cold_ms.n == 0);
  CHECK(s.init_ms.n == 2);  // an init is an init
  CHECK(s.count.discarded == 0);
  journal::function_facts f;
  f.memory_mb = 1024;
  f.timeout = 1min;
  const auto bill = analysis::sum_up(t, f, analysis::architecture::x86_64);
  CHECK(bill.ping_ms.n == 6);
  CHECK(bill.ping_ms.min == 40);
  CHECK(bill.warm_ms.n == 4);
  CHECK(bill.warm_ms.max == 10);
}

TEST_CASE("requests one after the other do not wait for pings") {
  warmed w(1min, 1, 30s);
  w.model.handler = sim::fixed{10ms};
  const auto t = w.play({load::sequential{3}});
  for (const auto& i : t.invocations)
    if (!i.is_ping) CHECK(i.settled < instant(1s));
}

TEST_CASE("a deployment waits for no ping, and the pings begin anew with each block") {
  warmed w(1s, 2, 500ms);
  const auto t = w.play({load::repeat{3, false, {load::fresh{}, load::burst{2}, load::idle{5s}}}});
  std::size_t colds = 0;
  for (const auto& i : t.invocations) colds += i.start == start_kind::cold ? 1 : 0;
  CHECK(colds <= t.environments.size());
  CHECK(colds >= 6);
  CHECK(ping_times(t).size() > 20);

  warmed blocks(1h, 1);
  blocks.settings.is_in_blocks = true;
  run::conductor c(blocks.settings, {load::fresh{}, load::burst{1}}, {{"{}", 0}}, blocks.log);
  sim::world world(c, blocks.model, 1);
  world.run();
  for (std::uint32_t block = 0; block < 3; ++block) world.run_block({block, 0, block == 0});
  world.end();
  CHECK(journal::audit(blocks.log).empty());
  CHECK(ping_times(analysis::read_timeline(blocks.log)).size() == 3);
}

TEST_CASE("a function that fails pings only does not end the run") {
  warmed w(1s, 5, 2s);
  w.settings.function.timeout = 1s;  // so that they time out
  const auto s = analysis::summarize(w.play({load::idle{3s}, load::sequential{2}}));
  CHECK(s.count.failed_pings > 5);
  CHECK(s.count.failures == 0);
  CHECK(s.count.invocations == 2);
}

TEST_CASE("pings keep provisioned environments busy like any event") {
  warmed w(1min, 2);
  w.settings.pool.provisioned = 1;
  const auto s = analysis::summarize(w.play({load::idle{150s}, load::burst{2}}));
  CHECK(s.count.provisioned == 1);
  CHECK(s.count.cold_pings == 1);  // one spilled over
  CHECK(s.count.cold == 0);
}

TEST_CASE("a ping is marked in the journal, and other arrivals look as they did") {
  warmed w(4min, 1);
  w.play({load::burst{1}});
  const std::string text = journal::write_lines(w.log);
  CHECK(text.find(R"("discarded":false,"origin":"warmer"})") != std::string::npos);
  CHECK(text.find(R"("discarded":false})") != std::string::npos);
  const auto again = journal::read_lines(text);
  REQUIRE(again);
  CHECK(journal::write_lines(*again) == text);
}

}  // namespace lambdaprof
