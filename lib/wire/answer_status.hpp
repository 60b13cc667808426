// SPDX-License-Identifier: Apache-2.0
// What an answer says of itself to a gateway in front of the function.
#pragma once

#include <cstdint>
#include <string_view>

namespace lambdaprof::wire {

/// The HTTP status that a function behind API Gateway, a function URL or a load balancer answers
/// with: the `statusCode` of the JSON object `body`, or of the prelude of a streamed one, a number
/// or a string of three digits. 0: it says none within its first 64 KB.
std::uint16_t answer_status(std::string_view body);

}  // namespace lambdaprof::wire
