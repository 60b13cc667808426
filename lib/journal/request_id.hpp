// SPDX-License-Identifier: Apache-2.0
// The name under which the function, its invoker and the log know an invocation. No fact holds it,
// since it follows from the conditions of the run.
#pragma once

#include <cstdint>
#include <string>

#include "base/id.hpp"

namespace lambdaprof::journal {

/// A UUID in the form of version 4; follows from the run's seed.
std::string request_id(std::uint64_t seed, invocation_id inv);

}  // namespace lambdaprof::journal
