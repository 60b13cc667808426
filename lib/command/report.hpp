// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "command/console.hpp"
#include "command/outputs.hpp"

namespace lambdaprof::command {

struct report_options {
  std::vector<std::string> files;  ///< results or journals; "-" is standard input
  output_paths outputs;
};

/// Renders saved results and journals again.
int report(const report_options& options, const console& c);

}  // namespace lambdaprof::command
