// SPDX-License-Identifier: Apache-2.0
// What an answer says of itself to a gateway in front of the function.
#pragma once

#include <cstdint>
#include <string_view>

namespace lambdaprof::wire {

/// 500 to 599 where a function behind API Gateway, a function URL or a load balancer answers with
/// such a status: the `statusCode` of the JSON object `body`, or of the prelude of a streamed one,
/// a number or a string of three digits. Else, and if it does not say so within 1 MB, 0.
std::uint16_t error_status(std::string_view body);

}  // namespace lambdaprof::wire
