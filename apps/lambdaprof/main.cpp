// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <exception>

#include "command/console.hpp"
#include "options.hpp"

int main(int argc, char** argv) {
  try {
    return lambdaprof::app::run_command_line(argc, argv);
  } catch (const std::exception& bug) {
    fmt::print(stderr, "lambdaprof: a bug of ours: {}\n", bug.what());
    return lambdaprof::command::exit_status::our_bug;
  }
}
