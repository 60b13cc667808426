// SPDX-License-Identifier: Apache-2.0
// Lambda's own lines, taken apart: fields with a tab after each.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace lambdaprof::conformance {

/// Those that begin with this word.
inline std::vector<std::string> lines_with(const std::vector<std::string>& log,
                                           std::string_view word) {
  std::vector<std::string> found;
  for (const std::string& line : log)
    if (line.starts_with(std::string(word) + " ")) found.push_back(line);
  return found;
}

/// What stands after "name: ".
inline std::optional<std::string> field(const std::string& line, std::string_view name) {
  std::istringstream fields(line);
  const std::string start = std::string(name) + ": ";
  for (std::string one; std::getline(fields, one, '\t');)
    if (one.starts_with(start)) return one.substr(start.size());
  return std::nullopt;
}

/// Without its unit.
inline double number(const std::string& line, std::string_view name) {
  return std::stod(field(line, name).value_or("-1"));
}

}  // namespace lambdaprof::conformance
