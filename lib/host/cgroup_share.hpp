// SPDX-License-Identifier: Apache-2.0
// What a memory size buys of CPU on Lambda, as arguments for a cgroup and an affinity mask.
#pragma once

#include <cstdint>

namespace lambdaprof::host {

/// The period of Lambda's CPU bandwidth control, in µs.
inline constexpr std::int64_t cpu_period_us = 20'000;

/// The CPU time per period of a function with this memory size, in µs: 1769 MB are one CPU.
constexpr std::int64_t quota_us(std::int64_t memory_mb) {
  return cpu_period_us * memory_mb / 1769;
}

/// The number of CPUs that a function with this memory size sees.
constexpr int visible_cpus(std::int64_t memory_mb) {
  constexpr std::int64_t last_mb[]{3008, 5307, 7076, 8845};
  int cpus = 2;
  for (const std::int64_t last : last_mb) cpus += memory_mb > last ? 1 : 0;
  return cpus;
}

}  // namespace lambdaprof::host
