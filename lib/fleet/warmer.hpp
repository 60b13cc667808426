// SPDX-License-Identifier: Apache-2.0
// Pings that keep environments warm, as serverless-plugin-warmup and lambda-warmer send them: real
// invocations with a payload that the function knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace lambdaprof::fleet {

struct warmer {
  span every = std::chrono::minutes(4);
  std::uint32_t concurrency = 1;  ///< pings at once
  /// How long a ping keeps its environment, so that those of one period meet different ones.
  span hold = std::chrono::milliseconds(75);
  std::string payload;  ///< JSON, of every ping; empty: `ping_payload` makes one
  friend bool operator==(const warmer&, const warmer&) = default;
};

/// Of the ping with that number, from 0. Both libraries take it for one of theirs, and `hold_ms`
/// tells a function of one's own how long to hold.
std::string ping_payload(const warmer& w, std::uint32_t number);

/// "every=4m,concurrency=5,hold=75ms", each of them optional; "payload={…}" comes last.
result<warmer> parse_warmer(std::string_view text);
std::string spell(const warmer& w);

}  // namespace lambdaprof::fleet
