// SPDX-License-Identifier: Apache-2.0
#include "host/cgroup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "host/cgroup_files.hpp"
#include "host/cgroup_share.hpp"
#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

using access = control_file::access;

constexpr std::int64_t smallest_quota_us = 1000;

fault refusal(const char* what, const std::string& folder, int error) {
  return {fault_kind::host,
          fmt::format("{} failed: {}", what, std::generic_category().message(error)), folder, ""};
}

result<void> outcome(const char* what, const std::string& folder, int error) {
  if (error != 0) return refusal(what, folder, error);
  return {};
}

/// Unknown stays unknown in another unit.
template <class Unit>
span counted(std::int64_t number) {
  return number < 0 ? span(-1) : span(Unit(number));
}

span without(span uncounted, span all) {
  return all < span{} ? all : std::max(span{}, all - uncounted);
}

bool is_there(const std::string& path) {
  struct stat unused {};
  return ::stat(path.c_str(), &unused) == 0;
}

}  // namespace

struct cgroup::group {
  explicit group(hierarchies f) : folders(std::move(f)) {}
  group(const group&) = delete;
  group& operator=(const group&) = delete;
  ~group() {
    kill();
    for (const std::string& folder : folders_of(folders)) remove_group_tree(folder);
  }

  result<void> open();
  span cpu_time_in(std::string_view text) const;
  int limit_cpu(std::int64_t us) const;
  int limit_memory(std::int64_t bytes) const;
  void kill() const;

  hierarchies folders;
  std::vector<control_file> members;
  std::vector<int> join_fds;
  descriptor unified;  ///< the folder of v2
  bool is_v2_cpu = false;
  control_file quota;
  control_file frozen;  ///< takes the orders
  control_file events;  ///< of v2
  control_file processes;
  control_file threads;
  control_file cpu_time;
  span uncounted{};   ///< CPU time of joining
  control_file user;  ///< of v1
  control_file system;
  control_file cpu_pressure;
  control_file io_pressure;
  control_file throttling;
  control_file peak;
  control_file oom;
};

result<void> cgroup::group::open() {
  for (const std::string& folder : folders_of(folders)) {
    if (::mkdir(folder.c_str(), 0755) != 0) return refusal("making a control group", folder, errno);
    // In v1 a process with a single thread, as each is at its start, may join as a thread: then
    // nobody has to wait until no other process is just being forked, which takes milliseconds.
    const char* const file = folder == folders.unified ? "/cgroup.procs" : "/tasks";
    members.emplace_back(folder + file, access::write);
    if (!members.back()) return refusal("opening a file to join", folder, errno);
    join_fds.push_back(members.back().number());
  }
  const std::string& v2 = folders.unified;
  if (!v2.empty()) {
    unified = descriptor(::open(v2.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    events = control_file(v2 + "/cgroup.events", access::read);
    frozen = control_file(v2 + "/cgroup.freeze", access::write);
    cpu_time = control_file(v2 + "/cpu.stat", access::read);
    cpu_pressure = control_file(v2 + "/cpu.pressure", access::read);
    io_pressure = control_file(v2 + "/io.pressure", access::read);
    processes = control_file(v2 + "/cgroup.procs", access::read);
    threads = control_file(v2 + "/cgroup.threads", access::read);
  } else {
    frozen = control_file(folders.freezer + "/freezer.state", access::both);
    cpu_time = control_file(folders.cpuacct + "/cpuacct.usage", access::read);
    user = control_file(folders.cpuacct + "/cpuacct.usage_user", access::read);
    system = control_file(folders.cpuacct + "/cpuacct.usage_sys", access::read);
    const std::string any = folders_of(folders).front();
    processes = control_file(any + "/cgroup.procs", access::read);
    threads = control_file(any + "/tasks", access::read);
  }
  if (!folders.cpu.empty()) {
    const int error =
        write_control(folders.cpu + "/cpu.cfs_period_us", std::to_string(cpu_period_us));
    if (error == 0) quota = control_file(folders.cpu + "/cpu.cfs_quota_us", access::write);
    throttling = control_file(folders.cpu + "/cpu.stat", access::read);
  } else if (is_there(v2 + "/cpu.max")) {
    is_v2_cpu = true;
    quota = control_file(v2 + "/cpu.max", access::write);
    throttling = control_file(v2 + "/cpu.stat", access::read);
  }
  if (!folders.memory.empty()) {
    peak = control_file(folders.memory + "/memory.max_usage_in_bytes", access::read);
    oom = control_file(folders.memory + "/memory.oom_control", access::read);
  } else {
    peak = control_file(v2 + "/memory.peak", access::read);
    oom = control_file(v2 + "/memory.events", access::read);
  }
  return {};
}

span cgroup::group::cpu_time_in(std::string_view text) const {
  if (folders.unified.empty()) return counted<std::chrono::nanoseconds>(number_in(text));
  return counted<std::chrono::microseconds>(number_in(text, "usage_usec"));
}

int cgroup::group::limit_cpu(std::int64_t us) const {
  const char* const lifted = is_v2_cpu ? "max" : "-1";
  std::string text = us == 0 ? lifted : std::to_string(std::max(us, smallest_quota_us));
  if (is_v2_cpu) text += fmt::format(" {}", cpu_period_us);
  return quota.write(text);
}

int cgroup::group::limit_memory(std::int64_t bytes) const {
  const std::string limit = std::to_string(bytes);
  if (folders.memory.empty()) {
    if (is_there(folders.unified + "/memory.swap.max"))
      if (const int error = write_control(folders.unified + "/memory.swap.max", "0")) return error;
    return write_control(folders.unified + "/memory.max", limit);
  }
  // Memory and swap together are never less than memory alone, so theirs goes out of the way first.
  const std::string with_swap = folders.memory + "/memory.memsw.limit_in_bytes";
  const bool counts_swap = is_there(with_swap);
  if (counts_swap)
    if (const int error = write_control(with_swap, "-1")) return error;
  if (const int error = write_control(folders.memory + "/memory.limit_in_bytes", limit))
    return error;
  return counts_swap ? write_control(with_swap, limit) : 0;
}

void cgroup::group::kill() const {
  // All hierarchies have the same members. The first alone can kill frozen ones and, if it is v2,
  // those that are just being forked.
  const std::vector<std::string> all = folders_of(folders);
  if (!all.empty()) kill_group_tree(all.front());
  (void)!limit_cpu(0);  // dying takes CPU time too
}

cgroup::cgroup(std::unique_ptr<group> g) : group_(std::move(g)) {}
cgroup::cgroup(cgroup&&) noexcept = default;
cgroup& cgroup::operator=(cgroup&&) noexcept = default;
cgroup::~cgroup() = default;

result<cgroup> cgroup::make(const hierarchies& groups) {
  auto g = std::make_unique<group>(groups);
  if (auto opened = g->open(); !opened) return opened.error();
  return cgroup(std::move(g));
}

std::span<const int> cgroup::join_fds() const {
  return group_->join_fds;
}

result<void> cgroup::limit_cpu(std::int64_t quota) {
  ensure(quota >= 0, "a CPU quota is not negative");
  const std::string& folder = group_->is_v2_cpu ? group_->folders.unified : group_->folders.cpu;
  return outcome("limiting the CPU", folder, group_->limit_cpu(quota));
}

result<void> cgroup::limit_memory(std::int64_t bytes) {
  ensure(bytes > 0, "a memory limit is positive");
  const std::string& folder =
      group_->folders.memory.empty() ? group_->folders.unified : group_->folders.memory;
  return outcome("limiting the memory", folder, group_->limit_memory(bytes));
}

result<void> cgroup::freeze() {
  const bool is_v2 = !group_->folders.unified.empty();
  return outcome("freezing", is_v2 ? group_->folders.unified : group_->folders.freezer,
                 group_->frozen.write(is_v2 ? "1" : "FROZEN"));
}

result<void> cgroup::thaw() {
  const bool is_v2 = !group_->folders.unified.empty();
  return outcome("thawing", is_v2 ? group_->folders.unified : group_->folders.freezer,
                 group_->frozen.write(is_v2 ? "0" : "THAWED"));
}

bool cgroup::is_frozen() const {
  if (group_->events) return number_in(group_->events.text(), "frozen") == 1;
  return group_->frozen.text().starts_with("FROZEN");
}

cgroup_usage cgroup::usage() const {
  using std::chrono::microseconds;
  using std::chrono::nanoseconds;
  cgroup_usage used;
  const std::string cpu = group_->cpu_time.text();
  used.cpu = without(group_->uncounted, group_->cpu_time_in(cpu));
  if (group_->folders.unified.empty()) {
    used.user = counted<nanoseconds>(number_in(group_->user.text()));
    used.system = counted<nanoseconds>(number_in(group_->system.text()));
  } else {
    used.user = counted<microseconds>(number_in(cpu, "user_usec"));
    used.system = counted<microseconds>(number_in(cpu, "system_usec"));
  }
  used.system = without(group_->uncounted, used.system);
  const std::string throttling = group_->throttling.text();
  used.throttled_periods = number_in(throttling, "nr_throttled");
  used.throttled_time = group_->is_v2_cpu
                            ? counted<microseconds>(number_in(throttling, "throttled_usec"))
                            : counted<nanoseconds>(number_in(throttling, "throttled_time"));
  const std::string cpu_pressure = group_->cpu_pressure.text();
  used.cpu_some = pressure_in(cpu_pressure, "some");
  used.cpu_full = pressure_in(cpu_pressure, "full");
  const std::string io_pressure = group_->io_pressure.text();
  used.io_some = pressure_in(io_pressure, "some");
  used.io_full = pressure_in(io_pressure, "full");
  used.peak_bytes = number_in(group_->peak.text());
  used.oom_kills = number_in(group_->oom.text(), "oom_kill");
  return used;
}

span cgroup::cpu_time() const {
  return without(group_->uncounted, group_->cpu_time_in(group_->cpu_time.text()));
}

int cgroup::folder_fd() const {
  return group_->unified.number();
}

int cgroup::cpu_time_fd() const {
  return group_->cpu_time.number();
}

void cgroup::count_from(std::string_view cpu_time_text) {
  group_->uncounted = std::max(span{}, group_->cpu_time_in(cpu_time_text));
}

std::vector<int> cgroup::processes() const {
  return numbers_in(group_->processes.text());
}

std::vector<int> cgroup::threads() const {
  return numbers_in(group_->threads.text());
}

void cgroup::kill() {
  group_->kill();
}

bool cgroup::is_empty() const {
  if (group_->events) return number_in(group_->events.text(), "populated") <= 0;
  for (const std::string& folder : folders_of(group_->folders))
    if (!members_of(folder).empty()) return false;
  return true;
}

}  // namespace lambdaprof::host
