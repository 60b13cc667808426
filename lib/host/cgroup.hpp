// SPDX-License-Identifier: Apache-2.0
// The control groups of one environment, one in each hierarchy, as a single thing: what limits,
// stops, counts and kills all its processes. Which hierarchies are used is up to `cgroup_site`.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "host/mounts.hpp"

namespace lambdaprof::host {

/// What the kernel counted for all processes of a group, ended ones included; negative where it is
/// not known.
struct cgroup_usage {
  span cpu{-1};
  span user{-1};
  span system{-1};
  span throttled_time{-1};              ///< stood still because the quota was used up
  std::int64_t throttled_periods = -1;  ///< periods in which that happened
  std::int64_t peak_bytes = -1;         ///< with page cache and kernel memory
  std::int64_t oom_kills = -1;
  /// Time in which a member ("some") or all that were not asleep ("full") could not go on for want
  /// of a CPU or of data from storage (PSI).
  span cpu_some{-1};
  span cpu_full{-1};
  span io_some{-1};
  span io_full{-1};
};

class cgroup {
 public:
  /// Makes the folders of `groups` and opens what is in them.
  static result<cgroup> make(const hierarchies& groups);
  cgroup(cgroup&&) noexcept;
  cgroup& operator=(cgroup&&) noexcept;
  /// Kills what is in it and removes it; waits for that, but not for ever.
  ~cgroup();

  /// Descriptors to each of which a process writes "0" to become a member.
  std::span<const int> join_fds() const;

  /// The folder of the first of these groups, into which a process can be cloned; -1: it cannot.
  int folder_fd() const;

  /// The file of which `count_from` is to get the text.
  int cpu_time_fd() const;
  /// Counts CPU time from this text on: what came before was the work of joining.
  void count_from(std::string_view cpu_time_text);

  /// CPU time in µs per `cpu_period_us`, of all CPUs together; 0 lifts the limit. The kernel takes
  /// no less than 1000, which is used for anything below. A single write.
  result<void> limit_cpu(std::int64_t quota);

  /// The most memory, swap included, before the kernel kills a process.
  result<void> limit_memory(std::int64_t bytes);

  /// Asks for it; the members stand still a moment later, see `is_frozen`. A single write.
  result<void> freeze();
  result<void> thaw();
  bool is_frozen() const;

  cgroup_usage usage() const;
  /// Only `usage().cpu`, at the price of a single read.
  span cpu_time() const;

  /// The ids of all processes, and of all threads.
  std::vector<int> processes() const;
  std::vector<int> threads() const;

  /// Kills all members, frozen ones included. Does not wait, see `is_empty`.
  void kill();
  /// Whether there is no living member; also if the group has gone.
  bool is_empty() const;

 private:
  struct group;
  explicit cgroup(std::unique_ptr<group> g);
  std::unique_ptr<group> group_;
};

}  // namespace lambdaprof::host
