// SPDX-License-Identifier: Apache-2.0
// The kernel's page cache, file by file: which files a process maps, how much of them is in memory,
// and bringing them in ("hot") or throwing them out ("cold"). A file that has vanished is no fault
// here: there is nothing left of it to bring in or to throw out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace lambdaprof::host {

/// How much of a file is in the page cache, or just being read into it, by whole pages.
struct residency {
  std::int64_t total_bytes = 0;
  std::int64_t resident_bytes = -1;  ///< -1: the kernel does not tell us, or not reliably
};

/// How much of some files is in the page cache.
struct set_residency {
  std::int64_t total_bytes = 0;
  std::int64_t resident_bytes = 0;  ///< of those of which it is known
  std::int64_t unknown_bytes = 0;   ///< the size of those of which it is not known
};

/// The regular files that a living process maps, each once and sorted: its executable, its loader,
/// its shared objects. Without files that have been deleted and those of /proc and /sys; empty
/// once the process has ended. What a process reads without mapping it is not among them.
std::vector<std::string> mapped_files(int pid);

/// Whether files in this folder can be evicted at all: not where memory is where they live. Faults
/// are of kind `host`.
result<void> can_evict(const std::string& folder);

/// Throws the pages of a file out of the page cache, after writing back what is dirty and waiting
/// for reads under way. Pages that some process maps stay; `residency_of` says how many.
result<void> evict(const std::string& path);

/// Brings all of a file into the page cache by reading it; if it is there, leaves it as it lies.
result<void> touch(const std::string& path);

/// Of a file that has vanished, nothing is resident. Of a file that is neither ours nor writable
/// for us, newer kernels do not tell.
residency residency_of(const std::string& path);

/// Evicts all; the fault of the first that could not be does not spare the others.
result<void> evict_all(std::span<const std::string> paths);

/// Touches all; the fault of the first that could not be does not spare the others.
result<void> touch_all(std::span<const std::string> paths);

set_residency residency_of_all(std::span<const std::string> paths);

}  // namespace lambdaprof::host
