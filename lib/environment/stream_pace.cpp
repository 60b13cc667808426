// SPDX-License-Identifier: Apache-2.0
#include "environment/stream_pace.hpp"

#include <algorithm>

#include "environment/limits.hpp"

namespace lambdaprof::environment {

span stream_pace::admit(instant now, std::uint64_t bytes) {
  if (began_ == never) began_ = now;
  taken_ += bytes;
  if (taken_ <= stream_burst) {
    began_ = now;  // the bucket is refilled from when it first runs dry
    return span{};
  }
  constexpr std::uint64_t each =
      stream_rate * static_cast<std::uint64_t>(stream_refill.count()) / 1'000'000'000U;
  const std::uint64_t over = std::min(taken_, stream_limit * 2) - stream_burst;
  const std::uint64_t refills = (over + each - 1) / each;
  const instant due = began_ + stream_refill * static_cast<std::int64_t>(refills);
  return std::max(due - now, span{});
}

}  // namespace lambdaprof::environment
