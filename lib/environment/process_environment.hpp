// SPDX-License-Identifier: Apache-2.0
// The variables that the processes of an environment see on provided.al2023 (lambda-protocol
// §2.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "environment/function.hpp"

namespace lambdaprof::environment {

/// "K=V" each, the whole environment of the process: nothing of ours is inherited. `runtime_api` is
/// "127.0.0.1:port". `token`: what a SnapStart function has to show for its credentials.
std::vector<std::string> variables_for(const function& f, capacity c, std::string_view runtime_api,
                                       std::string_view log_stream, std::string_view token = {});

/// The same for the process of an external extension.
std::vector<std::string> extension_variables_for(const function& f, capacity c,
                                                 std::string_view runtime_api,
                                                 std::string_view token = {});

/// What the credentials endpoint of a SnapStart function answers. `expiration`: RFC 3339.
std::string credentials_body(std::string_view expiration);

/// Whether Lambda keeps this name for itself: a value of the customer's is ignored. DOC
bool is_reserved(std::string_view name);

/// Of the interface emulator.
std::string_view account_id();

/// The ARN of an unqualified function, in the region of the variables and the account of the RIE.
std::string function_arn(const function& f);

}  // namespace lambdaprof::environment
