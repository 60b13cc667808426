// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fleet/keep_alive.hpp"
#include "fleet/warmer.hpp"

namespace lambdaprof::fleet {

/// What the pool's clock does while nothing runs.
enum class idle_clock : std::uint8_t {
  skip,  ///< jumps to the next thing due: 15 minutes of inactivity cost nothing
  real,  ///< waits
};
inline constexpr std::array<std::string_view, 2> idle_clock_names{"skip", "real"};

struct settings {
  fleet::keep_alive keep_alive;
  /// At most so many environments at once; beyond that events are throttled (Lambda's account
  /// default).
  std::uint32_t max_environments = 1000;
  /// No environment lives longer: real ones go after about two hours (lambda-models A4, 2020 data).
  span max_lifetime = std::chrono::hours(2);
  /// So many environments are there before any event comes, whatever the keep-alive.
  std::uint32_t provisioned = 0;
  /// Sends pings from the beginning of the plan to its end.
  std::optional<fleet::warmer> warmer;
  fleet::idle_clock idle_clock = fleet::idle_clock::skip;
};

}  // namespace lambdaprof::fleet
