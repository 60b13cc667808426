// SPDX-License-Identifier: Apache-2.0
// The rules of the house as checks over texts, so that the checker itself can be tested with bad
// samples.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lambdaprof::architecture {

struct room {
  std::string name;
  bool is_pure = false;
  std::vector<std::string> below;
};

/// The rows of lib/rooms.txt.
std::vector<room> parse_rooms(std::string_view table);

/// A row may list only rows above it: then there is no cycle.
std::vector<std::string> breaches_of_table(const std::vector<room>& rooms);

/// `path` is relative to lib/: "journal/lines.cpp".
std::vector<std::string> breaches_of_layers(std::string_view path, std::string_view text,
                                            const std::vector<room>& rooms);

/// What every source has to have: the licence line, a modest length, a guard if it is a header, no
/// `using` that it does not need.
std::vector<std::string> breaches_of_form(std::string_view path, std::string_view text);

}  // namespace lambdaprof::architecture
