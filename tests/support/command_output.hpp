// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

namespace lambdaprof::support {

/// What a command of the shell prints, and the status it ends with.
struct command_output {
  std::string text;
  int status = -1;
};

inline command_output output_of(const std::string& command) {
  std::FILE* out = ::popen(command.c_str(), "r");
  REQUIRE(out != nullptr);
  command_output all;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, out)) > 0;)
    all.text.append(buffer, got);
  all.status = ::pclose(out);
  return all;
}

}  // namespace lambdaprof::support
