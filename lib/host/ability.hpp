// SPDX-License-Identifier: Apache-2.0
// What this host can do, found out by trying, or why it cannot.
#pragma once

#include <string>

namespace lambdaprof::host {

struct ability {
  bool can = false;
  std::string how;      ///< "cgroup v1 cfs, period 20 ms"; empty if it cannot
  std::string why_not;  ///< empty if it can
  std::string remedy;   ///< what the user can do about it
};

}  // namespace lambdaprof::host
