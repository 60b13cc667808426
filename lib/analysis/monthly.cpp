// SPDX-License-Identifier: Apache-2.0
#include "analysis/monthly.hpp"

namespace lambdaprof::analysis {

monthly a_month_of(const traffic& t, std::uint32_t provisioned, std::int64_t memory_mb,
                   const prices& p) {
  constexpr double month_s = 30 * 24 * 3600;
  if (t.length <= span{}) return {};
  const double times = month_s / seconds(t.length);
  const auto cost = [&](const billed_time& b, double price) {
    return times *
           (static_cast<double>(b.invocations) * p.request + gb_seconds(b.ms, memory_mb) * price);
  };
  const double gb = static_cast<double>(memory_mb) / 1024;
  monthly m;
  m.on_demand = cost(t.on_demand, p.gb_second);
  m.pings = cost(t.warming, p.gb_second);
  m.provisioned =
      cost(t.provisioned, p.provisioned_run) + provisioned * gb * month_s * p.provisioned_gb_second;
  m.idle_gb_seconds = times * t.idle_seconds * gb;
  return m;
}

}  // namespace lambdaprof::analysis
