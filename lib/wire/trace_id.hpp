// SPDX-License-Identifier: Apache-2.0
// The X-Ray header of an invocation. It is never sampled: nobody collects the segments here.
#pragma once

#include <cstdint>
#include <string>

#include "base/id.hpp"

namespace lambdaprof::wire {

/// "Root=1-…;Parent=…;Sampled=0"; follows from the run's seed, the invocation and the Unix time
/// alone.
std::string trace_id(std::uint64_t seed, invocation_id inv, std::uint32_t epoch_seconds);

}  // namespace lambdaprof::wire
