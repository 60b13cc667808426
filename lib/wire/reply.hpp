// SPDX-License-Identifier: Apache-2.0
// The shape that the answers of all APIs share.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>

namespace lambdaprof::wire {

inline constexpr std::string_view json_type = "application/json";

inline void append_reply(std::string& out, std::string_view status, std::string_view type,
                         std::string_view body) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", status, type,
                 body.size(), body);
}

/// `type` and `message` stand in the JSON as they are.
inline void append_error(std::string& out, std::string_view status, std::string_view type,
                         std::string_view message) {
  append_reply(out, status, json_type,
               fmt::format("{{\"errorMessage\":\"{}\",\"errorType\":\"{}\"}}\n", message, type));
}

}  // namespace lambdaprof::wire
