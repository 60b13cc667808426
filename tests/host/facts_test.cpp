// SPDX-License-Identifier: Apache-2.0
#include "host/facts.hpp"

#include <sys/resource.h>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace std::string_view_literals;

TEST_CASE("the facts of this machine are there") {
  const machine m = this_machine();
  CHECK(m.kernel.starts_with("Linux "));
  CHECK(m.cpus >= 1);
  CHECK(m.memory_mb > 16);
  CHECK(!m.virtualization.empty());
  CHECK(m.load_average >= 0);
}

TEST_CASE("the CPU's model is its name, or its numbers where it has none") {
  CHECK(
      cpu_model_of("processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC 7R13\nflags\t: fpu\n") ==
      "AMD EPYC 7R13");
  CHECK(cpu_model_of("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n") ==
        "CPU part 0xd40 of implementer 0x41");
  CHECK(cpu_model_of("model name\t:\n").empty());
  CHECK(cpu_model_of("model name").empty());
  CHECK(cpu_model_of("").empty());
}

TEST_CASE("the hypervisor flag is a word among the flags") {
  CHECK(has_hypervisor_flag("flags\t\t: fpu hypervisor sse\n"));
  CHECK(has_hypervisor_flag("flags\t\t: fpu hypervisor"));
  CHECK(!has_hypervisor_flag("flags\t\t: fpu hypervisors\nbugs\t: hypervisor\n"));
  CHECK(!has_hypervisor_flag(""));
}

TEST_CASE("a hypervisor is known by its letters") {
  CHECK(hypervisor_named("KVMKVMKVM\0\0\0"sv) == "kvm");
  CHECK(hypervisor_named("Microsoft Hv") == "hyper-v");
  CHECK(hypervisor_named("SomethingNew") == "vm");
}

TEST_CASE("a container is known by its control group or by its variable") {
  CHECK(container_of("12:cpu:/docker/0123abc\n0::/\n", "") == "docker");
  CHECK(container_of("0::/kubepods.slice/x\n", "") == "kubernetes");
  CHECK(container_of("0::/machine.slice/libpod-0123.scope\n", "") == "podman");
  CHECK(container_of("0::/\n", "PATH=/bin\0container=systemd-nspawn\0"sv) == "systemd-nspawn");
  CHECK(container_of("0::/\n", "container=lxc\0PATH=/bin\0"sv) == "lxc");
  CHECK(container_of("0::/init.scope\n", "PATH=/bin\0my_container=no\0"sv).empty());
  CHECK(container_of("", "").empty());
}

TEST_CASE("the load average is the first number") {
  CHECK(load_average_of("1.25 0.50 0.10 2/345 6789\n") == 1.25);
  CHECK(load_average_of("") == 0);
}

TEST_CASE("the limit of open files can be raised to the hard one") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit low{std::min<rlim_t>(256, before.rlim_max), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  CHECK(raise_descriptor_limit() == before.rlim_max);
  rlimit after{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
  CHECK(after.rlim_cur == before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace lambdaprof::host
