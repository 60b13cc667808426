// SPDX-License-Identifier: Apache-2.0
#include "host/clock.hpp"

#include <fmt/format.h>

#include <ctime>

namespace lambdaprof::host {

std::chrono::steady_clock::time_point clock::steady(instant at) const {
  using steady_point = std::chrono::steady_clock::time_point;
  // Anything this far away would overflow on the way to the other clock.
  if (at.time_since_epoch() > steady_point::max() - origin_) return steady_point::max();
  return origin_ + at.time_since_epoch();
}

std::int64_t wall_ms() {
  using namespace std::chrono;
  return duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch()).count();
}

namespace {

std::string utc_of(std::int64_t ms) {
  const auto whole_seconds = static_cast<std::time_t>(ms / 1000);
  std::tm utc{};
  ::gmtime_r(&whole_seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms % 1000);
}

}  // namespace

std::string utc_now() {
  return utc_of(wall_ms());
}

std::string utc_in(span ahead) {
  return utc_of(wall_ms() + std::chrono::duration_cast<std::chrono::milliseconds>(ahead).count());
}

}  // namespace lambdaprof::host
