// SPDX-License-Identifier: Apache-2.0
// What environments need of the host, made ahead of time, so that making it is in no start: control
// groups, views of the file system, and the state of the page cache.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/cgroup_site.hpp"
#include "host/view.hpp"
#include "sandbox/sampler.hpp"

namespace lambdaprof::sandbox {

enum class page_cache : std::uint8_t { as_found, hot, cold };

/// What an environment is held to, as far as this host can.
struct confinement {
  host::cgroup_site* groups = nullptr;  ///< none: nothing but freezing by signals
  std::int64_t quota_us = 0;         ///< of CPU per 20 ms outside an on-demand init; 0: not limited
  std::int64_t memory_bytes = 0;     ///< 0: not limited
  int cpus = 0;                      ///< that it may see; 0: all
  bool freezes_by_group = false;     ///< otherwise by SIGSTOP to its process group
  host::view_site* views = nullptr;  ///< none: it sees our files
  sandbox::page_cache page_cache = page_cache::as_found;
  std::string executable;       ///< the file that is run, canonical
  std::string staged;           ///< the copy that the views have in its place; empty: none
  std::vector<int> neighbours;  ///< children of ours that are no function's, and are left alone
};

/// How much of the files that a process maps is in memory just before it starts; -1: not known.
struct cached_files {
  std::int64_t total_bytes = -1;
  std::int64_t resident_bytes = -1;
};

class provisions {
 public:
  explicit provisions(confinement c);
  const confinement& held() const { return confinement_; }

  /// As many environments are starting, or waiting to be started.
  void expect(std::size_t starts);

  /// The needs of as many environments in stock as were started together so far, the page cache hot
  /// or cold. Takes up to milliseconds.
  void prepare();

  /// None where there are no groups.
  result<std::optional<host::cgroup>> group();
  result<std::optional<host::view>> view();
  /// To be asked for once for each start.
  cached_files before_start();
  /// A process of the function has come through its init: it maps all that it needs for that.
  void learn_files(int pid);
  background_work& work() { return work_; }

 private:
  confinement confinement_;
  std::vector<host::cgroup> spare_groups_;
  std::vector<host::view> spare_views_;
  std::size_t wanted_ = 1;  ///< of both
  background_work work_;
  std::vector<std::string> files_;  ///< what the function maps, as far as it is known
  bool has_learned_ = false;
  std::optional<cached_files> cached_;  ///< no process was started since this was looked at
};

}  // namespace lambdaprof::sandbox
