// SPDX-License-Identifier: Apache-2.0
#include "wire/json_body.hpp"

namespace lambdaprof::wire {

using json = nlohmann::ordered_json;

std::optional<json> read_json(std::string_view text, std::size_t most_bytes, int deepest) {
  // nlohmann takes a NUL byte for the end of the text.
  if (text.size() > most_bytes || text.find('\0') != text.npos) return std::nullopt;
  bool is_too_deep = false;
  json root = json::parse(
      text,
      [&is_too_deep, deepest](int depth, json::parse_event_t, json&) {
        is_too_deep = is_too_deep || depth > deepest;
        return depth <= deepest;
      },
      false);
  if (root.is_discarded() || is_too_deep) return std::nullopt;
  return root;
}

}  // namespace lambdaprof::wire
