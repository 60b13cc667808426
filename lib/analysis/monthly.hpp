// SPDX-License-Identifier: Apache-2.0
// What traffic costs in a month of 30 days, if it goes on as it did.
#pragma once

#include <cstdint>

#include "analysis/billing.hpp"
#include "analysis/traffic.hpp"

namespace lambdaprof::analysis {

/// US dollars, each with the fees of its invocations.
struct monthly {
  double on_demand = 0;
  double pings = 0;
  double provisioned = 0;      ///< kept ready, and what ran there
  double idle_gb_seconds = 0;  ///< memory of environments that waited for an event

  double dollars() const { return on_demand + pings + provisioned; }
};

/// `provisioned`: environments kept ready. Their inits are not in it: how often Lambda replaces
/// them is not known.
monthly a_month_of(const traffic& t, std::uint32_t provisioned, std::int64_t memory_mb,
                   const prices& p);

}  // namespace lambdaprof::analysis
