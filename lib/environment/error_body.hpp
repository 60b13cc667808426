// SPDX-License-Identifier: Apache-2.0
// What the invoker sees when the platform itself reports a failure: the payloads of lambda-protocol
// §1.11.
#pragma once

#include <cstdint>
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
/// The same of a managed instance, which names no request.
std::string managed_timeout_error(span timeout);
std::string too_large_error(std::uint64_t limit);
std::string bad_mode_error(std::string_view request_id);
/// Of an extension that ended outside a shutdown.
std::string extension_exit_error(std::string_view request_id, int status, int signal);
std::string extension_launch_error(std::string_view request_id, std::string_view reason);
std::string too_many_extensions_error(std::string_view request_id);
/// What the error-type header of an extension counts as: itself if it is an "Extension.Reason".
std::string extension_error_type(std::string_view header, bool at_init);
/// `body`: what the extension has posted.
std::string extension_reported_error(std::string_view request_id, std::string_view type,
                                     std::string_view body);
/// The hooks of a SnapStart function took too long.
std::string restore_timeout_error(std::string_view request_id);
std::string truncated_error(std::string_view request_id);

}  // namespace lambdaprof::environment
