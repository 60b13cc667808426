// SPDX-License-Identifier: Apache-2.0
#include "host/noise.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "host/fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;
using namespace std::chrono_literals;

namespace {

/// Something like /sys/devices/system/cpu.
struct made_up_cpus {
  folder root;

  void set(const std::string& file, const std::string& text) const {
    const fs::path path = root / file;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text << '\n';
  }
};

}  // namespace

TEST_CASE("no sleep ends before it is due") {
  const std::vector<span> late = lateness_of_sleeps(20, 100us);
  REQUIRE(late.size() == 20);
  CHECK(*std::min_element(late.begin(), late.end()) >= 0ns);
}

TEST_CASE("the clock has a price") {
  CHECK(this_clock_source().reading > 0ns);
}

TEST_CASE("CONFIG_HZ is found in a kernel's configuration, and nothing like it") {
  CHECK(configured_hz("# CONFIG_HZ_100 is not set\nCONFIG_HZ_250=y\nCONFIG_HZ=250\nCONFIG_X=y\n") ==
        250);
  CHECK(configured_hz("CONFIG_HZ_1000=y\n# CONFIG_HZ=300\n") == 0);
  CHECK(configured_hz("") == 0);
}

TEST_CASE("the tick that is seen is the one that the kernel was built with") {
  const kernel_tick tick = this_kernel_tick();
  CHECK(tick.step > 0ns);
  if (tick.configured_hz == 0) return support::skip("the kernel's configuration is not to be had");
  CHECK_FALSE(tick.configured_in.empty());
  // A tick can be late, but the shortest step of several is one.
  CHECK(seconds(tick.step) * static_cast<double>(tick.configured_hz) ==
        doctest::Approx(1).epsilon(0.05));
}

TEST_CASE(
    "the CPU times of /proc/stat are busy, idle and stolen, and guests are not counted twice") {
  const std::string stat = "cpu  100 20 30 4000 500 6 7 80 90 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
  const cpu_times times = cpu_times_of(stat, 100);
  CHECK(times.busy == 1630ms);
  CHECK(times.idle == 45s);
  CHECK(times.steal == 800ms);
  const cpu_times none = cpu_times_of("", 100);
  CHECK(none.busy + none.idle + none.steal == 0ns);
}

TEST_CASE("CPU time that we use is in ours and in that of all CPUs") {
  const cpu_times before = cpu_times_since_boot();
  const span ours = own_cpu_time();
  while (own_cpu_time() - ours < 100ms) {
  }
  CHECK(cpu_times_since_boot().busy > before.busy);
}

TEST_CASE("governors and boost are told as the machine has them") {
  const made_up_cpus cpus;
  CHECK(cpu_scaling_in(cpus.root.path()).governor.empty());
  CHECK(cpu_scaling_in(cpus.root.path()).boost.empty());
  cpus.set("cpu0/cpufreq/scaling_governor", "powersave");
  cpus.set("cpu1/cpufreq/scaling_governor", "powersave");
  CHECK(cpu_scaling_in(cpus.root.path()).governor == "powersave");
  cpus.set("cpu10/cpufreq/scaling_governor", "performance");
  CHECK(cpu_scaling_in(cpus.root.path()).governor == "performance, powersave");
  cpus.set("cpu10/online", "0");
  CHECK(cpu_scaling_in(cpus.root.path()).governor == "powersave");
  cpus.set("cpufreq/boost", "1");
  CHECK(cpu_scaling_in(cpus.root.path()).boost == "on");
  cpus.set("intel_pstate/no_turbo", "1");
  CHECK(cpu_scaling_in(cpus.root.path()).boost == "off");
}

TEST_CASE("each core that CPUs share is told once") {
  const made_up_cpus cpus;
  cpus.set("cpu0/topology/thread_siblings_list", "0");
  CHECK(shared_cores_in(cpus.root.path()).empty());
  cpus.set("cpu0/topology/thread_siblings_list", "0,2");
  cpus.set("cpu1/topology/thread_siblings_list", "1,3");
  cpus.set("cpu2/topology/thread_siblings_list", "0,2");
  cpus.set("cpu3/topology/thread_siblings_list", "1,3");
  cpus.set("cpuidle/topology/thread_siblings_list", "8,9");
  CHECK(shared_cores_in(cpus.root.path()) == std::vector<std::string>{"0,2", "1,3"});
  CHECK(shared_cores_in("/no/such/folder").empty());
}

TEST_CASE("a quota is worth so many CPUs, and none is none") {
  CHECK(quota_of("150000 100000") == 1.5);
  CHECK_FALSE(quota_of("max 100000"));
  CHECK_FALSE(quota_of("-1 100000"));
  CHECK_FALSE(quota_of("100000"));
  CHECK_FALSE(quota_of("100000 0"));
  CHECK_FALSE(quota_of(" "));
  CHECK_FALSE(quota_of(""));
}

TEST_CASE("CPUs are there, and no more are usable than online") {
  const cpu_supply supply = this_cpu_supply(own_hierarchies());
  CHECK(supply.usable >= 1);
  CHECK(supply.usable <= supply.online);
  CHECK_FALSE(this_cpu_supply({}).quota);
}

TEST_CASE("a quota of the own group is found in either version of control groups") {
  const folder group;
  hierarchies v2;
  v2.unified = group.path();
  group.file("cpu.max", "50000 100000\n");
  CHECK(this_cpu_supply(v2).quota == 0.5);
  hierarchies v1;
  v1.cpu = group.path();
  group.file("cpu.cfs_quota_us", "300000\n");
  group.file("cpu.cfs_period_us", "100000\n");
  CHECK(this_cpu_supply(v1).quota == 3);
}

TEST_CASE("the pressure on CPUs is that of the last ten seconds") {
  CHECK(cpu_pressure_of("some avg10=1.25 avg60=0.06 avg300=1.05 total=5617990088\n"
                        "full avg10=9.00 avg60=0.00 avg300=0.00 total=0\n") == 1.25);
  CHECK_FALSE(cpu_pressure_of(""));
  CHECK_FALSE(cpu_pressure_of("full avg10=9.00"));
}

}  // namespace lambdaprof::host
