// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "command/compare.hpp"
#include "command/console.hpp"

namespace lambdaprof::command {

struct experiment_options : compare_options {
  std::string name;         ///< of a profile, or its file; empty: which there are
  std::string folder;       ///< of the profiles; empty: those that came with the program
  bool writes_page = true;  ///< NAME.html, unless another file is named
};

/// A comparison that is ready: a profile with variants and a question. Without a name: lists them.
int experiment(const experiment_options& options, const console& c);

}  // namespace lambdaprof::command
