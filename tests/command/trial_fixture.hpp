// SPDX-License-Identifier: Apache-2.0
// What the tests of `compare` and `gate` ask of results and reports.
#pragma once

#include "command/cli_fixture.hpp"
#include "report/width.hpp"

namespace lambdaprof::cli {

using strings = std::vector<std::string>;

/// Of the variants, in their order.
inline strings names_in(const nlohmann::json& result) {
  strings names;
  for (const nlohmann::json& v : result["variants"]) names.push_back(v["name"].get<std::string>());
  return names;
}

/// Of one metric; null if there is none.
inline nlohmann::json comparison_of(const nlohmann::json& result, const std::string& metric) {
  for (const nlohmann::json& c : result["comparisons"])
    if (c["metric"] == metric) return c;
  return nullptr;
}

inline bool has_caveat(const nlohmann::json& result, std::string_view part) {
  for (const nlohmann::json& caveat : result.value("caveats", nlohmann::json::array()))
    if (contains(caveat.get<std::string>(), part)) return true;
  return false;
}

/// A command line is never broken, all else is.
inline void check_widths(const std::string& report) {
  std::stringstream lines(report);
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("  $ ")) CHECK_MESSAGE(report::width_of(line) <= 100, line);
}

}  // namespace lambdaprof::cli
