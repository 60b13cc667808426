// SPDX-License-Identifier: Apache-2.0
// What the invoker sees when the platform itself reports a failure: the payloads of lambda-protocol
// §1.11.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "journal/request_id.hpp"

namespace lambdaprof::environment {

using journal::request_id;

std::string exit_error(std::string_view request_id, int status, int signal, bool core_dumped);
/// Of a process that the kernel killed at the memory limit.
std::string out_of_memory_error(std::string_view request_id);
std::string launch_error(std::string_view request_id, std::string_view reason);
std::string timeout_error(std::string_view request_id, span timeout);
std::string too_large_error();
std::string bad_mode_error(std::string_view request_id);
std::string truncated_error(std::string_view request_id);

}  // namespace lambdaprof::environment
