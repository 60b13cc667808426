// SPDX-License-Identifier: Apache-2.0
#include "host/trials.hpp"

#include <fcntl.h>

#include <algorithm>

#include "host/cgroup_files.hpp"
#include "host/cgroup_share.hpp"
#include "host/fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;
using namespace std::chrono_literals;
using support::skip;

namespace {

constexpr std::int64_t mib = std::int64_t{1} << 20;

struct output {
  descriptor nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};

  launch_request shell(const std::string& script) const {
    return {{"/bin/sh", "-c", script}, {}, "/", nowhere.number(), nowhere.number()};
  }
};

/// That of a trial has been removed when only those of the site are left.
std::size_t groups_of_trials() {
  std::size_t found = 0;
  for (const std::string& folder : folders_of(own_hierarchies()))
    for (const std::string& name : groups_in(fmt::format("{}/lambdaprof.{}", folder, ::getpid())))
      found += name.starts_with("environment.") ? 1 : 0;
  return found;
}

}  // namespace

TEST_CASE("a busy loop has no more CPU than its share and what the kernel overdraws") {
  auto site = cgroup_site::open(own_hierarchies());
  if (!site.abilities().cpu.can) return skip(site.abilities().cpu.why_not);
  const auto trial = try_cpu_share(site, 128, 200ms);
  REQUIRE(trial);
  CHECK(trial->memory_mb == 128);
  CHECK(trial->wall >= 200ms);
  CHECK(trial->process > 0ns);
  CHECK(trial->process < trial->wall * quota_us(128) / cpu_period_us + 12ms);
  CHECK(trial->throttled_periods > 0);
  CHECK(groups_of_trials() == 0);
}

TEST_CASE("a process that wants more than its limit is killed, and below the limit it is not") {
  auto site = cgroup_site::open(own_hierarchies());
  if (!site.abilities().memory.can) return skip(site.abilities().memory.why_not);
  const auto trial = try_memory_limit(site, 16 * mib);
  REQUIRE(trial);
  CHECK(trial->was_killed);
  CHECK(trial->limit_bytes == 16 * mib);
  CHECK(trial->peak_bytes <= 16 * mib);
  CHECK(trial->oom_kills >= 1);
  const auto generous = try_memory_limit(site, 1024 * mib);
  REQUIRE(generous);
  CHECK_FALSE(generous->was_killed);
  CHECK(generous->peak_bytes > 64 * mib);
  CHECK(groups_of_trials() == 0);
}

TEST_CASE("a frozen busy loop uses no CPU, and goes on each time") {
  auto site = cgroup_site::open(own_hierarchies());
  if (!site.abilities().freeze.can) return skip(site.abilities().freeze.why_not);
  const auto trial = try_freeze(site, 50ms, 5);
  REQUIRE(trial);
  CHECK(trial->frozen_for >= 50ms);
  CHECK(trial->used_while_frozen == 0ns);
  CHECK(trial->freezes.size() == 5);
  REQUIRE(trial->thaws.size() == 5);
  CHECK(*std::min_element(trial->thaws.begin(), trial->thaws.end()) > 0ns);
  CHECK(groups_of_trials() == 0);
}

TEST_CASE("without control groups a trial is a fault") {
  auto site = cgroup_site::open({});
  CHECK_FALSE(try_cpu_share(site, 128, 1ms));
  CHECK_FALSE(try_memory_limit(site, mib));
  CHECK_FALSE(try_freeze(site, 1ms, 1));
}

TEST_CASE("a command is waited for, with its status") {
  const output o;
  const auto slept = run_to_end(o.shell("sleep 0.05; exit 3"));
  REQUIRE(slept);
  CHECK(slept->status == 3);
  CHECK(slept->taken >= 50ms);
  const auto killed = run_to_end(o.shell("kill -9 $$"));
  REQUIRE(killed);
  CHECK(killed->status == -1);
}

TEST_CASE("a command that cannot be started is a fault that names it") {
  const output o;
  launch_request request = o.shell("");
  request.command.front() = "/no/such/program";
  const auto end = run_to_end(request);
  REQUIRE_FALSE(end);
  CHECK(end.error().message.find("/no/such/program") != std::string::npos);
}

}  // namespace lambdaprof::host
