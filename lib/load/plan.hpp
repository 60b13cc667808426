// SPDX-License-Identifier: Apache-2.0
// The load as written: phases, one after the other, some of them repeated.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::load {

/// `count` events at the same instant.
struct burst {
  std::uint32_t count = 1;
};
/// Nothing for so long, counted from when all that came before has settled.
struct idle {
  span length{};
};
/// `count` events, each due when the one before has settled: a closed loop of one caller.
struct sequential {
  std::uint32_t count = 1;
};
/// An open loop at a fixed rate: events are due whatever becomes of those before.
struct steady {
  double per_second = 1;
  span length{};
};
/// An open loop with exponential gaps.
struct poisson {
  double per_second = 1;
  span length{};
};
/// Retires every environment, as deploying a new version does; waits until all has settled first.
struct fresh {};
struct repeat;

using phase = std::variant<burst, idle, sequential, steady, poisson, fresh, repeat>;

struct repeat {
  std::uint32_t times = 1;
  bool discarded = false;  ///< a warm-up: its samples are in no statistic
  std::vector<phase> phases;
};

using plan = std::vector<phase>;

/// The plan in one line: "20 × (fresh, 1 + 20 sequential)".
std::string describe(const plan& p);

/// Events that the plan will send; for Poisson phases the expected number.
double expected_events(const plan& p);

}  // namespace lambdaprof::load
