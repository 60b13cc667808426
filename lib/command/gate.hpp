// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "command/console.hpp"
#include "command/outputs.hpp"
#include "command/settings.hpp"

namespace lambdaprof::command {

struct gate_options {
  std::string profile;                 ///< file; empty: the defaults
  std::vector<profile_flag> flags;     ///< in the order of the command line
  std::vector<std::string> command;    ///< replaces the profile's unless empty
  std::vector<std::string> arguments;  ///< come after either, and after the baseline
  std::string baseline;                ///< a function or a result; empty: none
  std::string budgets;                 ///< a file of budgets; empty: none
  output_paths outputs;
  std::string command_line;       ///< as typed, for the report
  std::string label;              ///< what is measured; empty: the commit of a CI job
  bool updates = false;           ///< measures and writes the baseline, judges nothing
  bool ignores_failures = false;  ///< judges by what succeeded
};

/// Whether a function keeps its budgets: proved, disproved or neither.
int gate(const gate_options& options, const console& c);

}  // namespace lambdaprof::command
