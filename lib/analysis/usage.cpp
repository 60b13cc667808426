// SPDX-License-Identifier: Apache-2.0
#include "analysis/usage.hpp"

#include <algorithm>

namespace lambdaprof::analysis {
namespace {

/// What of other threads still counts as none, as a share of the wall time: so much can parts
/// overlap.
constexpr double idle_share = 0.02;
constexpr span idle_time = std::chrono::microseconds(20);

template <class T>
T grown(T before, T after) {
  if (after < T{}) return T{-1};
  return std::max(T{}, after - std::max(before, T{}));
}

}  // namespace

journal::usage used_between(const journal::usage& before, const journal::usage& after) {
  journal::usage u = after;
  for (auto member :
       {&journal::usage::cpu, &journal::usage::user, &journal::usage::system,
        &journal::usage::throttled, &journal::usage::waited, &journal::usage::cpu_some,
        &journal::usage::cpu_full, &journal::usage::io_some, &journal::usage::io_full})
    u.*member = grown(before.*member, after.*member);
  for (auto member : {&journal::usage::minor_faults, &journal::usage::major_faults,
                      &journal::usage::read_bytes, &journal::usage::slices,
                      &journal::usage::voluntary_switches, &journal::usage::involuntary_switches})
    u.*member = grown(before.*member, after.*member);
  return u;
}

std::optional<attribution> attribute(span wall, const journal::usage& used) {
  if (used.cpu < span{} || used.waited < span{} || used.busiest < span{}) return std::nullopt;
  // What runs on from before may be running now, and shows only at the next tick of the kernel.
  if (used.carried > span{} || used.running > 0) return std::nullopt;
  const span others = used.cpu + used.waited - used.busiest;
  const auto share = std::chrono::duration_cast<span>(wall * idle_share);
  if (others > std::max(share, idle_time)) return std::nullopt;

  attribution a;
  // The kernel knows the sum exactly, its division only by the tick.
  a.system = used.system < span{} ? span{} : std::min(used.system, used.cpu);
  a.user = used.cpu - a.system;
  a.throttled = std::max(used.throttled, span{});
  // A thread that is throttled waits as well.
  a.waiting = std::max(used.waited - a.throttled, span{});
  const span sum = used.cpu + std::max(used.waited, a.throttled);
  a.blocked = std::max(wall - sum, span{});
  a.residual = std::max(sum - wall, span{});
  return a;
}

}  // namespace lambdaprof::analysis
