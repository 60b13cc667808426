// SPDX-License-Identifier: Apache-2.0
// When to look at what a process uses: at the ends of its phases. After a long one at once; after a
// short one, which that would lengthen, when the next event is under way, and of many that follow
// each other closely only at two in a row now and then. What there is to see is
// `host::tree_meter`'s.
#pragma once

#include <cstdint>
#include <optional>

#include "host/tree_meter.hpp"
#include "journal/entry.hpp"

namespace lambdaprof::sandbox {

/// Of one process. The group may be none.
class sampler {
 public:
  sampler(int pid, const host::waiting_time& before, instant began)
      : meter_(pid, before), began_(began) {}

  /// An event is handed over.
  void begin_phase(instant now) {
    is_in_phase_ = true;
    began_ = now;
  }
  /// The runtime has asked for the next event: looks for threads that run on, where there is a
  /// reason to, before anything new can run. Cheap for a single thread.
  void end_phase(const host::cgroup* group, span cpu, instant now);
  /// Everything is about to stand still: now the threads are looked for in any case.
  void before_freeze(const host::cgroup* group);
  /// It is about to be killed.
  void before_end() { rests_ = false; }
  /// It goes on. Another sample is due if something ran before it really stood still.
  void before_thaw(const host::cgroup* group, span cpu);
  /// Reads what is due. `cpu`: of the process itself, where there is no group.
  void take(const host::cgroup* group, span cpu);
  /// What was read and not handed out yet.
  std::optional<journal::usage> taken();

 private:
  void count(const host::cgroup* group);

  host::tree_meter meter_;
  instant began_;
  bool is_in_phase_ = true;  // an init or an invocation
  bool is_due_ = false;      // its end has come, and nothing was read yet
  int looks_in_a_row_ = 0;
  instant rests_until_{};
  bool rests_ = false;  // the end that has come is not looked at
  int looks_left_ = 2;
  std::int64_t running_ = -1;
  journal::usage used_;
  std::optional<journal::usage> taken_;
};

/// What the kernel counted for a group, where the process's own figures know nothing of it.
void add(journal::usage& used, const host::cgroup_usage& u);

}  // namespace lambdaprof::sandbox
