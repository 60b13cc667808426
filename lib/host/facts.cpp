// SPDX-License-Identifier: Apache-2.0
#include "host/facts.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

/// Empty on bare metal.
std::string hypervisor() {
#if defined(__x86_64__) || defined(__i386__)
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & (1U << 31)) == 0) return "";
  __cpuid(0x40000000, a, b, c, d);
  char signature[12];
  std::memcpy(signature, &b, 4);
  std::memcpy(signature + 4, &c, 4);
  std::memcpy(signature + 8, &d, 4);
  return hypervisor_named({signature, sizeof signature});
#else
  return "";
#endif
}

}  // namespace

machine this_machine() {
  machine m;
  utsname u{};
  if (::uname(&u) == 0) m.kernel = fmt::format("{} {} {}", u.sysname, u.release, u.machine);
  m.cpu = cpu_model_of(read_text("/proc/cpuinfo"));
  cpu_set_t usable;
  if (::sched_getaffinity(0, sizeof usable, &usable) == 0) m.cpus = CPU_COUNT(&usable);
  m.memory_mb = ::sysconf(_SC_PHYS_PAGES) / 256 * ::sysconf(_SC_PAGESIZE) / 4096;
  const std::string container =
      container_of(read_text("/proc/1/cgroup"), read_text("/proc/1/environ"));
  const std::string below = hypervisor();
  m.virtualization = container.empty() ? below
                     : below.empty()   ? container
                                       : container + "+" + below;
  if (m.virtualization.empty()) m.virtualization = "none";
  m.load_average = load_average_of(read_text("/proc/loadavg"));
  return m;
}

std::string cpu_model_of(std::string_view cpuinfo) {
  const std::size_t at = cpuinfo.find("model name");
  if (at == std::string_view::npos) return "";
  const std::string_view line = cpuinfo.substr(at, cpuinfo.find('\n', at) - at);
  const std::size_t colon = line.find(": ");
  return colon == std::string_view::npos ? "" : std::string(line.substr(colon + 2));
}

std::string container_of(std::string_view cgroup, std::string_view environment) {
  for (const char* name : {"docker", "kubepods", "containerd", "podman", "lxc"})
    if (cgroup.find(name) != std::string_view::npos) return name;
  constexpr std::string_view mark = "container=";
  const std::size_t at =
      environment.starts_with(mark) ? 0 : environment.find(std::string("\0container=", 11)) + 1;
  if (at == 0 && !environment.starts_with(mark)) return "";
  const std::string_view value = environment.substr(at + mark.size());
  return std::string(value.substr(0, value.find('\0')));
}

std::string hypervisor_named(std::string_view signature) {
  constexpr std::pair<std::string_view, const char*> known[] = {
      {"KVMKVMKVM", "kvm"},    {"Microsoft Hv", "hyper-v"},    {"VMwareVMware", "vmware"},
      {"XenVMMXenVMM", "xen"}, {"VBoxVBoxVBox", "virtualbox"}, {"TCGTCGTCGTCG", "qemu"},
  };
  for (const auto& [prefix, name] : known)
    if (signature.starts_with(prefix)) return name;
  return "vm";
}

double load_average_of(std::string_view loadavg) {
  double value = 0;
  std::from_chars(loadavg.data(), loadavg.data() + loadavg.size(), value);
  return value;
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace lambdaprof::host
