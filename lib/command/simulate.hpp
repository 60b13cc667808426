// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command/console.hpp"
#include "command/outputs.hpp"
#include "command/settings.hpp"

namespace lambdaprof::command {

struct simulate_options {
  std::string from;     ///< a result, of which times are drawn; empty: only what is given below
  std::string variant;  ///< of it; empty: the only one
  /// Distributions; empty: those of the result.
  std::string init, first, handler, after;
  std::string profile;
  std::vector<profile_flag> flags;
  std::vector<std::string> traffic;   ///< empty: the plan of the profile
  std::vector<std::string> policies;  ///< empty: some usual ones
  std::optional<double> days;         ///< none: as the profile has it
  output_paths outputs;
  std::string command_line;
};

/// What a load would meet and cost under several policies, in virtual time.
int simulate(const simulate_options& options, const console& c);

}  // namespace lambdaprof::command
