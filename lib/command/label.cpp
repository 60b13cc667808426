// SPDX-License-Identifier: Apache-2.0
#include "command/label.hpp"

#include <cstdlib>

namespace lambdaprof::command {

std::string label_or_commit(const std::string& given) {
  constexpr std::size_t columns = 12;
  if (!given.empty()) return given;
  for (const char* name : {"GITHUB_SHA", "CI_COMMIT_SHA"})
    if (const char* commit = std::getenv(name); commit != nullptr && *commit != '\0')
      return std::string(commit).substr(0, columns);
  return "";
}

}  // namespace lambdaprof::command
