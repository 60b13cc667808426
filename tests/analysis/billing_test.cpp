// SPDX-License-Identifier: Apache-2.0
// Expected bills from recorded REPORT lines and rules: lambda-protocol §5.4, lambda-models A7.
#include "analysis/billing.hpp"

#include <doctest/doctest.h>

#include "support/journal_builder.hpp"

namespace lambdaprof {

using namespace support;
using namespace std::chrono_literals;
using analysis::charge_for;
using analysis::invocation_row;
using journal::outcome;
using journal::start_kind;

namespace {

journal::function_facts function_of(std::int64_t memory_mb, span timeout) {
  journal::function_facts f;
  f.memory_mb = memory_mb;
  f.timeout = timeout;
  return f;
}

const journal::function_facts plain = function_of(128, 900s);

/// Assigned and delivered at 1000 ms.
invocation_row lasting(double duration, start_kind kind, outcome how = outcome::success) {
  invocation_row row;
  row.start = kind;
  row.how = how;
  row.assigned = row.delivered = at_ms(1000);
  row.settled = at_ms(1000 + duration);
  return row;
}

std::int64_t billed(const invocation_row& i, std::optional<span> init,
                    const journal::function_facts& f = plain) {
  const auto charge = charge_for(i, init, f);
  return charge ? charge->billed_ms : -1;
}

TEST_CASE("a restore is billed in the place of the init, and rounded up for itself") {
  const auto charge = charge_for(lasting(2338.66, start_kind::cold), ms(5000), plain, ms(181.2));
  REQUIRE(charge);
  CHECK_FALSE(charge->init);
  CHECK(charge->restore == ms(181.2));
  CHECK(charge->billed_restore_ms == 182);
  CHECK(charge->billed_ms == 2521);
  const auto warm = charge_for(lasting(1, start_kind::warm), ms(5000), plain, ms(181.2));
  CHECK_FALSE(warm->restore);
  CHECK(warm->billed_ms == 1);
}

TEST_CASE("the duration of a bill lasts until the last extension has come back") {
  support::journal_builder b;
  b.arrived(0).extended_init(0, 0).extended(0, 0, start_kind::cold, 5, 1, 30);
  const auto charges = analysis::charges(analysis::read_timeline(b.build()), plain);
  CHECK(charges.at(0)->duration == ms(36));
  CHECK(charges.at(0)->billed_ms == 66);
}

TEST_CASE("a bill has the cold and the warm apart, and leaves out what failed or warmed up") {
  support::journal_builder b;
  b.at(0).cold(0, 0, {.discarded = true}).end(0);
  b.later(1).cold(1, 1, {.exec = 2, .init = 10, .handler = 5, .after = 1});
  b.warm(1, 2, {.handler = 3, .after = 1}).warm(1, 3, {.handler = 3, .after = 1}).end(1);
  journal::function_facts f;
  f.memory_mb = 1024;
  f.timeout = std::chrono::seconds(3);
  const auto bill =
      analysis::sum_up(analysis::read_timeline(b.build()), f, analysis::architecture::x86_64);
  CHECK(bill.cold_ms.n == 1);
  CHECK(bill.cold_ms.p50 == 18);  // 2 + 10 of init, 5 + 1 of duration
  CHECK(bill.warm_ms.n == 2);
  CHECK(bill.warm_ms.p50 == 4);
  CHECK(*bill.cold_dollars == doctest::Approx(1e6 * (0.018 * 1.66667e-5 + 0.2e-6)));
  CHECK(*bill.warm_dollars == doctest::Approx(1e6 * (0.004 * 1.66667e-5 + 0.2e-6)));
  CHECK(!analysis::sum_up({}, f, analysis::architecture::arm64).cold_dollars);
}

}  // namespace

TEST_CASE("the first invocation of an environment pays for its init, summed before rounding") {
  CHECK(billed(lasting(2.37, start_kind::cold), ms(423.98)) == 427);
  CHECK(billed(lasting(600000, start_kind::cold), ms(476.75)) == 600477);
  CHECK(billed(lasting(20.65, start_kind::cold), ms(2656.67)) == 2678);
}

TEST_CASE("later invocations pay for themselves only") {
  CHECK(billed(lasting(2.37, start_kind::warm), ms(423.98)) == 3);
  CHECK_FALSE(charge_for(lasting(2.37, start_kind::warm), ms(423.98), plain)->init);
}

TEST_CASE("a bill is in whole milliseconds, rounded up, and at least one") {
  CHECK(billed(lasting(0, start_kind::warm), {}) == 1);
  CHECK(billed(lasting(0.08, start_kind::warm), {}) == 1);
  CHECK(billed(lasting(3, start_kind::warm), {}) == 3);
  CHECK(billed(lasting(3.000001, start_kind::warm), {}) == 4);
}

TEST_CASE("an init that is repeated inside an invocation is a part of its duration") {
  invocation_row row = lasting(5, start_kind::suppressed);
  row.assigned = at_ms(700);
  const auto charge = charge_for(row, ms(10000), plain);
  REQUIRE(charge);
  CHECK(charge->duration == 305ms);
  CHECK_FALSE(charge->init);
  CHECK(charge->billed_ms == 305);
}

TEST_CASE("a duration ends at the deadline, however late that was noticed") {
  const auto three_seconds = function_of(128, 3s);
  const auto charge =
      charge_for(lasting(3004.2, start_kind::warm, outcome::timed_out), {}, three_seconds);
  REQUIRE(charge);
  CHECK(charge->duration == 3s);
  CHECK(charge->billed_ms == 3000);
  CHECK(billed(lasting(3004.2, start_kind::cold, outcome::timed_out), ms(20.5), three_seconds) ==
        3021);
}

TEST_CASE("what never ran, or was stopped by us, costs nothing") {
  CHECK_FALSE(charge_for({}, ms(5), plain));
  CHECK_FALSE(charge_for(lasting(5, start_kind::warm, outcome::interrupted), {}, plain));
  invocation_row throttled;
  throttled.throttled = true;
  throttled.arrived = at_ms(1);
  CHECK_FALSE(charge_for(throttled, {}, plain));
}

TEST_CASE("the charges of a run stand where its invocations do") {
  journal_builder b;
  // Their parts: 1 ms queued, 2 ms exec and 10.5 ms init, 5 ms and 1 ms of an invocation.
  b.at(0).cold(0, 0, {.init = 10.5});
  b.at(100).warm(0, 1, {.handler = 2.5, .after = 0});
  b.at(200).arrived(2).throttled(2);
  const auto t = analysis::read_timeline(b.end(0).build());
  const auto all = analysis::charges(t, function_of(1024, 3s));
  REQUIRE(all.size() == 3);
  REQUIRE(all[0]);
  CHECK(all[0]->init == ms(12.5));
  CHECK(all[0]->duration == 6ms);
  CHECK(all[0]->billed_ms == 19);
  CHECK(all[0]->gb_seconds == doctest::Approx(0.019));
  REQUIRE(all[1]);
  CHECK_FALSE(all[1]->init);
  CHECK(all[1]->billed_ms == 3);
  CHECK_FALSE(all[2]);
}

TEST_CASE("a failed init is charged as far as it was repeated inside the invocation") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(1).process_started(0, 0.5);
  b.at(51).init_failed(0, outcome::exited, "{}").exited(0, 1, 0);
  b.at(52).launch_ordered(0, 0, 1);
  b.at(53).process_started(0, 52.5);
  b.at(103).init_finished(0).delivered(0, 0, start_kind::suppressed);
  b.at(108).responded(0, 0).runtime_ready(0, 0).settled(0, 0);
  b.at(109).arrived(1).delivered(0, 1, start_kind::warm);
  b.at(111).responded(0, 1).runtime_ready(0, 1).settled(0, 1);
  const auto all = analysis::charges(analysis::read_timeline(b.end(0).build()), plain);
  REQUIRE(all.size() == 2);
  CHECK(all[0]->billed_ms == 108 - 52);
  CHECK(all[1]->billed_ms == 2);
}

TEST_CASE("an invocation whose repeated init failed too is charged for it") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(1).launch_failed(0, "no").init_failed(0, outcome::launch_error, "{}");
  b.at(2).launch_ordered(0, 0, 1);
  b.at(3).launch_failed(0, "no").init_failed(0, outcome::launch_error, "{}");
  b.failed(0, 0, outcome::launch_error, "{}").settled(0, 0, outcome::launch_error);
  b.at(4).retired(0).gone(0);
  const auto all = analysis::charges(analysis::read_timeline(b.build()), plain);
  REQUIRE(all.size() == 1);
  REQUIRE(all[0]);
  CHECK(all[0]->duration == 1ms);
}

TEST_CASE("an init of 200 ms at 512 MB costs what eight requests do") {
  using analysis::architecture;
  const analysis::prices x86 = analysis::prices_of(architecture::x86_64);
  const double init = analysis::gb_seconds(200, 512) * x86.gb_second;
  CHECK(init * 1e6 == doctest::Approx(1.66667));
  CHECK(init / x86.request == doctest::Approx(8.33).epsilon(0.01));
  CHECK(x86.request * 1e6 == doctest::Approx(0.20));
}

TEST_CASE("a bill is compute and a request, and compute on arm costs a fifth less") {
  using analysis::architecture;
  analysis::charge c;
  c.gb_seconds = 60;
  const auto millionths = [&](architecture a) {
    return analysis::dollars(c, analysis::prices_of(a)) * 1e6;
  };
  CHECK(millionths(architecture::x86_64) == doctest::Approx(1000.002 + 0.2).epsilon(1e-6));
  CHECK(millionths(architecture::arm64) == doctest::Approx(800.004 + 0.2).epsilon(1e-6));
}

}  // namespace lambdaprof
