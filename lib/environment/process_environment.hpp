// SPDX-License-Identifier: Apache-2.0
// The variables that the function's process sees on provided.al2023, on demand (lambda-protocol
// §2.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "environment/function.hpp"

namespace lambdaprof::environment {

/// "K=V" each, the whole environment of the process: nothing of ours is inherited. `runtime_api` is
/// "127.0.0.1:port".
std::vector<std::string> variables_for(const function& f, std::string_view runtime_api,
                                       std::string_view log_stream);

/// Whether Lambda keeps this name for itself: a value of the customer's is ignored. DOC
bool is_reserved(std::string_view name);

/// The ARN of an unqualified function, in the region of the variables and the account of the RIE.
std::string function_arn(const function& f);

}  // namespace lambdaprof::environment
