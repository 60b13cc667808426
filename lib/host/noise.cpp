// SPDX-License-Identifier: Apache-2.0
#include "host/noise.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

using steady = std::chrono::steady_clock;

constexpr int batches = 10;
constexpr int readings_of_a_batch = 10'000;
constexpr int steps = 8;

std::string first_line(const std::string& path) {
  const std::string text = read_text(path);
  return text.substr(0, text.find('\n'));
}

/// The number behind a word, "avg10=0.31"; none if the word is not there.
std::optional<double> number_after(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data() + at + word.size(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

/// What the kernel has of its configuration inside itself; empty without gzip or that.
std::string own_configuration() {
  std::string text;
  constexpr const char* unpack = "exec gzip -dc /proc/config.gz 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(unpack, "re"), &::pclose);
  if (!pipe) return text;
  char block[4096];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, pipe.get())) > 0;)
    text.append(block, n);
  return text;
}

span coarse_time() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

span next_coarse_time(span after) {
  span now = coarse_time();
  while (now == after) now = coarse_time();
  return now;
}

/// The shortest of some steps: a tick may come late, and then there is a longer one.
span step_of_coarse_time() {
  span before = next_coarse_time(coarse_time());
  span shortest = span::max();
  for (int i = 0; i < steps; ++i) {
    const span now = next_coarse_time(before);
    shortest = std::min(shortest, now - before);
    before = now;
  }
  return shortest;
}

/// The folders cpu0, cpu1, … of those that are online.
std::vector<std::string> folders_of_cpus(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool is_cpu = name.size() > 3 && name.starts_with("cpu") &&
                        name.find_first_not_of("0123456789", 3) == std::string::npos;
    if (is_cpu && first_line(entry.path() / "online") != "0") found.push_back(entry.path());
  }
  return found;
}

span as_span(const timeval& t) {
  return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
}

}  // namespace

std::vector<span> lateness_of_sleeps(std::size_t count, span each) {
  std::vector<span> all;
  for (std::size_t i = 0; i < count; ++i) {
    const auto due = steady::now() + each;
    std::this_thread::sleep_for(each);
    all.emplace_back(steady::now() - due);
  }
  return all;
}

clock_source this_clock_source() {
  clock_source found;
  found.name = first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  found.reading = span::max();
  for (int batch = 0; batch < batches; ++batch) {
    const auto begin = steady::now();
    auto last = begin;
    for (int i = 0; i < readings_of_a_batch; ++i) last = steady::now();
    found.reading = std::min<span>(found.reading, (last - begin) / readings_of_a_batch);
  }
  return found;
}

std::int64_t configured_hz(std::string_view kernel_configuration) {
  return static_cast<std::int64_t>(number_after(kernel_configuration, "\nCONFIG_HZ=").value_or(0));
}

kernel_tick this_kernel_tick() {
  kernel_tick tick;
  utsname names{};
  ::uname(&names);
  tick.configured_in = fmt::format("/boot/config-{}", names.release);
  tick.configured_hz = configured_hz(read_text(tick.configured_in));
  if (tick.configured_hz == 0) {
    tick.configured_in = "/proc/config.gz";
    tick.configured_hz = configured_hz(own_configuration());
  }
  if (tick.configured_hz == 0) tick.configured_in.clear();
  tick.step = step_of_coarse_time();
  return tick;
}

cpu_times cpu_times_of(std::string_view stat, std::int64_t ticks_per_second) {
  // user nice system idle iowait irq softirq steal; what follows is in user and nice already.
  std::array<std::int64_t, 8> ticks{};
  const char* at = stat.data();
  const char* const end = at + std::min(stat.find('\n'), stat.size());
  at = std::find(at, end, ' ');
  for (std::int64_t& t : ticks) {
    at = std::find_if(at, end, [](char c) { return c != ' '; });
    at = std::from_chars(at, end, t).ptr;
  }
  const auto time_of = [&](std::initializer_list<std::size_t> which) {
    span sum{};
    for (const std::size_t w : which)
      sum += span(std::chrono::seconds(1)) * ticks[w] / ticks_per_second;
    return sum;
  };
  return {time_of({0, 1, 2, 5, 6}), time_of({3, 4}), time_of({7})};
}

cpu_times cpu_times_since_boot() {
  return cpu_times_of(read_text("/proc/stat"), ::sysconf(_SC_CLK_TCK));
}

span own_cpu_time() {
  span sum{};
  for (const auto whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(whose, &used);
    sum += as_span(used.ru_utime) + as_span(used.ru_stime);
  }
  return sum;
}

cpu_scaling cpu_scaling_in(const std::string& folder) {
  cpu_scaling scaling;
  std::set<std::string> governors;
  for (const std::string& cpu : folders_of_cpus(folder))
    if (std::string one = first_line(cpu + "/cpufreq/scaling_governor"); !one.empty())
      governors.insert(std::move(one));
  for (const std::string& one : governors)
    scaling.governor += (scaling.governor.empty() ? "" : ", ") + one;
  // Intel's driver has its own file, in which the words are turned round.
  if (const std::string off = first_line(folder + "/intel_pstate/no_turbo"); !off.empty())
    scaling.boost = off == "0" ? "on" : "off";
  else if (const std::string on = first_line(folder + "/cpufreq/boost"); !on.empty())
    scaling.boost = on == "0" ? "off" : "on";
  return scaling;
}

std::vector<std::string> shared_cores_in(const std::string& folder) {
  std::set<std::string> cores;
  for (const std::string& cpu : folders_of_cpus(folder)) {
    std::string siblings = first_line(cpu + "/topology/thread_siblings_list");
    if (siblings.find_first_of(",-") != std::string::npos) cores.insert(std::move(siblings));
  }
  return {cores.begin(), cores.end()};
}

cpu_supply this_cpu_supply(const hierarchies& own) {
  cpu_supply supply;
  supply.online = ::sysconf(_SC_NPROCESSORS_ONLN);
  cpu_set_t usable;
  supply.usable =
      ::sched_getaffinity(0, sizeof usable, &usable) == 0 ? CPU_COUNT(&usable) : supply.online;
  supply.quota = own.cpu.empty() ? quota_of(first_line(own.unified + "/cpu.max"))
                                 : quota_of(first_line(own.cpu + "/cpu.cfs_quota_us") + ' ' +
                                            first_line(own.cpu + "/cpu.cfs_period_us"));
  return supply;
}

std::optional<double> quota_of(std::string_view quota_and_period) {
  double quota = 0;
  const char* const end = quota_and_period.data() + quota_and_period.size();
  const auto [rest, error] = std::from_chars(quota_and_period.data(), end, quota);
  const std::optional<double> period =
      number_after({rest, static_cast<std::size_t>(end - rest)}, " ");
  if (error != std::errc{} || quota <= 0 || !period || *period <= 0) return std::nullopt;
  return quota / *period;
}

std::optional<double> cpu_pressure_of(std::string_view pressure) {
  if (!pressure.starts_with("some")) return std::nullopt;
  return number_after(pressure, "avg10=");
}

}  // namespace lambdaprof::host
