// SPDX-License-Identifier: Apache-2.0
// API Gateway's HTTP API event, payload format 2.0.
#pragma once

#include <string>
#include <string_view>

#include "optimizer-cpp/json.hpp"

namespace optimizer {

struct request {
  std::string method;
  std::string path;
  std::string accept_language;
  std::string body;
};

/// Throws std::invalid_argument that says what is missing, if it is no such event.
request read_request(const json& event);

/// A SHA-256 in hexadecimal of all that does not change from request to request.
std::string cache_key(json event);

}  // namespace optimizer
