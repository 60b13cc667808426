// SPDX-License-Identifier: Apache-2.0
// What AWS charges for an on-demand invocation: the rules of lambda-protocol §5.4 and the prices of
// lambda-models A7.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/summary.hpp"
#include "analysis/timeline.hpp"

namespace lambdaprof::analysis {

enum class architecture : std::uint8_t { x86_64, arm64 };

/// US dollars in us-east-1, beyond the free tier.
struct prices {
  double gb_second;
  double request;
  double provisioned_gb_second;  ///< kept ready
  double provisioned_run;        ///< a GB-second of what runs there, in the place of `gb_second`
};
prices prices_of(architecture a);

/// A GB of Lambda is 1024 MB.
double gb_seconds(std::int64_t milliseconds, std::int64_t memory_mb);

struct charge {
  span duration{};           ///< Lambda's Duration
  std::optional<span> init;  ///< Init Duration, where this invocation pays for it
  /// Restore Duration, in the place of it. No snapshot is loaded here, so all of it is billed.
  std::optional<span> restore;
  std::int64_t billed_restore_ms = 0;
  std::int64_t billed_ms = 0;
  double gb_seconds = 0;
};

/// With the fee of the request.
double dollars(const charge& c, const prices& p);

/// What `i` costs; nothing if it never ran, was throttled or was interrupted by us. `init` is the
/// time of its environment's own init, if that was a success; only the first invocation of such an
/// environment pays for it. That of a SnapStart function pays for the restore instead.
std::optional<charge> charge_for(const invocation_row& i, std::optional<span> init,
                                 const journal::function_facts& f,
                                 std::optional<span> restore = std::nullopt);

/// That of each row of `t.invocations`, at the same place.
std::vector<std::optional<charge>> charges(const timeline& t, const journal::function_facts& f);

/// What runs in a provisioned environment has other prices.
bool is_provisioned(const timeline& t, const invocation_row& i);

/// Of invocations on demand that went well and are no warm-up: what one costs.
struct bill {
  figure cold_ms, warm_ms, ping_ms;  ///< billed
  /// US dollars for a million of them, on average, with the fees of the requests.
  std::optional<double> cold_dollars, warm_dollars, ping_dollars;
};
bill sum_up(const timeline& t, const journal::function_facts& f, architecture a);

/// "Linux 6.1.0 aarch64": what a kernel calls itself ends in it.
architecture architecture_of(const journal::machine_facts& m);

}  // namespace lambdaprof::analysis
