// SPDX-License-Identifier: Apache-2.0
// Where the time went, seen from outside, against what functions of a known make-up saw themselves.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <fstream>

#include "analysis/summary.hpp"
#include "analysis/usage.hpp"
#include "host/cgroup_share.hpp"
#include "host/mounts.hpp"
#include "host/page_cache.hpp"
#include "sandbox/trial.hpp"
#include "support/places.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

using namespace std::chrono_literals;
using support::trial;
namespace fact = journal::fact;

namespace {

struct own_account {
  double wall_ms = 0;
  double cpu_ms = 0;
  long faults = 0;
};

struct seen {
  own_account itself;
  analysis::invocation_row row;
  analysis::attribution parts;
};

/// The second invocation: nothing in it is done for the first time.
seen run_workload(host::cgroup_site& groups,
                  std::vector<std::pair<std::string, std::string>> variables,
                  std::int64_t quota_us = 0) {
  trial t("workload", std::move(variables));
  t.plan = {load::sequential{2}};
  t.settings.function.timeout = 60s;
  t.held.groups = &groups;
  t.held.quota_us = quota_us;
  const auto line = t.run();
  seen s;
  REQUIRE(line.invocations.at(1).is_success());
  s.row = line.invocations[1];
  for (const auto& e : t.log.entries())
    if (const auto* said = std::get_if<fact::log_line>(&e.what))
      REQUIRE(std::sscanf(std::string(t.log.text(said->text)).c_str(),
                          R"({"wall_ms":%lf,"cpu_ms":%lf,"faults":%ld})", &s.itself.wall_ms,
                          &s.itself.cpu_ms, &s.itself.faults) == 3);
  const auto parts = analysis::attribute(s.row.duration().value(), s.row.used);
  REQUIRE(parts);
  s.parts = *parts;
  return s;
}

/// Within 5 %, and what an answer and a sample cost beside the work.
void check_agreement(double found, double expected, double beside) {
  CAPTURE(found);
  CAPTURE(expected);
  CHECK(std::abs(found - expected) <= 0.05 * expected + beside);
}

}  // namespace

TEST_CASE("pure CPU work is found on the CPU, and what held it up adds up to the wall time") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().cpu.can) return support::skip(groups.abilities().cpu.why_not);
  for (const std::int64_t mb : {0, 512}) {
    CAPTURE(mb);
    const seen s = run_workload(groups, {{"WORK_MS", "60"}}, mb > 0 ? host::quota_us(mb) : 0);
    check_agreement(milliseconds(s.row.used.cpu), s.itself.cpu_ms, 0.5);
    const double wall = milliseconds(s.row.duration().value());
    // Nothing of the work is asleep: beside it, the function waits for our replies.
    CHECK(milliseconds(s.parts.blocked) <= wall - s.itself.wall_ms + 0.02 * wall + 0.2);
    CHECK(milliseconds(s.parts.residual) <= 0.02 * wall + 0.2);
    if (mb > 0) CHECK(s.parts.throttled > 60ms);
  }
}

TEST_CASE("sleep and contention for a lock are found as blocked, with hardly any CPU") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().usage.can) return support::skip(groups.abilities().usage.why_not);
  for (const char* kind : {"sleep", "lock"}) {
    CAPTURE(kind);
    const seen s = run_workload(groups, {{"WORK_KIND", kind}, {"WORK_MS", "80"}});
    const span off_cpu = s.parts.blocked + s.parts.waiting;
    check_agreement(milliseconds(off_cpu), s.itself.wall_ms - s.itself.cpu_ms, 1);
    CHECK(s.parts.user + s.parts.system < 8ms);
  }
}

TEST_CASE("a storm of page faults is counted") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().usage.can) return support::skip(groups.abilities().usage.why_not);
  const seen s = run_workload(groups, {{"WORK_KIND", "faults"}, {"WORK_MB", "32"}});
  CHECK(s.itself.faults >= 32 * 256);
  check_agreement(static_cast<double>(s.row.used.minor_faults + s.row.used.major_faults),
                  static_cast<double>(s.itself.faults), 20);
  check_agreement(milliseconds(s.row.used.cpu), s.itself.cpu_ms, 0.5);
}

TEST_CASE("bytes that come from storage are counted") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().usage.can) return support::skip(groups.abilities().usage.why_not);
  const std::string folder = support::binary_dir;
  if (const auto able = host::can_evict(folder); !able) return support::skip(able.error().message);
  const std::string path = folder + "/attribution.data";
  constexpr std::int64_t size = 16 << 20;
  {
    std::ofstream file(path, std::ios::binary);
    const std::string block(1 << 20, 'x');
    for (std::int64_t written = 0; written < size; written += std::ssize(block)) file << block;
  }
  REQUIRE(host::evict(path));
  const seen s = run_workload(groups, {{"WORK_KIND", "read"}, {"WORK_FILE", path}});
  check_agreement(static_cast<double>(s.row.used.read_bytes), static_cast<double>(size), 0);
  std::remove(path.c_str());
}

TEST_CASE("work of many threads in many processes is counted together, and claims no parts") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().usage.can) return support::skip(groups.abilities().usage.why_not);
  trial t("background-worker",
          {{"WORK_MS", "15"}, {"WORKERS", "4"}, {"PROCESSES", "2"}, {"WAIT", "1"}});
  t.plan = {load::sequential{1}, load::sequential{1}};
  t.held.groups = &groups;
  const auto line = t.run();
  const auto& first = line.invocations.at(0);
  const auto& init = line.environments.at(0);
  CHECK(init.init_used.cpu + first.used.cpu > 2 * 15ms);
  CHECK(!analysis::attribute(first.duration().value(), first.used));
}

TEST_CASE("work that was left running is told as a debt, with what the next event pays for it") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().freeze.can) return support::skip(groups.abilities().freeze.why_not);
  trial t("background-worker", {{"WORK_MS", "2000"}});
  t.settings.freezes = true;
  t.held.groups = &groups;
  t.held.freezes_by_group = true;
  t.held.quota_us = host::quota_us(128);
  // The end of the first environment shows that there is something to look for.
  t.plan = {load::fresh{},         load::sequential{3}, load::fresh{},
            load::sequential{400}, load::idle{5min},    load::sequential{3}};
  const auto line = t.run();
  CHECK(line.invocations.at(2).used.running >= 1);
  CHECK(line.environments.at(1).init_used.running >= 1);
  for (std::size_t i = 3; i < line.invocations.size(); ++i)
    CHECK(line.invocations[i].used.running >= 1);
  const auto s = analysis::summarize(line);
  CHECK(s.after_init.with_work == 1);
  CHECK(s.after_response.looked_at == 404);
  CHECK(s.after_response.with_work == 404);
  // At 128 MB all of them together take many ticks of the kernel, in which CPU time is counted.
  CHECK(s.after_response.carried_ms.n > 0);
  CHECK(s.after_response.carried_ms.max > 0);
  CHECK(s.thaw_ms.n == 1);

  trial quiet("hello");
  quiet.settings.freezes = true;
  quiet.held = t.held;
  quiet.held.quota_us = 0;
  quiet.plan = t.plan;
  const auto none = analysis::summarize(quiet.run());
  CHECK(none.after_response.looked_at == 3);
  CHECK(none.after_response.with_work == 0);
}

TEST_CASE("a frozen environment uses no CPU, however many threads and processes it keeps busy") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().freeze.can) return support::skip(groups.abilities().freeze.why_not);
  trial t("background-worker", {{"WORK_MS", "60000"}, {"WORKERS", "8"}, {"PROCESSES", "3"}});
  t.settings.freezes = true;
  t.settings.pool.idle_clock = fleet::idle_clock::real;
  t.held.groups = &groups;
  t.held.freezes_by_group = true;
  t.held.quota_us = host::quota_us(1769);
  constexpr std::uint32_t until_all_run = 300;
  t.plan = {load::sequential{until_all_run}, load::idle{1s}, load::sequential{1}};
  const auto line = t.run();
  const auto& last = line.invocations.at(until_all_run - 1);
  // Up to the standstill it may go on for some ticks of the kernel, on both CPUs.
  CHECK(last.cpu_after < 100ms);
  CHECK(last.used.running >= 8);
}

}  // namespace lambdaprof
