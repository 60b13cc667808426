// SPDX-License-Identifier: Apache-2.0
// A JSON object that is handed on as text: written in the profile as an object, on the command line
// as its text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "profile/json.hpp"
#include "profile/shape.hpp"

namespace lambdaprof::profile {

/// Of a client context: 3583 bytes of base64 (lambda-protocol §1.10), before that.
inline constexpr std::size_t most_client_context = 2687;

struct json_text {
  std::size_t longest;

  std::string expects() const;
  json schema() const;
  /// On one line and in ASCII, since it stands in a head; empty for null.
  result<std::string> read(const json& value, const source&) const;
  json tell(const std::string& value) const;
  result<json> from_text(std::string_view words) const;
};

}  // namespace lambdaprof::profile
