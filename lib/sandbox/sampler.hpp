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

/// What is known of a function: whether threads of it run on when a phase is over. Looking for them
/// takes time that the next event would have to wait, so it is done where nobody waits until it is
/// known that there are some.
struct background_work {
  bool was_seen = false;
};

/// Of one process. The group may be none.
class sampler {
 public:
  sampler(int pid, const host::waiting_time& before, instant began, background_work& work)
      : meter_(pid, before), work_(work), began_(began) {}

  /// An event is handed over.
  void begin_phase(instant now) {
    is_in_phase_ = true;
    is_looked_at_ = false;
    began_ = now;
  }
  /// The runtime has asked for the next event.
  void end_phase(const host::cgroup* group, span cpu, instant now);
  /// Everything is about to stand still, or to be killed, for which nothing throttles it any more.
  /// Nobody waits.
  enum class ending : bool { freeze, kill };
  void before_end(const host::cgroup* group, span cpu, ending how);
  /// It goes on. Another sample is due if something ran before it really stood still.
  void before_thaw(const host::cgroup* group, span cpu);
  /// Reads what is due. `cpu`: of the process itself, where there is no group.
  void take(const host::cgroup* group, span cpu);
  /// Once, when the process is found outside its group.
  bool has_just_left();
  /// What was read and not handed out yet.
  std::optional<journal::usage> taken();

 private:
  void read(const host::cgroup* group, span cpu, host::tree_meter::peak which);

  host::tree_meter meter_;
  background_work& work_;
  instant began_;
  bool is_in_phase_ = true;    // an init or an invocation
  bool is_due_ = false;        // its end has come, and nothing was read yet
  bool is_looked_at_ = false;  // with all that there is to see
  int looks_in_a_row_ = 0;
  instant rests_until_{};
  std::int64_t running_ = -1;
  span seen_cpu_{};
  bool left_is_told_ = false;
  std::optional<journal::usage> taken_;
};

/// What the kernel counted for a group, where the process's own figures know nothing of it.
void add(journal::usage& used, const host::cgroup_usage& u);

}  // namespace lambdaprof::sandbox
