// SPDX-License-Identifier: Apache-2.0
// The machine a run took place on, and the limits of this process. What it means for a figure is
// decided elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lambdaprof::host {

struct machine {
  std::string kernel;  ///< "Linux 6.1.0-18-amd64 x86_64"
  std::string cpu;
  std::int64_t cpus = 0;       ///< those this process may use
  std::int64_t memory_mb = 0;  ///< MiB, of the machine
  std::string virtualization;  ///< "none", "kvm", "docker", "docker+kvm", …
  double load_average = 0;     ///< over the last minute
};

machine this_machine();

/// The model of the CPU as /proc/cpuinfo has it; empty if it is not said.
std::string cpu_model_of(std::string_view cpuinfo);

/// Whether the kernel has found a hypervisor below it.
bool has_hypervisor_flag(std::string_view cpuinfo);

/// The container that PID 1 runs in, from /proc/1/cgroup and the `container` variable of
/// /proc/1/environ; empty if it is not in one, as far as these tell.
std::string container_of(std::string_view cgroup, std::string_view environment);

/// The hypervisor behind the twelve letters of CPUID leaf 0x40000000; "vm" if they are not known.
std::string hypervisor_named(std::string_view signature);

/// The first number of /proc/loadavg; 0 if there is none.
double load_average_of(std::string_view loadavg);

/// How many ticks a millisecond has of the clock by which the dynamic loader counts its "cycles".
/// Takes some milliseconds.
double loader_ticks_per_ms();

/// Raises the soft limit of open files to the hard one and returns what holds now.
std::uint64_t raise_descriptor_limit();

}  // namespace lambdaprof::host
