// SPDX-License-Identifier: Apache-2.0
// How steady this machine is: its clock and timers, its CPUs, and who else uses them. Reads and
// measures; what is bad about an answer is decided elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "host/mounts.hpp"

namespace lambdaprof::host {

/// How much later than asked for each of some sleeps ended.
std::vector<span> lateness_of_sleeps(std::size_t count, span each);

struct clock_source {
  std::string name;  ///< "tsc"; empty if the kernel does not say
  span reading{};    ///< what it takes to ask for the time, when nothing disturbs it
};
clock_source this_clock_source();

/// How often the kernel's timer ticks, by what it was built with and by what is seen of it.
struct kernel_tick {
  std::int64_t configured_hz = 0;  ///< 0 if it is not said
  std::string configured_in;       ///< the file that says so
  span step{};                     ///< of the coarse clock, which moves once a tick
};
kernel_tick this_kernel_tick();

/// CONFIG_HZ of a kernel's configuration; 0 if there is none.
std::int64_t configured_hz(std::string_view kernel_configuration);

/// What all CPUs together have done since the machine was started.
struct cpu_times {
  span busy{};
  span idle{};   ///< also while waiting for a disk
  span steal{};  ///< ready to run, but another machine had the CPU; counted in no other
};
cpu_times cpu_times_since_boot();

/// From the first line of /proc/stat, with so many ticks of it to a second.
cpu_times cpu_times_of(std::string_view stat, std::int64_t ticks_per_second);

/// CPU time of this process and of its children that have been reaped.
span own_cpu_time();

/// How the CPUs change their speed; each is empty where the machine does not tell.
struct cpu_scaling {
  std::string governor;  ///< "performance"; of several each once
  std::string boost;     ///< "on" or "off"
};
/// From what is below a folder like /sys/devices/system/cpu.
cpu_scaling cpu_scaling_in(const std::string& cpu_folder);

/// The CPUs that share a core with another one, as "0,4" for each such core. None also where a
/// hypervisor does not tell.
std::vector<std::string> shared_cores_in(const std::string& cpu_folder);

inline constexpr const char* cpu_folder = "/sys/devices/system/cpu";

/// The CPUs that are there and the quota of our own control group, which a function has at most.
struct cpu_supply {
  std::int64_t online = 0;
  std::int64_t usable = 0;
  std::optional<double> quota;  ///< in CPUs
};
cpu_supply this_cpu_supply(const hierarchies& own);

/// The CPUs that a quota of µs in each period of µs is worth, from the texts of cpu.max (v2) or of
/// cpu.cfs_quota_us and cpu.cfs_period_us (v1) with a blank between them; none if unlimited.
std::optional<double> quota_of(std::string_view quota_and_period);

/// The part of the last ten seconds in which something waited for a CPU, in percent, from the text
/// of /proc/pressure/cpu; none if the kernel does not say.
std::optional<double> cpu_pressure_of(std::string_view pressure);

}  // namespace lambdaprof::host
