// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace optimizer {

using json = nlohmann::json;
using ordered_json = nlohmann::ordered_json;

/// Throws std::invalid_argument if the text is no JSON, or nested so deeply that recursion would
/// end the process.
json parse_json(std::string_view text, std::string_view what);

/// The field if the value is an object that has it as a string, else "".
std::string text_at(const json& value, const char* field);

}  // namespace optimizer
