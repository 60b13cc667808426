// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "command/console.hpp"

namespace lambdaprof::command {

struct history_options {
  std::vector<std::string> paths;  ///< results, or folders of them
  std::string metric;              ///< empty: the headline
  std::string json;                ///< file; empty: none
};

/// Where a figure changed for good over many results, in the order of their beginning. Advisory:
/// the status is 0 whatever is found.
int history(const history_options& options, const console& c);

}  // namespace lambdaprof::command
