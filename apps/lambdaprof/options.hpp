// SPDX-License-Identifier: Apache-2.0
// The command line. The only part that knows CLI11.
#pragma once

namespace lambdaprof::app {

/// Parses, runs the command that was asked for and returns the exit status.
int run_command_line(int argc, char** argv);

}  // namespace lambdaprof::app
