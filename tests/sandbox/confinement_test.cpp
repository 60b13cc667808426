// SPDX-License-Identifier: Apache-2.0
// Real functions held to Lambda's limits: share of CPU, memory, and standing still between
// invocations.
#include <doctest/doctest.h>

#include "host/cgroup_share.hpp"
#include "host/mounts.hpp"
#include "sandbox/trial.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

using namespace std::chrono_literals;
using journal::outcome;
using support::trial;
namespace fact = journal::fact;

namespace {

std::size_t count_frozen(const journal::journal& log) {
  std::size_t n = 0;
  for (const auto& e : log.entries()) n += std::holds_alternative<fact::frozen>(e.what) ? 1U : 0U;
  return n;
}

}  // namespace

TEST_CASE(
    "work in the handler gets the memory size's share of CPU, the same work in init full speed") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().cpu.can) return support::skip(groups.abilities().cpu.why_not);
  // The same 60 ms of CPU: before the first /next, and after it, where the first handler waits for
  // it.
  trial early("slow-init", {{"INIT_MS", "60"}, {"INIT_KIND", "cpu"}});
  trial late("background-worker", {{"WORK_MS", "60"}, {"WAIT", "1"}});
  for (trial* t : {&early, &late}) {
    t->plan = {load::sequential{1}};
    t->held.groups = &groups;
    t->held.quota_us = host::quota_us(512);
  }
  const auto in_init = early.run();
  const auto in_handler = late.run();
  const span handler = in_handler.invocations[0].handler().value();
  CHECK(in_init.environments[0].init_cpu > 50ms);
  CHECK(in_handler.invocations[0].cpu > 50ms);
  // 5.8 ms of CPU in each period of 20 ms: however fast the machine is, it cannot be done earlier.
  CHECK(handler > 3 * 50ms);
}

TEST_CASE("a function above its memory limit is out of memory, in the words of Lambda") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().memory.can) return support::skip(groups.abilities().memory.why_not);
  trial t("allocator", {{"ALLOC_MB", "200"}, {"WHERE", "handler"}});
  t.plan = {load::sequential{1}};
  t.held.groups = &groups;
  t.held.memory_bytes = std::int64_t{128} << 20;
  const auto line = t.run();
  CHECK(line.invocations[0].how == outcome::out_of_memory);
  CHECK(line.invocations[0].error.find("Runtime.OutOfMemory") != std::string::npos);
}

TEST_CASE(
    "background work stands still while the environment is frozen, and goes on in the next event") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  const bool can = groups.abilities().freeze.can;
  for (const bool by_group : {true, false}) {
    if (by_group && !can) continue;
    CAPTURE(by_group);
    // The worker needs 400 ms of CPU; the environment idles for a second of real time in between.
    trial t("background-worker", {{"WORK_MS", "400"}});
    t.settings.freezes = true;
    t.settings.pool.idle_clock = fleet::idle_clock::real;
    t.held.freezes_by_group = by_group;
    if (can) t.held.groups = &groups;
    t.plan = {load::sequential{1}, load::idle{1s}, load::sequential{1}};
    const auto line = t.run();
    REQUIRE(line.invocations.size() == 2);
    CHECK(line.invocations[1].is_success());
    CHECK(count_frozen(t.log) == 1);
    // Not frozen, it would have used its 400 ms in that second.
    CHECK(line.environments[0].init_cpu + line.invocations[0].cpu + line.invocations[1].cpu <
          300ms);
  }
  if (!can) support::skip(groups.abilities().freeze.why_not);
}

TEST_CASE("confined environments leave no group behind, whatever the function did") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().freeze.can) return support::skip(groups.abilities().freeze.why_not);
  for (const char* crash : {"double-fork", "fork", "handler-hang", "handler-kill", "init-exit"}) {
    CAPTURE(crash);
    trial t("crasher", {{"CRASH", crash}});
    t.settings.freezes = true;
    t.settings.function.timeout = 200ms;
    t.held.groups = &groups;
    t.held.freezes_by_group = true;
    t.plan = {load::burst{3}, load::idle{15min}, load::burst{1}};
    t.run();
  }
}

}  // namespace lambdaprof
