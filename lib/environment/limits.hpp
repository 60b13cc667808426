// SPDX-License-Identifier: Apache-2.0
// The platform's numbers in one place. Marks: DOC the AWS documentation, RIE the interface
// emulator's code.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace lambdaprof::environment {

/// An on-demand init that takes longer is ended and repeated inside the invocation. DOC
inline constexpr span init_limit = std::chrono::seconds(10);

/// Largest request and response of a synchronous invocation: 6 MiB + 100. RIE, DOC
inline constexpr std::uint64_t payload_limit = 6 * 1024 * 1024 + 100;

/// A runtime that has posted /init/error is expected to exit by itself; ours to choose how long we
/// wait.
inline constexpr span init_error_grace = std::chrono::milliseconds(300);

/// Refused calls of one environment that the journal keeps; ours to choose.
inline constexpr std::uint32_t most_refusals = 1000;

}  // namespace lambdaprof::environment
