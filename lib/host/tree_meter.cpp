// SPDX-License-Identifier: Apache-2.0
#include "host/tree_meter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace lambdaprof::host {
namespace {

/// More threads than that are not looked at one by one.
constexpr std::size_t most_threads = 512;

struct faults {
  std::int64_t minor = -1;
  std::int64_t major = -1;
};

/// Its own and those of children that it has waited for.
faults faults_in(const std::string& stat) {
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return {};
  long long minor = 0;
  long long of_children = 0;
  long long major = 0;
  long long majors_of_children = 0;
  // state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt
  const int found =
      std::sscanf(stat.c_str() + name_end + 2, "%*c %*d %*d %*d %*d %*d %*u %lld %lld %lld %lld",
                  &minor, &of_children, &major, &majors_of_children);
  return found == 4 ? faults{minor + of_children, major + majors_of_children} : faults{};
}

void add(std::int64_t& sum, std::int64_t one) {
  if (one >= 0) sum = std::max<std::int64_t>(sum, 0) + one;
}

/// What a process that has ended took with it is not given back.
template <class T>
void keep_growing(T& now, const T& before) {
  now = std::max(now, before);
}

}  // namespace

tree_meter::tree_meter(int pid, const waiting_time& before)
    : pid_(pid),
      stat_(fmt::format("/proc/{}/stat", pid), control_file::access::read),
      io_(fmt::format("/proc/{}/io", pid), control_file::access::read),
      schedstat_(fmt::format("/proc/{0}/task/{0}/schedstat", pid), control_file::access::read) {
  threads_[pid] = {{before.cpu, before.waited, 0}, true};
}

std::vector<int> tree_meter::threads(const cgroup* group) const {
  return group != nullptr ? group->threads() : threads_of(pid_);
}

tree_usage tree_meter::read(const cgroup* group, span cpu, peak which) {
  tree_usage u;
  if (group != nullptr) u.of_group = group->usage();
  u.cpu = u.of_group.cpu >= span{} ? u.of_group.cpu : cpu;
  read_threads(group, u);
  read_processes(group, u);
  u.peak_bytes = u.of_group.peak_bytes;
  if (which == peak::of_all) look_at_peak();
  keep_growing(u.cpu, last_.cpu);
  keep_growing(u.minor_faults, last_.minor_faults);
  keep_growing(u.major_faults, last_.major_faults);
  keep_growing(u.read_bytes, last_.read_bytes);
  keep_growing(u.peak_bytes, last_.peak_bytes);
  last_ = u;
  return u;
}

void tree_meter::read_threads(const cgroup* group, tree_usage& u) {
  const std::vector<int> all = threads(group);
  if (all.size() > most_threads) return;
  u.waited = last_.waited;
  u.slices = last_.slices;
  span sum{};
  span carried{};
  for (auto& [tid, known] : threads_) known.is_there = false;
  for (const int tid : all) {
    const auto now = schedstat_in(tid == pid_ ? schedstat_.text()
                                              : read_text(fmt::format("/proc/{}/schedstat", tid)));
    if (!now) continue;
    thread& known = threads_[tid];
    // A number that was less before belongs to another thread of the same id.
    if (now->cpu < known.cpu) known = {};
    const span used = now->cpu - known.cpu;
    const span waited = now->waited - known.waited;
    u.waited = std::max(u.waited, span{}) + waited;
    u.slices = std::max<std::int64_t>(u.slices, 0) + now->slices - known.slices;
    u.busiest = std::max(u.busiest, used + waited);
    sum += used + waited;
    if (running_ && std::find(running_->begin(), running_->end(), tid) != running_->end())
      carried += used;
    known = {*now, true};
  }
  std::erase_if(threads_, [](const auto& each) { return !each.second.is_there; });
  u.others = sum - std::max(u.busiest, span{});
  if (running_) u.carried = carried;
  count_belatedly();
}

void tree_meter::read_processes(const cgroup* group, tree_usage& u) {
  std::vector<int> all = group != nullptr ? group->processes() : std::vector{pid_};
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  // One that has ended is in no group either.
  constexpr std::string_view living = "RSDTtI";
  has_left_ = !std::binary_search(all.begin(), all.end(), pid_) &&
              living.find(state_of(pid_)) != living.npos;
  for (const int pid : all) {
    const bool is_main = pid == pid_;
    const faults f =
        faults_in(is_main ? stat_.text() : read_text(fmt::format("/proc/{}/stat", pid)));
    add(u.minor_faults, f.minor);
    add(u.major_faults, f.major);
    const std::string io = is_main ? io_.text() : read_text(fmt::format("/proc/{}/io", pid));
    const std::size_t at = io.find("\nread_bytes: ");
    if (at != std::string::npos) add(u.read_bytes, number_in(io.substr(at + 1), "read_bytes:"));
  }
}

std::int64_t tree_meter::count_running(const cgroup* group, span patience) {
  std::vector<int> all = threads(group);
  if (all.empty() || all.size() > most_threads) {
    count_nothing();
    return -1;
  }
  const auto sleeps = [](int tid) { return state_of(tid) != 'R'; };
  if (all.size() == 1) all.clear();
  std::erase_if(all, sleeps);
  if (!all.empty() && patience > span{}) {
    std::this_thread::sleep_for(patience);
    std::erase_if(all, sleeps);
  }
  const std::int64_t count = std::ssize(all);
  counted_ = std::move(all);
  return count;
}

void tree_meter::count_belatedly() {
  if (counted_) running_ = *std::exchange(counted_, std::nullopt);
}

std::int64_t tree_meter::look_at_peak() {
  keep_growing(last_.peak_bytes, peak_bytes_of(pid_));
  return last_.peak_bytes;
}

void tree_meter::count_nothing() {
  counted_ = threads_running();
}

}  // namespace lambdaprof::host
