// SPDX-License-Identifier: Apache-2.0
#include "analysis/usage.hpp"

#include <doctest/doctest.h>

#include "analysis/account.hpp"
#include "analysis/summary.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof {
namespace {

using analysis::attribute;
using journal::start_kind;
using journal::usage;
using support::journal_builder;
using support::ms;

/// One busy thread that ran, was throttled and waited; what is not said is unknown.
usage one_thread(double cpu, double system, double throttled, double waited) {
  return {.cpu = ms(cpu),
          .system = ms(system),
          .throttled = ms(throttled),
          .waited = ms(waited),
          .busiest = ms(cpu + waited)};
}

TEST_CASE("the wall time of one busy thread divides into parts that add up to it") {
  const auto a = attribute(ms(100), one_thread(30, 10, 40, 45));
  REQUIRE(a);
  CHECK(a->user == ms(20));
  CHECK(a->system == ms(10));
  CHECK(a->throttled == ms(40));
  CHECK(a->waiting == ms(5));
  CHECK(a->blocked == ms(25));
  CHECK(a->residual == ms(0));
  CHECK(a->user + a->system + a->throttled + a->waiting + a->blocked == ms(100));
}

TEST_CASE("what the kernel counts beyond the wall time is the residual, and is not hidden") {
  const auto a = attribute(ms(10), one_thread(10.3, 0, 0, 0.2));
  REQUIRE(a);
  CHECK(a->blocked == ms(0));
  CHECK(a->residual == ms(0.5));
}

TEST_CASE("where several threads were busy nothing is divided") {
  usage u = one_thread(30, 0, 0, 0);
  u.busiest = ms(20);
  CHECK(!attribute(ms(40), u));
  u.busiest = ms(29.3);  // a timer's thread
  CHECK(attribute(ms(40), u));
}

TEST_CASE("without the kernel's numbers nothing is divided") {
  CHECK(!attribute(ms(10), {}));
  CHECK(!attribute(ms(10), {.cpu = ms(1)}));
}

TEST_CASE("between two samples lies what grew, and the peak and the counts are the second's") {
  const usage before{.cpu = ms(5), .peak_bytes = 10, .minor_faults = 3, .running = 1};
  const usage after{
      .cpu = ms(7), .peak_bytes = 12, .minor_faults = 4, .running = 2, .carried = ms(1)};
  const usage u = analysis::used_between(before, after);
  CHECK(u.cpu == ms(2));
  CHECK(u.minor_faults == 1);
  CHECK(u.peak_bytes == 12);
  CHECK(u.running == 2);
  CHECK(u.carried == ms(1));
  CHECK(u.throttled == span(-1));
  CHECK(analysis::used_between({}, after).cpu == ms(7));
}

TEST_CASE("an account has the means of the phases with one busy thread, if nearly all are so") {
  analysis::accountant of;
  for (int i = 0; i < 9; ++i) of.add(1, ms(10), one_thread(4, 1, 2, 3));
  usage crowd = one_thread(8, 0, 0, 0);
  crowd.busiest = ms(4);
  of.add(1, ms(20), crowd);
  const analysis::account nearly = of.result();
  CHECK(nearly.n == 9);
  REQUIRE(nearly.rest);
  CHECK(nearly.wall_ms == doctest::Approx(10));
  CHECK(nearly.user_ms + nearly.system_ms == doctest::Approx(4));
  CHECK(*nearly.throttled_ms == doctest::Approx(2));
  CHECK(nearly.rest->waiting_ms == doctest::Approx(1));
  CHECK(nearly.rest->blocked_ms == doctest::Approx(3));
  of.add(1, ms(20), crowd);
  const analysis::account mixed = of.result();
  CHECK(mixed.n == 11);
  CHECK(!mixed.rest);
  CHECK(mixed.wall_ms == doctest::Approx((9 * 10 + 2 * 20) / 11.0));
  CHECK(!mixed.cpu_some_ms);
}

/// An init that leaves a thread running, an event that pays for it, and one after a freeze.
journal_builder run_with_debt() {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(1).fact(support::env(0), {}, journal::fact::process_started{support::at_ms(0.5), 1});
  b.at(10).init_finished(0, 5).delivered(0, 0, start_kind::cold);
  b.at(10.1).sampled(0, {.cpu = ms(5), .running = 1});
  b.at(125).responded(0, 0, 2, 9);
  b.at(126).runtime_ready(0, 0, 10).settled(0, 0).frozen(0);
  b.at(126.1).sampled(0, {.cpu = ms(12), .running = 1, .carried = ms(3)});
  b.at(500).arrived(1).thawed(0).delivered(0, 1, start_kind::warm);
  b.at(500.1).sampled(0, {.cpu = ms(14)}).thaw_cost(0, 1, 0.02);
  b.at(610).responded(0, 1, 2, 16).at(611).runtime_ready(0, 1, 16.5).settled(0, 1);
  b.at(611.1).sampled(0, {.cpu = ms(17), .running = 0, .carried = ms(1)});
  b.at(612).end(0);
  return b;
}

TEST_CASE("a phase has what was used since the sample before it, wherever that was taken") {
  const auto t = analysis::read_timeline(run_with_debt().build());
  CHECK(t.environments[0].init_used.cpu == ms(5));
  CHECK(t.invocations[0].used.cpu == ms(7));
  // What ran on before it was frozen is no part of the next event.
  CHECK(t.invocations[1].used.cpu == ms(3));
  CHECK(t.invocations[1].thaw == ms(0.02));
}

TEST_CASE("what several phases used together is the last one's, and means are of all of them") {
  journal_builder b;
  b.at(0).cold(0, 0).sampled(0, {.cpu = ms(5)});
  b.warm(0, 1, {.handler = 1, .after = 0}).warm(0, 2, {.handler = 3, .after = 0});
  b.sampled(0, {.cpu = ms(8), .peak_bytes = 7, .running = 0}).later(1).end(0);
  const auto t = analysis::read_timeline(b.build());
  CHECK(t.invocations[1].used_phases == 0);
  CHECK(t.invocations[1].used.cpu == span(-1));
  CHECK(t.invocations[2].used.cpu == ms(3));
  CHECK(t.invocations[2].used_phases == 2);
  CHECK(t.invocations[2].used.peak_bytes == 7);
  const auto s = analysis::summarize(t);
  CHECK(s.warm.n == 2);
  CHECK(s.warm.wall_ms == doctest::Approx(2));
  CHECK(s.warm.user_ms + s.warm.system_ms == doctest::Approx(1.5));
}

TEST_CASE("a thread that runs on beside a phase makes its parts unknown") {
  usage u = one_thread(1, 0, 0, 0);
  u.running = 1;
  CHECK(!attribute(ms(2), u));
  u.running = 0;
  CHECK(attribute(ms(2), u));
}

TEST_CASE(
    "frozen debt is the CPU after the response up to the standstill, and what was carried on") {
  const auto t = analysis::read_timeline(run_with_debt().build());
  CHECK(t.invocations[0].cpu_after == ms(5));  // 14 - 9: also what ran until it really stood still
  CHECK(t.invocations[1].cpu_after == ms(0.5));
  const analysis::summary s = analysis::summarize(t);
  CHECK(s.after_init.looked_at == 1);
  CHECK(s.after_init.with_work == 1);
  CHECK(s.after_init.most_threads == 1);
  CHECK(s.after_init.carried_ms.p50 == doctest::Approx(3));
  CHECK(s.after_response.looked_at == 2);
  CHECK(s.after_response.with_work == 1);
  CHECK(s.after_response.carried_ms.n == 1);
  CHECK(s.after_response.carried_ms.p50 == doctest::Approx(1));
  CHECK(s.after_response.after_ms.n == 2);
  CHECK(s.thaw_ms.n == 1);
}

}  // namespace
}  // namespace lambdaprof
