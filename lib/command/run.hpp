// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "command/console.hpp"
#include "command/outputs.hpp"
#include "command/settings.hpp"

namespace lambdaprof::command {

struct run_options {
  std::string profile;                 ///< file; empty: the defaults
  std::vector<profile_flag> flags;     ///< in the order of the command line
  std::vector<std::string> command;    ///< replaces the profile's unless empty
  std::vector<std::string> arguments;  ///< come after either
  output_paths outputs;
  std::string command_line;       ///< as typed, for the report
  std::string label;              ///< what is measured; empty: the commit of a CI job
  bool shows_output = false;      ///< Lambda's log with the function's lines, on standard error
  bool prints_profile = false;    ///< only that
  bool ignores_failures = false;  ///< status 0 even if invocations failed
};

/// One function under a plan: measures, reports, and says by its status whether the function
/// failed.
int run(const run_options& options, const console& c);

}  // namespace lambdaprof::command
