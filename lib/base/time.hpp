// SPDX-License-Identifier: Apache-2.0
// Instants and spans without a clock: only host/clock and the simulated world create instants, so
// that nothing below them can ask what time it is.
#pragma once

#include <chrono>

namespace lambdaprof {

using span = std::chrono::nanoseconds;

/// The clock of a run: nanoseconds since the run began. Deliberately without now().
struct run_clock {
  using duration = span;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<run_clock>;
  static constexpr bool is_steady = true;
};

using instant = run_clock::time_point;

inline constexpr instant never = instant::max();

/// Milliseconds as people read them.
constexpr double milliseconds(span s) {
  return static_cast<double>(s.count()) / 1e6;
}
constexpr double seconds(span s) {
  return static_cast<double>(s.count()) / 1e9;
}

}  // namespace lambdaprof
