// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sampler.hpp"

#include <utility>

namespace lambdaprof::sandbox {
namespace {

/// From here on a look of some 20 µs is nothing beside the phase. Until the next event is under way
/// we may have to wait for a CPU ourselves, and would count some of its work as this phase's.
constexpr span long_phase = std::chrono::milliseconds(2);
/// Two looks in a row show what is between them; a rest of this length after that keeps what short
/// phases lose to them below a few percent.
constexpr int most_looks_in_a_row = 2;
constexpr span rest = std::chrono::milliseconds(2);
/// What a thread may take from its last call to its sleep, on a machine that is busy; and what is
/// usual.
constexpr span time_to_sleep = std::chrono::milliseconds(2);
constexpr span short_while = std::chrono::microseconds(200);
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
  is_due_ = std::exchange(is_in_phase_, false);
  running_ = -1;
  if (!is_due_) return;
  if (work_.was_seen) running_ = meter_.count_running(group, span{});
  const bool is_long = now - began_ >= long_phase;
  if (is_long || work_.was_seen) return read(group, cpu, host::tree_meter::peak::of_group);
  is_due_ = now >= rests_until_;
  if (is_due_ && ++looks_in_a_row_ >= most_looks_in_a_row) {
    looks_in_a_row_ = 0;
    rests_until_ = now + rest;
  }
}

void sampler::before_end(const host::cgroup* group, span cpu, ending how) {
  if (is_in_phase_ || std::exchange(is_looked_at_, true)) return;
  const bool is_sure = how == ending::kill;
  if (running_ < 0) running_ = meter_.count_running(group, is_sure ? time_to_sleep : short_while);
  // One that is throttled on its way to sleep looks as if it ran on.
  if (is_sure && running_ > 0) work_.was_seen = true;
  if (is_due_ || !taken_) return read(group, cpu, host::tree_meter::peak::of_all);
  // It has just been looked at.
  meter_.count_belatedly();
  taken_->running = std::exchange(running_, -1);
  taken_->peak_bytes = meter_.look_at_peak();
}

void sampler::before_thaw(const host::cgroup* group, span cpu) {
  if (cpu > seen_cpu_ + negligible) read(group, cpu, host::tree_meter::peak::of_group);
}

void sampler::take(const host::cgroup* group, span cpu) {
  if (is_due_) read(group, cpu, host::tree_meter::peak::of_group);
}

void sampler::read(const host::cgroup* group, span cpu, host::tree_meter::peak which) {
  is_due_ = false;
  if (running_ < 0) meter_.count_nothing();
  const host::tree_usage all = meter_.read(group, cpu, which);
  seen_cpu_ = all.cpu;
  taken_ = in_words_of_the_journal(all);
  taken_->running = std::exchange(running_, -1);
}

bool sampler::has_just_left() {
  return meter_.has_left_group() && !std::exchange(left_is_told_, true);
}

std::optional<journal::usage> sampler::taken() {
  return std::exchange(taken_, std::nullopt);
}

}  // namespace lambdaprof::sandbox
