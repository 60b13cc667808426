// SPDX-License-Identifier: Apache-2.0
#include "profile/json_text.hpp"

namespace lambdaprof::profile {

std::string json_text::expects() const {
  return "a JSON object of at most " + std::to_string(longest) + " bytes, or null";
}

json json_text::schema() const {
  return {{"type", {"object", "null"}}};
}

result<std::string> json_text::read(const json& value, const source&) const {
  if (value.is_null()) return std::string();
  if (!value.is_object()) return unlike(expects(), value);
  std::string written = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (written.size() > longest)
    return fault{fault_kind::usage,
                 "expected " + expects() + ", got " + std::to_string(written.size()) + " bytes", "",
                 ""};
  return written;
}

json json_text::tell(const std::string& value) const {
  return value.empty() ? json() : json::parse(value, nullptr, false);
}

result<json> json_text::from_text(std::string_view words) const {
  json parsed = json::parse(words, nullptr, false);
  if (parsed.is_discarded()) return json(words);
  return parsed;
}

}  // namespace lambdaprof::profile
