// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "command/compare.hpp"
#include "command/console.hpp"

namespace lambdaprof::command {

struct experiment_options : compare_options {
  std::string name;    ///< of a profile, or its file; empty: which there are
  std::string folder;  ///< of the profiles; empty: those that came with the program
};

/// A comparison that is ready: a profile with variants and a question. Its report is also written
/// to NAME.html, unless another file is named or the build has no page. Without a name: lists them.
int experiment(const experiment_options& options, const console& c);

}  // namespace lambdaprof::command
