// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sampler.hpp"

#include <utility>

namespace lambdaprof::sandbox {
namespace {

/// What runs on after the end of a phase is looked for at the first ends, and for as long as there
/// is a sign of it.
constexpr int looks_after_a_sign = 2;
constexpr span sign_of_other_work = std::chrono::microseconds(200);
/// From here on a look of some 20 µs is nothing beside the phase. Until the next event is under way
/// we may have to wait for a CPU ourselves, and would count some of its work as this phase's.
constexpr span long_phase = std::chrono::milliseconds(2);
/// Two looks in a row show what is between them; a rest of this length after that keeps what short
/// phases lose to them below a few percent.
constexpr int most_looks_in_a_row = 2;
constexpr span rest = std::chrono::milliseconds(2);
/// What ran between two looks without being worth another sample.
constexpr span negligible = std::chrono::microseconds(20);

journal::usage in_words_of_the_journal(const host::tree_usage& u) {
  journal::usage used;
  add(used, u.of_group);
  used.cpu = u.cpu;
  used.user = u.of_group.user;
  used.system = u.of_group.system;
  used.waited = u.waited;
  used.peak_bytes = u.peak_bytes;
  used.minor_faults = u.minor_faults;
  used.major_faults = u.major_faults;
  used.read_bytes = u.read_bytes;
  used.slices = u.slices;
  used.busiest = u.busiest;
  used.carried = u.carried;
  return used;
}

}  // namespace

void add(journal::usage& used, const host::cgroup_usage& u) {
  used.throttled = u.throttled_time;
  used.cpu_some = u.cpu_some;
  used.cpu_full = u.cpu_full;
  used.io_some = u.io_some;
  used.io_full = u.io_full;
}

void sampler::end_phase(const host::cgroup* group, span cpu, instant now) {
  const bool is_long = now - began_ >= long_phase;
  is_due_ = std::exchange(is_in_phase_, false);
  running_ = -1;
  rests_ = !is_long && now < rests_until_;
  if (!is_due_ || rests_) return;
  if (++looks_in_a_row_ >= most_looks_in_a_row) {
    looks_in_a_row_ = 0;
    rests_until_ = now + rest;
  }
  if (looks_left_ > 0) {
    --looks_left_;
    count(group);
  } else {
    meter_.count_nothing();
  }
  if (is_long) take(group, cpu);
}

void sampler::count(const host::cgroup* group) {
  running_ = meter_.count_running(group);
  if (running_ > 0) looks_left_ = looks_after_a_sign;
}

void sampler::before_freeze(const host::cgroup* group) {
  rests_ = false;  // nobody waits
  if (is_due_ && running_ < 0) count(group);
}

void sampler::before_thaw(const host::cgroup* group, span cpu) {
  is_due_ = cpu > used_.cpu + negligible;
  running_ = -1;
  rests_ = false;
  take(group, cpu);
}

void sampler::take(const host::cgroup* group, span cpu) {
  if (!std::exchange(is_due_, false) || rests_) return;
  const host::tree_usage all = meter_.read(group, cpu);
  if (all.others > sign_of_other_work) looks_left_ = looks_after_a_sign;
  used_ = in_words_of_the_journal(all);
  used_.running = running_;
  taken_ = used_;
}

std::optional<journal::usage> sampler::taken() {
  return std::exchange(taken_, std::nullopt);
}

}  // namespace lambdaprof::sandbox
