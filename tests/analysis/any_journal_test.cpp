// SPDX-License-Identifier: Apache-2.0
// Whatever a journal holds, reading it ends, and no figure of it is not a number.
#include <doctest/doctest.h>

#include <cmath>

#include "analysis/summary.hpp"
#include "analysis/waterfall.hpp"
#include "base/random.hpp"
#include "support/journal_builder.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;
using namespace lambdaprof::support;
using journal::outcome;
using journal::start_kind;

namespace {

std::vector<figure> figures_of(const summary& s) {
  return {s.exec_ms,
          s.init_ms,
          s.first_ms,
          s.cold_ms,
          s.cold_handler_ms,
          s.init_cpu_ms,
          s.cold_cpu_ms,
          s.warm_ms,
          s.warm_handler_ms,
          s.warm_cpu_ms,
          s.lateness_ms,
          s.peak_mb,
          s.restore_ms,
          s.cold_first_byte_ms,
          s.warm_first_byte_ms,
          s.with_extensions.runtime_init_ms,
          s.with_extensions.post_runtime_ms};
}

void check_is_finite(const figure& f) {
  for (const double x : {f.p50, f.min, f.max, f.mean, f.sd}) CHECK(std::isfinite(x));
  CHECK(f.n == f.sorted.size());
  CHECK(f.min <= f.p50);
  CHECK(f.p50 <= f.max);
  for (const tail& t : f.tails) CHECK(t.value.has_value() == (f.n >= t.needs));
}

}  // namespace

TEST_CASE("every beginning of a journal can be read, and no figure of it is not a number") {
  journal_builder b;
  b.cold(0, 0, {.init_cpu = 1, .handler_cpu = 1, .discarded = true}).warm(0, 1);
  b.arrived(2).delivered(0, 2, start_kind::warm).later(1);
  b.failed(0, 2, outcome::killed, "{}").reset(0).exited(0, 0, 11).settled(0, 2, outcome::killed);
  b.arrived(3).launch_ordered(0, 3, 1).later(1).init_finished(0, 2);
  b.delivered(0, 3, start_kind::suppressed).response_began(0, 3).later(1).responded(0, 3);
  b.runtime_ready(0, 3, 3).settled(0, 3).arrived(4).throttled(4).cold(1, 5);
  b.arrived(6).extended_init(2, 6).restore_began(2).later(1).restore_finished(2, 10);
  b.extended(2, 6, start_kind::cold).shutdown_began(2).extension_exited(2, 0, 0);
  b.end(0, {.peak_bytes = 0}).end(1).skipped(10).interrupted();
  const journal::journal whole = b.build();
  for (std::size_t length = 0; length <= whole.entries().size(); ++length) {
    CAPTURE(length);
    const timeline t = read_timeline(b.build(length));
    for (const figure& f : figures_of(summarize(t))) check_is_finite(f);
    for (const environment_row& e : t.environments)
      for (const bar& part : waterfall(t, e)) CHECK(part.length_ms >= 0);
  }
}

TEST_CASE("facts in any order, of any id, make finite figures") {
  lambdaprof::random chance(3);
  for (int trial = 0; trial < 200; ++trial) {
    CAPTURE(trial);
    journal_builder b;
    const auto any_id = [&] {
      return chance.below(20) == 0 ? static_cast<std::uint32_t>(chance.bits())
                                   : static_cast<std::uint32_t>(chance.below(3));
    };
    std::size_t arrivals = 0;
    for (int n = 0; n < 60; ++n) {
      b.later(chance.unit());
      const std::uint32_t e = any_id();
      const std::uint32_t i = any_id();
      const double cpu = chance.uniform(-1, 5);
      switch (chance.below(22)) {
        case 0:
          b.arrived(i, {.discarded = chance.below(4) == 0});
          ++arrivals;
          break;
        case 1:
          b.throttled(i);
          break;
        case 2:
          b.delivered(e, i, static_cast<start_kind>(chance.below(3)));
          break;
        case 3:
          b.response_began(e, i);
          break;
        case 4:
          b.responded(e, i);
          break;
        case 5:
          b.failed(e, i, outcome::killed, "x");
          break;
        case 6:
          b.runtime_ready(e, i, cpu);
          break;
        case 7:
          b.settled(e, i);
          break;
        case 8:
          b.launch_ordered(e, i, static_cast<std::uint16_t>(chance.below(2)));
          break;
        case 9:
          b.process_started(e, 0);
          break;
        case 10:
          b.init_finished(e, cpu);
          break;
        case 11:
          b.init_failed(e, outcome::exited, "x");
          break;
        case 12:
          b.exited(e, 0, 9, {.peak_bytes = 1});
          break;
        case 13:
          b.gone(e);
          break;
        case 14:
          b.extension_started(e, any_id(), "A", 0);
          break;
        case 15:
          b.extension_registered(e, any_id(), chance.below(2) == 0 ? "A" : "B",
                                 {.external = chance.below(2) == 0});
          break;
        case 16:
          b.extension_ready(e, any_id());
          break;
        case 17:
          b.extension_exited(e, any_id(), 1).extension_failed(e, any_id(), "x");
          break;
        case 18:
          b.runtime_initialized(e);
          break;
        case 19:
          b.restore_began(e);
          break;
        case 20:
          b.restore_finished(e, cpu).restore_failed(e, outcome::restore_error, "x");
          break;
        case 21:
          b.shutdown_began(e).extension_line(e, any_id(), "x").telemetry_dropped(e, i, 1, 1);
          break;
      }
    }
    const timeline t = read_timeline(b.build());
    const summary s = summarize(t);
    for (const figure& f : figures_of(s)) check_is_finite(f);
    for (const extension_figures& x : s.with_extensions.extensions)
      for (const figure& f : {x.registration_ms, x.init_ms, x.invoke_ms}) check_is_finite(f);
    CHECK(t.invocations.size() <= arrivals);
    CHECK(s.count.invocations + s.count.throttles + s.count.discarded == t.invocations.size());
    for (const environment_row& e : t.environments) {
      CHECK(e.starting_with_it < t.environments.size());
      for (const bar& part : waterfall(t, e)) CHECK(std::isfinite(part.length_ms));
    }
  }
}
