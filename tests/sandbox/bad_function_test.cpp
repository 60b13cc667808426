// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include "host/mounts.hpp"
#include "sandbox/trial.hpp"
#include "support/skip.hpp"
#include <cstdio>
namespace lambdaprof {
using namespace std::chrono_literals;
using support::trial;
TEST_CASE("x tiny memory") {
  for (std::int64_t kb = 4; kb < 140; kb += 4) {
  for (const bool v2: {true, false}) {
  auto own = host::own_hierarchies();
  if (!v2) own.unified.clear();
  auto groups = host::cgroup_site::open(own);
  if (!groups.abilities().memory.can) return support::skip(groups.abilities().memory.why_not);
  trial t("hello");
  t.plan = {load::sequential{2}};
  t.held.groups = &groups;
  t.held.memory_bytes = kb * 1024;
  const auto line = t.run();
  std::printf("%ld KiB %d:", long(kb), v2);
  for (auto& i : line.invocations) std::printf(" %s |", std::string(journal::name(i.how)).c_str());
  std::printf(" init %s\n", std::string(journal::name(line.environments[0].init)).c_str());
  std::fflush(stdout);
  }
  }
}
}
