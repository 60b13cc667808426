// SPDX-License-Identifier: Apache-2.0
#include "host/facts.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

/// What the CPU itself says about not being a real one; "" if nothing.
std::string hypervisor(std::string_view cpuinfo) {
#if defined(__x86_64__)
  constexpr unsigned bit_hypervisor = 1U << 31;
  unsigned registers[4] = {};
  unsigned signature[3] = {};
  if (__get_cpuid(1, &registers[0], &registers[1], &registers[2], &registers[3]) != 0 &&
      (registers[2] & bit_hypervisor) != 0) {
    __cpuid(0x40000000, registers[0], signature[0], signature[1], signature[2]);
    char letters[sizeof signature];
    std::memcpy(letters, signature, sizeof letters);
    return hypervisor_named({letters, sizeof letters});
  }
#endif
  return has_hypervisor_flag(cpuinfo) ? "vm" : "";
}

std::string container() {
  if (::access("/.dockerenv", F_OK) == 0) return "docker";
  if (::access("/run/.containerenv", F_OK) == 0) return "podman";
  if (std::getenv("KUBERNETES_SERVICE_HOST") != nullptr) return "kubernetes";
  return container_of(read_text("/proc/1/cgroup"), read_text("/proc/1/environ"));
}

std::int64_t usable_cpus() {
  cpu_set_t usable;
  if (::sched_getaffinity(0, sizeof usable, &usable) == 0) return CPU_COUNT(&usable);
  return ::sysconf(_SC_NPROCESSORS_ONLN);
}

/// The value of the first "key : value" line.
std::string value_of(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    const std::size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string_view::npos) continue;
    if (line.substr(key.size(), colon - key.size()).find_first_not_of(" \t") !=
        std::string_view::npos)
      continue;
    const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    return std::string(line.substr(value));
  }
  return "";
}

}  // namespace

machine this_machine() {
  machine m;
  utsname names{};
  if (::uname(&names) == 0)
    m.kernel = fmt::format("{} {} {}", names.sysname, names.release, names.machine);
  const std::string cpuinfo = read_text("/proc/cpuinfo");
  m.cpu = cpu_model_of(cpuinfo);
  m.cpus = usable_cpus();
  m.memory_mb = ::sysconf(_SC_PHYS_PAGES) * (::sysconf(_SC_PAGESIZE) / 1024) / 1024;
  const std::string inside = container();
  const std::string below = hypervisor(cpuinfo);
  m.virtualization = inside + (inside.empty() || below.empty() ? "" : "+") + below;
  if (m.virtualization.empty()) m.virtualization = "none";
  m.load_average = load_average_of(read_text("/proc/loadavg"));
  return m;
}

std::string cpu_model_of(std::string_view cpuinfo) {
  if (std::string name = value_of(cpuinfo, "model name"); !name.empty()) return name;
  // ARM gives numbers for names.
  const std::string implementer = value_of(cpuinfo, "CPU implementer");
  if (implementer.empty()) return "";
  return fmt::format("CPU part {} of implementer {}", value_of(cpuinfo, "CPU part"), implementer);
}

bool has_hypervisor_flag(std::string_view cpuinfo) {
  return (value_of(cpuinfo, "flags") + " ").find(" hypervisor ") != std::string::npos;
}

std::string container_of(std::string_view cgroup, std::string_view environment) {
  constexpr std::pair<std::string_view, const char*> known[] = {{"docker", "docker"},
                                                                {"kubepods", "kubernetes"},
                                                                {"containerd", "containerd"},
                                                                {"libpod", "podman"},
                                                                {"lxc", "lxc"}};
  for (const auto& [part, name] : known)
    if (cgroup.find(part) != std::string_view::npos) return name;
  constexpr std::string_view variable = "container=";
  while (!environment.empty()) {
    const std::string_view entry = environment.substr(0, environment.find('\0'));
    if (entry.starts_with(variable)) return std::string(entry.substr(variable.size()));
    environment.remove_prefix(std::min(entry.size() + 1, environment.size()));
  }
  return "";
}

std::string hypervisor_named(std::string_view signature) {
  constexpr std::pair<std::string_view, const char*> known[] = {
      {"KVMKVMKVM", "kvm"},    {"Microsoft Hv", "hyper-v"},    {"VMwareVMware", "vmware"},
      {"XenVMMXenVMM", "xen"}, {"VBoxVBoxVBox", "virtualbox"}, {"TCGTCGTCGTCG", "qemu"}};
  for (const auto& [letters, name] : known)
    if (signature.starts_with(letters)) return name;
  return "vm";
}

double load_average_of(std::string_view loadavg) {
  double value = 0;
  std::from_chars(loadavg.data(), loadavg.data() + loadavg.size(), value);
  return value;
}

double loader_ticks_per_ms() {
#if defined(__x86_64__)
  using clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds long_enough{20};
  const auto began = clock::now();
  const auto first = __builtin_ia32_rdtsc();
  std::this_thread::sleep_for(long_enough);
  const auto last = __builtin_ia32_rdtsc();
  const std::chrono::duration<double, std::milli> passed = clock::now() - began;
  return static_cast<double>(last - first) / passed.count();
#else
  return 1e6;  // where it has no counter of the CPU, glibc counts nanoseconds
#endif
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace lambdaprof::host
