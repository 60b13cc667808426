// SPDX-License-Identifier: Apache-2.0
#include "host/cgroup_share.hpp"

#include <doctest/doctest.h>

namespace lambdaprof::host {

TEST_CASE("the CPU quota is proportional to the memory size, and 1769 MB are one CPU") {
  CHECK(quota_us(128) == 1447);
  CHECK(quota_us(256) == 2894);
  CHECK(quota_us(512) == 5788);
  CHECK(quota_us(1024) == 11577);
  CHECK(quota_us(1769) == cpu_period_us);
  CHECK(quota_us(10240) == 115771);
}

TEST_CASE("a larger function sees more CPUs, from two to six") {
  CHECK(visible_cpus(128) == 2);
  CHECK(visible_cpus(3008) == 2);
  CHECK(visible_cpus(3009) == 3);
  CHECK(visible_cpus(5307) == 3);
  CHECK(visible_cpus(5308) == 4);
  CHECK(visible_cpus(7076) == 4);
  CHECK(visible_cpus(7077) == 5);
  CHECK(visible_cpus(8845) == 5);
  CHECK(visible_cpus(8846) == 6);
  CHECK(visible_cpus(10240) == 6);
}

}  // namespace lambdaprof::host
