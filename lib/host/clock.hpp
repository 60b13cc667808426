// SPDX-License-Identifier: Apache-2.0
// The one place that asks what time it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace lambdaprof::host {

/// The clock of a live run: CLOCK_MONOTONIC, counted from its construction.
class clock {
 public:
  clock() : origin_(std::chrono::steady_clock::now()) {}

  instant now() const { return instant(std::chrono::steady_clock::now() - origin_); }
  /// The same moment as timers of Asio count it; `never` stays the latest there is.
  std::chrono::steady_clock::time_point steady(instant at) const;

 private:
  std::chrono::steady_clock::time_point origin_;
};

/// Milliseconds since 1970, as in the deadline header of the Runtime API.
std::int64_t wall_ms();

/// Now in UTC, as "2026-11-24T09:30:00.123Z".
std::string utc_now();
/// The same of an instant that is so far ahead.
std::string utc_in(span ahead);

}  // namespace lambdaprof::host
