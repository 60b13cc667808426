// SPDX-License-Identifier: Apache-2.0
// What `cgroup_site` says can be done, done to processes that resist: a busy loop is held to its
// share, one that takes too much memory is killed, a frozen one stands still. Reports what came of
// it; whether that is good enough is decided elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "host/cgroup_site.hpp"
#include "host/launcher.hpp"

namespace lambdaprof::host {

struct cpu_trial {
  std::int64_t memory_mb = 0;
  span wall{};
  span process{};  ///< CPU time by the clock of the process
  span group{};    ///< the same as its control group counts it; negative if that is not known
  std::int64_t throttled_periods = -1;
};
/// A busy loop for so long, with the CPU share of this memory size.
result<cpu_trial> try_cpu_share(cgroup_site& site, std::int64_t memory_mb, span length);

struct memory_trial {
  std::int64_t limit_bytes = 0;
  bool was_killed = false;
  std::int64_t peak_bytes = -1;
  std::int64_t oom_kills = -1;
};
/// A process that wants more than this limit, which is below 64 MiB; never more than about 400 MiB
/// if nothing stops it.
result<memory_trial> try_memory_limit(cgroup_site& site, std::int64_t bytes);

struct freeze_trial {
  span frozen_for{};
  span used_while_frozen{};
  std::vector<span> freezes;  ///< from the order until all stands still
  std::vector<span> thaws;    ///< from the order until the process has run again
};
/// A busy loop that is frozen once for so long, and then again and again.
result<freeze_trial> try_freeze(cgroup_site& site, span length, std::size_t times);

struct ended {
  span taken{};     ///< from just before the process was created until its end was seen
  int status = -1;  ///< -1 if it was killed
};
/// Starts a command and waits for it; a fault also if that takes more than five seconds.
result<ended> run_to_end(const launch_request& request);

}  // namespace lambdaprof::host
