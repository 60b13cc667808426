// SPDX-License-Identifier: Apache-2.0
// Why a binary could not be executed, in the words of Lambda.
#pragma once

#include <string>
#include <string_view>

namespace lambdaprof::wire {

/// "fork/exec /var/task/bootstrap: exec format error", for an errno of execve.
std::string launch_reason(std::string_view path, int error_number);

}  // namespace lambdaprof::wire
