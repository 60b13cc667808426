// SPDX-License-Identifier: Apache-2.0
// What a process and its children have used, read from outside: control groups and /proc. When to
// look is up to whoever asks; nothing of it touches the process.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "host/cgroup.hpp"
#include "host/cgroup_files.hpp"
#include "host/launcher.hpp"
#include "host/proc.hpp"

namespace lambdaprof::host {

/// Since the start of the process; negative where it cannot be known. Without a control group it is
/// of the process alone.
struct tree_usage {
  cgroup_usage of_group;
  span cpu{-1};
  span waited{-1};  ///< threads ready to run that did not, throttled or for want of a CPU
  std::int64_t slices = -1;
  std::int64_t minor_faults = -1;
  std::int64_t major_faults = -1;
  std::int64_t read_bytes = -1;
  std::int64_t peak_bytes = -1;
  // Since the look before.
  span busiest{-1};  ///< CPU and waiting of the thread that has most of it
  span others{-1};   ///< the same of all other threads
  span carried{-1};  ///< CPU of the threads that had been counted for that one
};

class tree_meter {
 public:
  /// `before`: what the kernel counts as the process's, but was before its start.
  tree_meter(int pid, const waiting_time& before);

  /// Takes some 10 µs, and 5 µs more for each thread after the first. `cpu` is what the process
  /// itself has used, needed where there is no group. The peak is the group's unless `with_peak`,
  /// which costs another 10 µs; without a group it is then not known.
  enum class peak : bool { of_group, of_all };
  tree_usage read(const cgroup* group, span cpu, peak which);

  /// The threads that run or could, and still do after so much patience, which tells them from
  /// those on their way to sleep: 0 at once if there is a single thread, since that one has just
  /// asked for work. For the next look.
  std::int64_t count_running(const cgroup* group, span patience);
  /// The next look is at the end of a phase for which nobody counted.
  void count_nothing();
  /// What was counted is of the end of the phase that was looked at last.
  void count_belatedly();
  /// Whether the process is in the group no more, as of the last look.
  bool has_left_group() const { return has_left_; }
  /// The most memory so far, with what the process itself knows of it.
  std::int64_t look_at_peak();

 private:
  struct thread : schedstat {
    bool is_there = false;
  };
  std::vector<int> threads(const cgroup* group) const;
  void read_threads(const cgroup* group, tree_usage& u);
  void read_processes(const cgroup* group, tree_usage& u);

  int pid_;
  bool has_left_ = false;
  control_file stat_;
  control_file io_;
  control_file schedstat_;  ///< of its first thread
  std::unordered_map<int, thread> threads_;
  using threads_running = std::optional<std::vector<int>>;
  threads_running running_;                 // at the look before
  std::optional<threads_running> counted_;  // for the next one, if it is at the end of a phase
  tree_usage last_;
};

}  // namespace lambdaprof::host
