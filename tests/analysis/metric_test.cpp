// SPDX-License-Identifier: Apache-2.0
// A metric has the samples that the summary and the bill have, block by block.
#include "analysis/metric.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <string>

#include "analysis/billing.hpp"
#include "analysis/summary.hpp"
#include "base/random.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof::analysis {
namespace {

using journal::outcome;
using journal::start_kind;
using support::journal_builder;

void begin_block(journal_builder& b, std::uint32_t block) {
  b.fact({}, {}, journal::fact::block_began{block, 0});
}

/// A life that ends: a cold start and what may follow it, or go wrong.
class lives {
 public:
  explicit lives(std::uint64_t seed) : chance_(seed) {}

  void add(journal_builder& b, bool is_warm_up) {
    const std::uint32_t e = environment_++;
    switch (chance_.below(9)) {
      case 0:
        return fail_init(b, e, is_warm_up);
      case 1:
        return fail_invocation(b, e, is_warm_up);
      case 6:
        return extend(b, e, is_warm_up);
      case 7:
        return restore(b, e, is_warm_up);
      case 8:
        return stream(b, e, is_warm_up);
      case 2:
        b.arrived(invocation_, {.discarded = is_warm_up}).throttled(invocation_);
        ++invocation_;
        break;
      default:
        break;
    }
    const double init_cpu = chance_.below(3) == 0 ? -1 : chance_.uniform(0, 9);
    double cpu = chance_.below(4) == 0 ? -1 : chance_.uniform(0, 5);
    b.cold(e, invocation_++,
           {.exec = chance_.uniform(0, 3),
            .init = chance_.uniform(1, 300),
            .wait = chance_.uniform(0, 2),
            .handler = chance_.uniform(0.1, 400),
            .init_cpu = init_cpu,
            .handler_cpu = cpu,
            .discarded = is_warm_up});
    cpu = init_cpu >= 0 && cpu >= 0 ? init_cpu + cpu : -1;
    for (std::uint64_t left = chance_.below(4); left > 0; --left) {
      if (chance_.below(3) == 0) {
        wait_then_serve(b, e, is_warm_up);
        cpu = -1;
        continue;
      }
      if (cpu >= 0) cpu += chance_.unit();
      b.later(1).warm(
          e, invocation_++,
          {.handler = chance_.uniform(0.1, 50), .cpu_total = cpu, .discarded = is_warm_up});
    }
    b.later(1).end(
        e, {.peak_bytes =
                chance_.below(4) == 0 ? -1 : static_cast<std::int64_t>(chance_.below(1U << 28U))});
  }

 private:
  void extend(journal_builder& b, std::uint32_t e, bool is_warm_up) {
    const std::uint32_t i = invocation_++;
    b.arrived(i, {.discarded = is_warm_up}).extended_init(e, i).extended(e, i, start_kind::cold);
    const std::uint32_t next = invocation_++;
    b.later(1).arrived(next, {.discarded = is_warm_up});
    b.extended(e, next, start_kind::warm, 2, 0, chance_.uniform(0, 9)).later(1).retired(e);
    b.shutdown_began(e).exited(e, 0, 0).extension_exited(e, 0, 0).gone(e);
  }

  void restore(journal_builder& b, std::uint32_t e, bool is_warm_up) {
    const std::uint32_t i = invocation_++;
    b.arrived(i, {.discarded = is_warm_up}).launch_ordered(e, i).later(1).process_started(e, 0);
    b.later(90).init_finished(e, 50).restore_began(e).later(chance_.uniform(0, 9));
    b.restore_finished(e, 55).delivered(e, i, start_kind::cold).later(7).responded(e, i);
    b.runtime_ready(e, i, 57).settled(e, i).later(1).end(e);
  }

  void stream(journal_builder& b, std::uint32_t e, bool is_warm_up) {
    const std::uint32_t i = invocation_++;
    b.arrived(i, {.discarded = is_warm_up}).launch_ordered(e, i).later(1).process_started(e, 0);
    b.later(chance_.uniform(1, 9)).init_finished(e);
    b.delivered(e, i, start_kind::cold).later(1).response_began(e, i).later(7).responded(e, i);
    b.runtime_ready(e, i).settled(e, i);
    const std::uint32_t next = invocation_++;
    b.later(1).arrived(next, {.discarded = is_warm_up}).later(chance_.below(2) == 0 ? 0 : 1);
    b.delivered(e, next, start_kind::warm).later(chance_.unit()).response_began(e, next).later(4);
    b.responded(e, next).runtime_ready(e, next).settled(e, next).later(1).end(e);
  }

  void wait_then_serve(journal_builder& b, std::uint32_t e, bool is_warm_up) {
    b.later(1).arrived(invocation_, {.discarded = is_warm_up}).later(2);
    b.delivered(e, invocation_, start_kind::warm).later(3).responded(e, invocation_);
    b.runtime_ready(e, invocation_).settled(e, invocation_);
    ++invocation_;
  }

  void fail_init(journal_builder& b, std::uint32_t e, bool is_warm_up) {
    const std::uint32_t i = invocation_++;
    b.arrived(i, {.discarded = is_warm_up}).launch_ordered(e, i).later(1);
    b.process_started(e, 0).later(5).init_failed(e, outcome::exited, "x").exited(e, 1, 0);
    b.launch_ordered(e, i, 1).later(1).process_started(e, 0).later(5).init_finished(e, 2);
    b.delivered(e, i, start_kind::suppressed).later(7).responded(e, i);
    b.runtime_ready(e, i, 4).settled(e, i).later(1).end(e, {.peak_bytes = 1 << 20});
  }

  void fail_invocation(journal_builder& b, std::uint32_t e, bool is_warm_up) {
    const std::uint32_t i = invocation_++;
    b.arrived(i, {.discarded = is_warm_up}).launch_ordered(e, i).later(1);
    b.process_started(e, 0).later(5).init_finished(e, 2).delivered(e, i, start_kind::cold);
    b.later(3).failed(e, i, outcome::killed, "{}").settled(e, i, outcome::killed);
    b.later(1).end(e);
  }

  lambdaprof::random chance_;
  std::uint32_t environment_ = 0;
  std::uint32_t invocation_ = 0;
};

journal::journal any_trial(std::uint64_t seed) {
  journal_builder b;
  b.conditions().function.memory_mb = 512;
  b.conditions().function.timeout = std::chrono::milliseconds(300);
  lives all(seed);
  for (std::uint32_t block = 0; block < 6; ++block) {
    begin_block(b, block);
    for (int n = 0; n < 4; ++n) all.add(b.later(10), block < 2);
  }
  return b.build();
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

struct row {
  std::string_view key;
  std::function<figure(const summary&, const bill&)> of;
};

/// Where the samples of each metric are in the summary, or in the bill.
const row rows[] = {
    {"cold.cold_ms", [](const summary& s, const bill&) { return s.cold_ms; }},
    {"cold.first_ms", [](const summary& s, const bill&) { return s.first_ms; }},
    {"cold.init_ms", [](const summary& s, const bill&) { return s.init_ms; }},
    {"cold.restore_ms", [](const summary& s, const bill&) { return s.restore_ms; }},
    {"cold.first_byte_ms", [](const summary& s, const bill&) { return s.cold_first_byte_ms; }},
    {"warm.first_byte_ms", [](const summary& s, const bill&) { return s.warm_first_byte_ms; }},
    {"post_runtime_extensions_ms",
     [](const summary& s, const bill&) { return s.with_extensions.post_runtime_ms; }},
    {"cold.exec_ms", [](const summary& s, const bill&) { return s.exec_ms; }},
    {"cold.handler_ms", [](const summary& s, const bill&) { return s.cold_handler_ms; }},
    {"cold.init_cpu_ms", [](const summary& s, const bill&) { return s.init_cpu_ms; }},
    {"cold.cold_cpu_ms", [](const summary& s, const bill&) { return s.cold_cpu_ms; }},
    {"warm.warm_ms", [](const summary& s, const bill&) { return s.warm_ms; }},
    {"warm.waited_ms", [](const summary& s, const bill&) { return s.waited_ms; }},
    {"warm.handler_ms", [](const summary& s, const bill&) { return s.warm_handler_ms; }},
    {"warm.cpu_ms", [](const summary& s, const bill&) { return s.warm_cpu_ms; }},
    {"peak_mb", [](const summary& s, const bill&) { return s.peak_mb; }},
    {"billed.cold_ms", [](const summary&, const bill& b) { return b.cold_ms; }},
    {"billed.warm_ms", [](const summary&, const bill& b) { return b.warm_ms; }},
};

}  // namespace

TEST_CASE("a metric has the samples that its figure has, whatever went wrong in between") {
  std::set<std::string_view> with_samples;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const journal::journal j = any_trial(seed);
    const timeline t = read_timeline(j);
    const summary s = summarize(t);
    const bill b = sum_up(t, j.conditions().function, architecture_of(j.conditions().machine));
    for (const row& r : rows) {
      CAPTURE(seed);
      CAPTURE(r.key);
      const metric* m = find_metric(r.key);
      REQUIRE(m != nullptr);
      const std::vector<double> found = in_order(samples_of(*m, t, j.conditions()));
      CHECK(sorted(found) == r.of(s, b).sorted);
      if (!found.empty()) with_samples.insert(r.key);
    }
  }
  CHECK(with_samples.size() == std::size(rows));
}

TEST_CASE("a block costs what its invocations cost in the mean, in milliseconds and dollars") {
  std::size_t blocks = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const journal::journal j = any_trial(seed);
    const timeline t = read_timeline(j);
    for (const std::string when : {"cold", "warm"}) {
      const auto of = [&](const char* what) {
        return samples_of(*find_metric("billed." + when + what), t, j.conditions());
      };
      const samples dollars_of = of("_dollars_per_million");
      for (const auto& [block, ms] : of("_ms")) {
        if (block < 0) continue;
        const double mean =
            std::accumulate(ms.begin(), ms.end(), 0.0) / static_cast<double>(ms.size());
        charge c;
        c.gb_seconds = mean / 1000 * static_cast<double>(j.conditions().function.memory_mb) / 1024;
        REQUIRE(dollars_of.at(block).size() == 1);
        CHECK(
            dollars_of.at(block).front() ==
            doctest::Approx(1e6 * dollars(c, prices_of(architecture_of(j.conditions().machine)))));
        ++blocks;
      }
    }
  }
  CHECK(blocks > 0);
}

TEST_CASE("no metric is left out of these tests") {
  CHECK(metrics().size() == std::size(rows) + 2);
}

TEST_CASE("samples stand in their block, in the order of the journal") {
  journal_builder b;
  begin_block(b, 2);
  b.cold(0, 0, {.init = 30, .handler = 1}).warm(0, 1, {.handler = 9}).warm(0, 2, {.handler = 4});
  b.later(1).end(0).later(1);
  begin_block(b, 5);
  b.cold(1, 3, {.init = 20, .handler = 1}).warm(1, 4, {.handler = 6}).later(1).end(1);
  const journal::journal j = b.build();
  const timeline t = read_timeline(j);
  CHECK(samples_of(cold_metric(), t, j.conditions()) == samples{{2, {33}}, {5, {23}}});
  const samples warm = samples_of(*find_metric("warm.handler_ms"), t, j.conditions());
  CHECK(warm == samples{{2, {9, 4}}, {5, {6}}});
  CHECK(in_order(warm) == std::vector<double>{9, 4, 6});
  CHECK(in_order({}).empty());
}

TEST_CASE("outside of trials all samples are in one block") {
  journal_builder b;
  b.cold(0, 0, {.init = 30, .handler = 1}).later(1).end(0).later(1);
  b.cold(1, 1, {.init = 20, .handler = 1}).later(1).end(1);
  const journal::journal j = b.build();
  CHECK(samples_of(cold_metric(), read_timeline(j), j.conditions()) == samples{{-1, {33, 23}}});
}

TEST_CASE("the time to a mark is a metric of each start that reached it") {
  journal_builder b;
  b.conditions().marks = {{"ready", "in"}, {"x", "never"}};
  b.cold(0, 0, {.queued = 1}).at(9).log_line(0, "in").end(0);
  b.at(100).cold(1, 1).end(1);
  b.at(200).cold(2, 2, {.discarded = true}).log_line(2, "in").end(2);
  const journal::journal j = b.build();
  const timeline t = read_timeline(j);
  const metric* ready = find_metric("mark.ready_ms");
  REQUIRE(ready != nullptr);
  CHECK(ready == &mark_metric("ready"));
  CHECK(ready->key == "mark.ready_ms");
  CHECK(ready->name == "until ready");
  CHECK(ready->is_compared);
  CHECK(samples_of(*ready, t, j.conditions()) == samples{{-1, {8}}});
  CHECK(samples_of(mark_metric("x"), t, j.conditions()).empty());
  const auto all = metrics_of(t);
  REQUIRE(all.size() == metrics().size() + 2);
  CHECK(all[metrics().size()] == ready);
  CHECK(find_metric("mark._ms") == nullptr);
  CHECK(find_metric("mark.ready") == nullptr);
}

TEST_CASE("a metric is found by its key and by nothing else") {
  std::set<std::string_view> keys;
  std::set<std::string_view> names;
  for (const metric& m : metrics()) {
    CHECK(find_metric(m.key) == &m);
    CHECK(keys.insert(m.key).second);
    CHECK(names.insert(m.name).second);
    CHECK((m.unit == "ms" || m.unit == "MB" || m.unit == "$"));
    // What is of starts is never a warm figure, nor one of both; dollars are of blocks.
    const bool is_of_invocations =
        m.key.find("warm") != std::string_view::npos || m.key == "post_runtime_extensions_ms";
    CHECK(m.is_of_starts == (!is_of_invocations || m.unit == "$"));
  }
  CHECK(find_metric("cold.cold") == nullptr);
  CHECK(find_metric("") == nullptr);
  CHECK(cold_metric().key == "cold.cold_ms");
  CHECK(cold_metric().is_compared);
}

}  // namespace lambdaprof::analysis
