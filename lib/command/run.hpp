// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "command/console.hpp"
#include "command/outputs.hpp"

namespace lambdaprof::command {

/// A value for a key of the profile, with the flag that set it.
struct profile_flag {
  std::string key;
  std::string value;
  std::string flag;
};

struct run_options {
  std::string profile;                 ///< file; empty: the defaults
  std::vector<profile_flag> flags;     ///< in the order of the command line
  std::vector<std::string> command;    ///< replaces the profile's unless empty
  std::vector<std::string> arguments;  ///< come after either
  output_paths outputs;
  std::string command_line;       ///< as typed, for the report
  bool shows_output = false;      ///< Lambda's log with the function's lines, on standard error
  bool prints_profile = false;    ///< only that
  bool ignores_failures = false;  ///< status 0 even if invocations failed
};

/// One function under a plan: measures, reports, and says by its status whether the function
/// failed.
int run(const run_options& options, const console& c);

}  // namespace lambdaprof::command
