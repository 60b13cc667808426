// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/json.hpp"

#include <stdexcept>

namespace optimizer {

json parse_json(std::string_view text, std::string_view what) {
  constexpr int deepest = 64;
  const auto watch = [&](int depth, json::parse_event_t, json&) {
    if (depth > deepest) throw std::invalid_argument(std::string(what) + " is nested too deeply");
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::parse_error& error) {
    throw std::invalid_argument(std::string(what) + " is not JSON: at byte " +
                                std::to_string(error.byte));
  }
}

std::string text_at(const json& value, const char* field) {
  const auto found = value.find(field);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace optimizer
