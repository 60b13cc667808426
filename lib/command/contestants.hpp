// SPDX-License-Identifier: Apache-2.0
// Who takes part in a trial: from functions, variants and sweeps to resolved profiles.
#pragma once

#include <string>
#include <vector>

#include "command/trial.hpp"
#include "profile/profile.hpp"

namespace lambdaprof::command {

/// What the command line names besides the profile.
struct named_variants {
  std::vector<std::string> functions;
  std::vector<std::string> arguments;  ///< of each of them
  std::vector<std::string> variants;   ///< "NAME:KEY=VALUE,…"
  std::vector<std::string> sweeps;     ///< "KEY=a,b,c"
  std::vector<std::string> each;       ///< the same: groups that are compared within themselves
};

/// Every function with every variant and every value of each sweep, once for each group; one of
/// them is the base, and where `p.trial.self_test` asks for it, it takes part once more.
result<std::vector<contestant>> contestants_of(const profile::profile& p, const named_variants& n);

/// The base once more.
contestant repeat_of(const contestant& base);

/// The fixed workload that tells how fast this machine is, under the conditions of `like`.
result<contestant> calibration_like(const profile::profile& like);

/// What they run, which no output may replace.
std::vector<std::string> programs_of(const std::vector<contestant>& contestants);

}  // namespace lambdaprof::command
