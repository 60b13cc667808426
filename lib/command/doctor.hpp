// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "command/console.hpp"

namespace lambdaprof::command {

struct doctor_options {
  std::string json;  ///< file; empty: none
};

/// What this machine can enforce of Lambda, how noisy it is and what would mend that, found out by
/// trying.
int doctor(const doctor_options& options, const console& c);

}  // namespace lambdaprof::command
