// SPDX-License-Identifier: Apache-2.0
#include "analysis/summary.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/result.hpp"
#include "support/journal_builder.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;
using namespace lambdaprof::support;
using journal::outcome;
using journal::start_kind;

namespace {

using samples = std::vector<double>;

summary summary_of(const journal_builder& b) {
  return summarize(read_timeline(b.build()));
}

std::vector<figure> figures_of(const summary& s) {
  return {s.exec_ms,     s.init_ms,     s.first_ms, s.cold_ms,   s.cold_handler_ms,
          s.init_cpu_ms, s.cold_cpu_ms, s.warm_ms,  s.waited_ms, s.warm_handler_ms,
          s.warm_cpu_ms, s.lateness_ms, s.peak_mb};
}

}  // namespace

TEST_CASE("a figure of nothing is zeros, and says what its tails would need") {
  const figure f = summarize(samples{});
  CHECK(f.n == 0);
  CHECK(f.p50 == 0);
  CHECK(f.mean == 0);
  CHECK(f.sd == 0);
  CHECK_FALSE(f.p50_bounds);
  REQUIRE(f.tails.size() == 4);
  CHECK(f.tails[0].q == 0.9);
  CHECK(f.tails[0].needs == 36);
  CHECK(f.tails[3].q == 0.999);
  CHECK(f.tails[3].needs == 3688);
}

TEST_CASE("a figure describes its samples in any order") {
  const figure f = summarize(samples{4, 1, 8, 2, 16, 32});
  CHECK(f.n == 6);
  CHECK(f.sorted == samples{1, 2, 4, 8, 16, 32});
  CHECK(f.p50 == 6);
  REQUIRE(f.p50_bounds);
  CHECK(f.p50_bounds->low == 1);
  CHECK(f.p50_bounds->high == 32);
  CHECK(f.min == 1);
  CHECK(f.max == 32);
  CHECK(f.mean == doctest::Approx(10.5));
  CHECK(f.sd == doctest::Approx(std::sqrt(140.7)));
  for (const tail& t : f.tails) {
    CHECK_FALSE(t.value);
    CHECK_FALSE(t.bounds);
  }
}

TEST_CASE("one sample has no spread and no interval") {
  const figure f = summarize(samples{3});
  CHECK(f.p50 == 3);
  CHECK(f.mean == 3);
  CHECK(f.sd == 0);
  CHECK_FALSE(f.p50_bounds);
}

TEST_CASE("a tail is shown from the sample on that supports it") {
  samples sample;
  for (int i = 1; i <= 71; ++i) sample.push_back(i);
  const figure below = summarize(sample);
  CHECK(below.tails[0].value);
  CHECK_FALSE(below.tails[1].value);
  sample.push_back(72);
  const figure enough = summarize(sample);
  REQUIRE(enough.tails[1].value);
  CHECK(*enough.tails[1].value == doctest::Approx(1 + 71 * 0.95));
  REQUIRE(enough.tails[1].bounds);
  CHECK(enough.tails[1].bounds->high == 72);
  CHECK_FALSE(enough.tails[2].value);
}

TEST_CASE("a small spread around a large mean keeps its digits") {
  const figure f = summarize(samples{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16});
  CHECK(f.mean == doctest::Approx(1e9 + 10).epsilon(1e-15));
  CHECK(f.sd == doctest::Approx(std::sqrt(30.0)));
}

TEST_CASE("a sample that is no number is a bug of ours") {
  CHECK_THROWS_AS(summarize(samples{1, std::nan("")}), broken_law);
  CHECK_THROWS_AS(summarize(samples{std::numeric_limits<double>::infinity()}), broken_law);
}

TEST_CASE("cold and warm samples are apart") {
  journal_builder b;
  b.cold(0, 0, {.init_cpu = 8, .handler_cpu = 2});
  b.warm(0, 1, {.handler = 3, .cpu_total = 11.5}).warm(0, 2, {.handler = 4, .cpu_total = 14});
  b.end(0, {.peak_bytes = 3 * 1024 * 1024});
  b.cold(1, 3, {.queued = 3, .exec = 1, .init = 20, .wait = 2, .handler = 6}).end(1);
  const summary s = summary_of(b);
  CHECK(s.exec_ms.sorted == samples{1, 2});
  CHECK(s.init_ms.sorted == samples{12, 21});
  CHECK(s.first_ms.sorted == samples{18, 32});
  CHECK(s.cold_ms.sorted == samples{17, 27});
  CHECK(s.cold_handler_ms.sorted == samples{5, 6});
  CHECK(s.init_cpu_ms.sorted == samples{8});
  CHECK(s.cold_cpu_ms.sorted == samples{10});
  CHECK(s.warm_ms.sorted == samples{3, 4});
  CHECK(s.warm_handler_ms.sorted == samples{3, 4});
  CHECK(s.warm_cpu_ms.sorted == samples{1.5, 2.5});
  CHECK(s.lateness_ms.sorted == samples{0, 0, 0, 0});
  CHECK(s.peak_mb.sorted == samples{3});
  CHECK(s.median_cold == 0);
  CHECK(s.count.environments == 2);
  CHECK(s.count.invocations == 4);
  CHECK(s.count.cold == 2);
  CHECK(s.count.warm == 2);
  CHECK(s.count.suppressed == 0);
  CHECK(s.count.failures == 0);
  CHECK(s.count.discarded == 0);
  CHECK(s.count.by_outcome == std::map<std::string, std::size_t>{{"success", 4}});
  CHECK(s.failures.empty());
}

TEST_CASE("a warm-up is in no figure and no count but its own") {
  journal_builder b;
  b.cold(0, 0, {.discarded = true}).warm(0, 1, {.discarded = true});
  b.arrived(2, {.discarded = true}).throttled(2);
  b.refused(env(0), inv(1), 403, "x").end(0, {.peak_bytes = 1});
  const summary s = summary_of(b);
  for (const figure& f : figures_of(s)) CHECK(f.n == 0);
  CHECK(s.count.discarded == 3);
  CHECK(s.count.environments == 0);
  CHECK(s.count.invocations == 0);
  CHECK(s.count.cold == 0);
  CHECK(s.count.throttles == 0);
  CHECK(s.count.refusals == 0);
  CHECK(s.count.by_outcome.empty());
  CHECK_FALSE(s.median_cold);
}

TEST_CASE(
    "a measured invocation of an environment of the warm-up counts, its environment does not") {
  const summary s = summary_of(journal_builder().cold(0, 0, {.discarded = true}).warm(0, 1).end(0));
  CHECK(s.warm_ms.n == 1);
  CHECK(s.init_ms.n == 0);
  CHECK(s.count.environments == 0);
  CHECK(s.count.invocations == 1);
}

TEST_CASE("binding is late across the end of a warm-up") {
  journal_builder b;
  SUBCASE("a measured environment first serves an event of the warm-up") {
    b.at(0).arrived(0, {.discarded = true}).arrived(1).launch_ordered(0, 1);
    b.at(2).process_started(0, 1);
    b.at(9).init_finished(0).delivered(0, 0, start_kind::cold);
    b.at(12).responded(0, 0).runtime_ready(0, 0).settled(0, 0);
    const summary s = summary_of(b);
    CHECK(s.init_ms.sorted == samples{8});
    CHECK(s.cold_ms.n == 0);
    CHECK(s.first_ms.n == 0);
    CHECK_FALSE(s.median_cold);
  }
  SUBCASE("an environment of the warm-up first serves a measured event") {
    b.at(0).arrived(0, {.discarded = true}).arrived(1).launch_ordered(0, 0);
    b.at(2).process_started(0, 1);
    b.at(9).init_finished(0).delivered(0, 1, start_kind::cold);
    b.at(12).responded(0, 1).runtime_ready(0, 1).settled(0, 1);
    const summary s = summary_of(b);
    CHECK(s.init_ms.n == 0);
    CHECK(s.cold_ms.n == 0);
    CHECK(s.first_ms.sorted == samples{12});
    CHECK(s.cold_handler_ms.sorted == samples{3});
    CHECK(s.count.cold == 1);
  }
}

TEST_CASE("a suppressed init is in neither the cold nor the warm figures") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(10).init_failed(0, outcome::exited, "exit status 1").exited(0, 1, 0);
  b.at(12).launch_ordered(0, 0, 1);
  b.at(14).process_started(0, 13);
  b.at(30).init_finished(0).delivered(0, 0, start_kind::suppressed);
  b.at(35).responded(0, 0).runtime_ready(0, 0).settled(0, 0);
  const summary s = summary_of(b);
  CHECK(s.count.suppressed == 1);
  CHECK(s.count.init_failures == 1);
  CHECK(s.count.failures == 0);
  CHECK(s.count.environments == 1);
  for (const figure& f :
       {s.init_ms, s.exec_ms, s.first_ms, s.cold_ms, s.cold_handler_ms, s.warm_ms})
    CHECK(f.n == 0);
  CHECK(s.lateness_ms.n == 1);
}

TEST_CASE("an init counts whether or not an invocation followed") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(9).init_finished(0, 4).end(0);
  const summary s = summary_of(b);
  CHECK(s.init_ms.sorted == samples{8});
  CHECK(s.init_cpu_ms.sorted == samples{4});
  CHECK(s.cold_ms.n == 0);
}

TEST_CASE("failures are counted, told, and in no figure of time") {
  journal_builder b;
  const auto fail = [&](std::uint32_t i, outcome how, std::string_view payload, bool discarded) {
    b.later(1).arrived(i, {.discarded = discarded}).delivered(0, i, start_kind::warm);
    b.later(1).failed(0, i, how, payload).settled(0, i, how);
  };
  b.cold(0, 0);
  fail(1, outcome::function_error, R"({"errorType":"a"})", false);
  fail(2, outcome::timed_out, "RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd late", false);
  fail(3, outcome::timed_out, "RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fff late", false);
  fail(4, outcome::killed, "warm-up", true);
  const summary s = summary_of(b);
  CHECK(s.count.failures == 3);
  CHECK(s.count.invocations == 4);
  CHECK(s.count.warm == 3);
  CHECK(s.count.by_outcome == std::map<std::string, std::size_t>{
                                  {"success", 1}, {"function_error", 1}, {"timed_out", 2}});
  CHECK(s.warm_ms.n == 0);
  CHECK(s.warm_handler_ms.n == 0);
  CHECK(s.lateness_ms.n == 4);
  CHECK(s.failures ==
        std::vector<std::string>{"2 × RequestId: <id> late", R"(1 × {"errorType":"a"})"});
}

TEST_CASE("a peak of nothing is known, a missing one is not") {
  const auto peaks = [](std::int64_t bytes) {
    return summary_of(journal_builder().cold(0, 0).end(0, {.peak_bytes = bytes})).peak_mb.sorted;
  };
  CHECK(peaks(0) == samples{0});
  CHECK(peaks(-1).empty());
}

TEST_CASE("a failed first invocation leaves the init and takes the cold start") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(9).init_finished(0).delivered(0, 0, start_kind::cold);
  b.at(12).failed(0, 0, outcome::killed, "{}").settled(0, 0, outcome::killed);
  const summary s = summary_of(b);
  CHECK(s.init_ms.n == 1);
  CHECK(s.cold_ms.n == 0);
  CHECK(s.first_ms.n == 0);
  CHECK(s.count.cold == 1);
  CHECK(s.count.failures == 1);
}

TEST_CASE("throttles are neither invocations nor failures, but their lateness is the generator's") {
  journal_builder b;
  b.cold(0, 0).at(50).arrived(1, {.due_ms = 48}).throttled(1);
  const summary s = summary_of(b);
  CHECK(s.count.throttles == 1);
  CHECK(s.count.invocations == 1);
  CHECK(s.count.failures == 0);
  CHECK(s.count.by_outcome == std::map<std::string, std::size_t>{{"success", 1}});
  CHECK(s.lateness_ms.sorted == samples{0, 2});
  CHECK(s.warm_ms.n == 0);
}

TEST_CASE(
    "a warm invocation that waited for a busy environment is not mixed with those that did not") {
  journal_builder b;
  b.cold(0, 0);
  b.at(500).arrived(1).delivered(0, 1, start_kind::warm);
  b.later(2).responded(0, 1).runtime_ready(0, 1).settled(0, 1);
  b.later(1).arrived(2);
  b.later(30).delivered(0, 2, start_kind::warm);
  b.later(2).responded(0, 2).runtime_ready(0, 2).settled(0, 2);
  const summary s = summary_of(b);
  CHECK(s.count.warm == 2);
  CHECK(s.count.waited == 1);
  CHECK(s.warm_ms.sorted == samples{2});
  CHECK(s.waited_ms.n == 1);
  CHECK(s.waited_ms.p50 >= 32);
  CHECK(s.warm_handler_ms.n == 2);
}

TEST_CASE("an interrupted run has the figures of what was finished") {
  journal_builder b;
  b.cold(0, 0).arrived(1).delivered(0, 1, start_kind::warm);
  b.later(1).arrived(2).launch_ordered(1, 2).interrupted();
  const summary s = summary_of(b);
  CHECK(s.cold_ms.n == 1);
  CHECK(s.warm_ms.n == 0);
  CHECK(s.count.by_outcome ==
        std::map<std::string, std::size_t>{{"interrupted", 2}, {"success", 1}});
  CHECK(s.count.cold == 1);
  CHECK(s.count.warm == 1);
  CHECK(s.count.environments == 2);
  CHECK(s.count.init_failures == 0);
  CHECK(s.failures.empty());
}

TEST_CASE("the median cold start is an environment, the lower one of two in the middle") {
  journal_builder b;
  const double inits[] = {40, 10, 30, 20};
  for (std::uint32_t n = 0; n < 4; ++n) b.cold(n, n, {.init = inits[n]});
  CHECK(summary_of(b).median_cold == 3);
  b.cold(4, 4, {.init = 50});
  CHECK(summary_of(b).median_cold == 2);
  b.cold(5, 5, {.init = 1, .discarded = true});
  CHECK(summary_of(b).median_cold == 2);
}
