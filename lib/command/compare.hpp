// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "command/console.hpp"
#include "command/outputs.hpp"
#include "command/settings.hpp"

namespace lambdaprof::command {

struct compare_options {
  std::string profile;                 ///< file; empty: the defaults
  std::vector<profile_flag> flags;     ///< in the order of the command line
  std::vector<std::string> subjects;   ///< functions, or results of earlier runs
  std::vector<std::string> arguments;  ///< of every function
  std::vector<std::string> variants;   ///< "NAME:KEY=VALUE,…"
  std::vector<std::string> sweeps;     ///< "KEY=a,b,c"
  std::vector<std::string> each;       ///< "KEY=a,b,c": compared within each value
  output_paths outputs;
  std::string command_line;       ///< as typed, for the report
  std::string label;              ///< what is measured; empty: the commit of a CI job
  bool forces = false;            ///< compares saved results that should not be
  bool ignores_failures = false;  ///< status 0 even if invocations failed
};

/// Several variants in one interleaved trial, or saved results: how much they differ from the
/// first.
int compare(const compare_options& options, const console& c);

}  // namespace lambdaprof::command
