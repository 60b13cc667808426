// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <string>

#include "command/console.hpp"
#include "options.hpp"

int main(int argc, char** argv) {
  try {
    return lambdaprof::app::run_command_line(argc, argv);
  } catch (const std::exception& bug) {
    lambdaprof::command::say(stderr,
                             std::string("lambdaprof: a bug of ours: ") + bug.what() + "\n");
    return lambdaprof::command::exit_status::our_bug;
  }
}
