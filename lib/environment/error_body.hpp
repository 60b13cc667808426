// SPDX-License-Identifier: Apache-2.0
// What the invoker sees when the platform itself reports a failure: the payloads of lambda-protocol
// §1.11.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/time.hpp"

namespace lambdaprof::environment {

/// The UUID of an invocation, in the form of version 4; follows from the run's seed.
std::string request_id(std::uint64_t seed, invocation_id inv);

std::string exit_error(std::string_view request_id, int status, int signal, bool core_dumped);
/// Of a process that the kernel killed at the memory limit.
std::string out_of_memory_error(std::string_view request_id);
std::string launch_error(std::string_view request_id, std::string_view reason);
std::string timeout_error(std::string_view request_id, span timeout);
std::string too_large_error();
std::string bad_mode_error(std::string_view request_id);
std::string truncated_error(std::string_view request_id);

}  // namespace lambdaprof::environment
