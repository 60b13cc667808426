// SPDX-License-Identifier: Apache-2.0
// Starts a process: at a cost that does not grow with our own memory, with nothing of ours in it
// but what is asked for, and with the exact reason when it cannot be done. Waiting for it is
// `child`'s.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "host/clock.hpp"
#include "host/descriptor.hpp"

namespace lambdaprof::host {

struct launch_request {
  std::vector<std::string> command;      ///< [0] is the absolute path of the executable
  std::vector<std::string> environment;  ///< "NAME=value", exactly what the process sees
  std::string directory;
  int out_fd = -1;                   ///< becomes 1; above 2, like err_fd
  int err_fd = -1;                   ///< becomes 2
  std::span<const int> groups = {};  ///< files of control groups that it joins by writing "0"
  int into = -1;                     ///< folder of the first of them, if it can be cloned into
  int group_cpu = -1;                ///< the file in which they count CPU time
  int cpus = 0;                      ///< it sees at most so many CPUs; 0: all of ours
  int view = -1;                     ///< mount namespace that it runs in; -1: ours
};

/// CPU time of a thread, and time in which it was ready to run and did not.
struct waiting_time {
  span cpu{};
  span waited{};
};

struct launched {
  int pid = -1;
  descriptor pidfd;
  /// Just before the process was created, later by the time it took to join its groups and its
  /// view.
  instant began;
  instant started;        ///< exec has succeeded
  waiting_time joining;   ///< what that took, which the kernel counts as the process's
  std::string group_cpu;  ///< what stood in that file at the end of it
  /// Our own peak at that moment, which the kernel hands on as the first value of the child's
  /// ru_maxrss.
  std::int64_t inherited_peak_bytes = -1;
};

struct launch_error {
  int error_number = 0;   ///< an errno
  std::string_view step;  ///< what failed: "stdio", "chdir", "exec", …
};

using launch_outcome = std::variant<launched, launch_error>;

/// Starts the command in a process group of its own, which dies with us. Never leaves a process, a
/// zombie or a descriptor behind when it fails.
launch_outcome launch(const launch_request& request, const clock& time);

/// The error as one sentence: "exec of /task/bootstrap failed: Permission denied".
std::string to_string(const launch_error& error, const launch_request& request);

}  // namespace lambdaprof::host
