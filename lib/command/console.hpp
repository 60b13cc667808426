// SPDX-License-Identifier: Apache-2.0
// What the user sees on: standard output for results, standard error for all else.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string_view>

#include "base/result.hpp"

namespace lambdaprof::command {

/// The exit statuses of product.md.
enum exit_status : int {
  success = 0,
  over_budget = 1,
  bad_usage = 2,
  inconclusive = 3,
  function_failed = 4,
  host_cannot = 5,
  our_bug = 70,
  interrupted = 130,
};

struct console {
  bool has_colour = false;    ///< of standard output
  bool has_progress = false;  ///< a line that is written over and over on standard error
  std::size_t columns = 100;  ///< of standard output
};

/// Asks the descriptors, NO_COLOR and TERM. `wants_progress` is false for --progress never.
console this_console(bool wants_progress);

/// Says it there. That nobody listens any more is no reason to stop measuring.
void say(std::FILE* to, std::string_view text);

/// One line on standard error, and the status that goes with the fault.
int complain(const fault& f);

}  // namespace lambdaprof::command
