// SPDX-License-Identifier: Apache-2.0
#include "wire/trace_id.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace lambdaprof::wire {

std::string trace_id(std::uint64_t seed, invocation_id inv, std::uint32_t epoch_seconds) {
  // The invocation goes into the upper half, so that neighbouring seeds do not share their ids.
  random chance(seed ^ (std::uint64_t{inv.value} << 32));
  const auto root_high = static_cast<std::uint32_t>(chance.bits());
  const std::uint64_t root_low = chance.bits();
  return fmt::format("Root=1-{:08x}-{:08x}{:016x};Parent={:016x};Sampled=0", epoch_seconds,
                     root_high, root_low, chance.bits());
}

}  // namespace lambdaprof::wire
