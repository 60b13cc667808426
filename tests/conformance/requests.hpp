// SPDX-License-Identifier: Apache-2.0
// The bytes of requests. Header fields are whole lines with their ends, so that a test can write
// any.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace lambdaprof::conformance {

inline std::string request(std::string_view method, std::string_view path,
                           std::string_view fields = {}) {
  return std::string(method)
      .append(" ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n")
      .append(fields)
      .append("\r\n");
}

inline std::string post(std::string_view path, std::string_view body,
                        std::string_view fields = {}) {
  return request("POST", path,
                 std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n")
      .append(body);
}

/// Its body in these chunks; `trailers` are whole lines.
inline std::string chunked_post(std::string_view path, const std::vector<std::string>& chunks,
                                std::string_view fields = {}, std::string_view trailers = {}) {
  std::string text = request("POST", path, std::string(fields) + "Transfer-Encoding: chunked\r\n");
  for (const std::string& chunk : chunks)
    text += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
  return text.append("0\r\n").append(trailers).append("\r\n");
}

inline constexpr std::string_view runtime_api = "/2018-06-01/runtime";

inline std::string next_path() {
  return std::string(runtime_api) + "/invocation/next";
}
inline std::string response_path(std::string_view id) {
  return std::string(runtime_api).append("/invocation/").append(id).append("/response");
}
inline std::string error_path(std::string_view id) {
  return std::string(runtime_api).append("/invocation/").append(id).append("/error");
}
inline std::string init_error_path() {
  return std::string(runtime_api) + "/init/error";
}
inline std::string ask_next(std::string_view fields = {}) {
  return request("GET", next_path(), fields);
}

}  // namespace lambdaprof::conformance
