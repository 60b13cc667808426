// SPDX-License-Identifier: Apache-2.0
// Runs with extensions, restores and streamed responses.
#pragma once

#include "report/sample.hpp"

namespace lambdaprof::support {

/// Eight cold starts, each with three warm invocations; the last "A" ignores its SHUTDOWN.
inline journal::journal extended_run() {
  journal_builder b;
  b.conditions() = plausible_conditions();
  b.conditions().function.extensions = {"A"};
  lambdaprof::random chance(5);
  std::uint32_t i = 0;
  for (std::uint32_t e = 0; e < 8; ++e) {
    const double registered = chance.uniform(9, 14);
    b.later(10).arrived(i).extended_init(e, i,
                                         {.registered = registered,
                                          .started = registered + 1,
                                          .runtime_ready = registered + 9,
                                          .external_ready = registered + 24,
                                          .internal_ready = registered + 12});
    b.extended(e, i++, journal::start_kind::cold, chance.uniform(4, 6), 0.1, 2);
    for (int n = 0; n < 3; ++n, ++i)
      b.later(5).arrived(i).extended(e, i, journal::start_kind::warm, 1, 0.1, chance.uniform(1, 3));
    b.later(1).retired(e).shutdown_began(e).exited(e, 0, 0);
    b.extension_exited(e, 0, 0, e == 7 ? 9 : 0).gone(e);
  }
  return b.build();
}

/// A SnapStart function that streams; its last restore fails.
inline journal::journal restored_run() {
  journal_builder b;
  b.conditions() = plausible_conditions();
  b.conditions().function.initialization = "snap-start";
  b.conditions().function.invoke_mode = "response_stream";
  std::uint32_t i = 0;
  for (std::uint32_t e = 0; e < 3; ++e) {
    const double start = 1'000.0 * (e + 1);
    b.at(start).arrived(i).launch_ordered(e, i).at(start + 1).process_started(e, start + 0.5);
    b.later(90 + e);
    b.init_finished(e, 80).restore_began(e).later(4);
    if (e == 2) {
      b.restore_failed(e, journal::outcome::restore_error, "{}", "Runtime.AfterRestoreError");
      b.failed(e, i, journal::outcome::restore_error, R"({"errorType":"Runtime.X"})",
               "Runtime.AfterRestoreError");
      b.settled(e, i, journal::outcome::restore_error).reset(e).end(e);
      break;
    }
    b.restore_finished(e, 83);
    for (const auto kind : {journal::start_kind::cold, journal::start_kind::warm}) {
      if (kind == journal::start_kind::warm) b.later(1).arrived(i);
      b.delivered(e, i, kind).later(1).response_began(e, i).later(6).responded(e, i, 900);
      b.later(0.2).runtime_ready(e, i).settled(e, i);
      ++i;
    }
    b.later(1).end(e);
  }
  return b.build();
}

/// One of everything that can go wrong with extensions.
inline journal::journal spoilt_run() {
  using journal::outcome;
  journal_builder b;
  b.conditions() = plausible_conditions();
  const auto fail = [&](std::uint32_t n, outcome how) {
    b.init_failed(n, how, "{}").reset(n).shutdown_began(n, journal::shutdown_reason::failure);
  };
  const auto end = [&](std::uint32_t n, outcome how) {
    b.failed(n, n, how, "{}").settled(n, n, how).retired(n).gone(n).later(1);
  };
  for (std::uint32_t n = 0; n < 4; ++n) {
    b.at(100.0 * (n + 1)).arrived(n).launch_ordered(n, n);
    if (n == 0) {
      b.extension_launch_failed(n, 0, "A", "exec format error").later(1);
      fail(n, outcome::extension_launch);
      end(n, outcome::extension_launch);
      continue;
    }
    b.extension_started(n, 0, "A", 100.0 * (n + 1)).later(5);
    if (n == 1) {
      b.extension_exited(n, 0, 1);
      fail(n, outcome::extension_exited);
      end(n, outcome::extension_exited);
      continue;
    }
    if (n == 3) b.extension_registered(n, 0, "A");
    b.later(10);
    fail(n, outcome::timed_out);
    b.extension_exited(n, 0, 0, 9);
    end(n, outcome::timed_out);
  }
  b.at(1'000).arrived(4).extended_init(4, 4).delivered(4, 4, journal::start_kind::cold).later(2);
  b.telemetry_dropped(4, 0, 4, 900).responded(4, 4).runtime_ready(4, 4);
  b.extension_ready(4, 1).later(500).settled(4, 4, outcome::timed_out).reset(4);
  b.shutdown_began(4, journal::shutdown_reason::timeout).exited(4, 0, 9);
  b.extension_exited(4, 0, 0, 9).retired(4).gone(4);
  b.at(2'000).arrived(5).extended_init(5, 5).delivered(5, 5, journal::start_kind::cold).later(2);
  b.extension_failed(5, 0, "Extension.NoKey").failed(5, 5, outcome::extension_error, "{}");
  b.settled(5, 5, outcome::extension_error).reset(5).shutdown_began(5).exited(5, 0, 9);
  b.extension_exited(5, 0, 1).retired(5).gone(5);
  return b.build();
}

}  // namespace lambdaprof::support
