// SPDX-License-Identifier: Apache-2.0
// What the kernel tells about processes in /proc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::host {

/// The whole content of a file of /proc or /sys; empty if it cannot be read.
std::string read_text(const std::string& path);

/// All numbers of a text with a blank or a line end after each, up to anything else.
std::vector<int> numbers_in(std::string_view text);

/// A "VmHWM:  1234 kB" line of /proc/PID/status in bytes; -1 if there is none.
std::int64_t status_bytes(std::string_view status, std::string_view name);

/// The most memory that the process has had resident, in bytes; -1 once it has ended.
std::int64_t peak_bytes_of(int pid);

/// 'R', 'S', 'D', 'T', 'Z', …: what the process is doing; '\0' if there is none.
char state_of(int pid);

/// What /proc/TID/schedstat tells of a thread.
struct schedstat {
  span cpu{};
  span waited{};  ///< ready to run, but not running
  std::int64_t slices = 0;
};
std::optional<schedstat> schedstat_in(std::string_view text);

/// The ids of its threads.
std::vector<int> threads_of(int pid);

/// The direct children of a process, ended but unreaped ones included.
std::vector<int> children_of(int pid);

}  // namespace lambdaprof::host
