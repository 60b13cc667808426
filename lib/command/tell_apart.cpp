// SPDX-License-Identifier: Apache-2.0
#include "command/tell_apart.hpp"

#include <algorithm>
#include <cstddef>

namespace lambdaprof::command {
namespace {

/// Deeper than people nest.
constexpr std::size_t most_parts = 64;

std::string end_of(const std::filesystem::path& path, std::size_t parts) {
  std::string end;
  for (auto part = path.end(); parts > 0 && part != path.begin(); --parts)
    end = (*--part / end).string();
  return end.ends_with('/') ? end.substr(0, end.size() - 1) : end;
}

bool has_twice(const std::vector<std::string>& names, const std::string& name) {
  return std::count(names.begin(), names.end(), name) > 1;
}

}  // namespace

void tell_apart(std::vector<std::string>& names, const std::vector<std::filesystem::path>& paths) {
  const std::vector<std::string> short_names = names;
  const auto is_ambiguous = [&](const std::string& name) { return has_twice(names, name); };
  for (std::size_t parts = 1; parts <= most_parts; ++parts) {
    if (std::none_of(names.begin(), names.end(), is_ambiguous)) return;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (has_twice(short_names, short_names[i])) names[i] = end_of(paths[i], parts);
  }
}

}  // namespace lambdaprof::command
