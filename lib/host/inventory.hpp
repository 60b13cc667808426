// SPDX-License-Identifier: Apache-2.0
// What processes hold, read from /proc while they stand still.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace lambdaprof::host {

/// Of all of them together; -1 where it cannot be known.
struct inventory {
  std::int64_t memory_bytes = -1;  ///< resident and no file's: heap, stacks, shared memory
  std::int64_t descriptors = -1;
  std::int64_t threads = -1;
  std::int64_t timers = -1;     ///< that the kernel knows by a handle: POSIX ones and timerfd
  std::int64_t tmp_bytes = -1;  ///< of the files below
  std::int64_t tmp_entries = -1;
};

/// `tmp`: a folder, or empty.
inventory inventory_of(std::span<const int> processes, const std::string& tmp);

/// "sleep"; empty if there is no such process.
std::string name_of(int pid);

}  // namespace lambdaprof::host
