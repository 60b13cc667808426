// SPDX-License-Identifier: Apache-2.0
// What AWS charges for an on-demand invocation: the rules of lambda-protocol §5.4 and the prices of
// lambda-models A7.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/timeline.hpp"

namespace lambdaprof::analysis {

enum class architecture : std::uint8_t { x86_64, arm64 };

/// US dollars in us-east-1, beyond the free tier.
struct prices {
  double gb_second;
  double request;
};
prices prices_of(architecture a);

/// A GB of Lambda is 1024 MB.
double gb_seconds(std::int64_t milliseconds, std::int64_t memory_mb);

struct charge {
  span duration{};           ///< Lambda's Duration
  std::optional<span> init;  ///< Init Duration, where this invocation pays for it
  std::int64_t billed_ms = 0;
  double gb_seconds = 0;
};

/// With the fee of the request.
double dollars(const charge& c, const prices& p);

/// What `i` costs; nothing if it never ran, was throttled or was interrupted by us. `init` is the
/// time of its environment's own init, if that was a success; only the first invocation of such an
/// environment pays for it.
std::optional<charge> charge_for(const invocation_row& i, std::optional<span> init,
                                 const journal::function_facts& f);

/// That of each row of `t.invocations`, at the same place.
std::vector<std::optional<charge>> charges(const timeline& t, const journal::function_facts& f);

}  // namespace lambdaprof::analysis
