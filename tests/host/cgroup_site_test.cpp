// SPDX-License-Identifier: Apache-2.0
#include "host/cgroup_site.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <utility>

#include "host/cgroup_files.hpp"
#include "host/fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;
using support::skip;

namespace {

/// Groups for the groups of this test only: runs of other tests would clean up there too.
class private_place {
 public:
  private_place() : here(below(own_hierarchies(), fmt::format("test.{}", ::getpid()))) {
    for (const std::string& folder : folders_of(here))
      is_usable = ::mkdir(folder.c_str(), 0755) == 0 && is_usable;
  }
  private_place(const private_place&) = delete;
  private_place& operator=(const private_place&) = delete;
  ~private_place() {
    for (const std::string& folder : folders_of(here)) remove_group_tree(folder);
  }

  /// The names of all groups in any hierarchy, each once.
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const std::string& folder : folders_of(here))
      for (const std::string& name : groups_in(folder)) found.insert(name);
    return found;
  }

  const hierarchies here;
  bool is_usable = !folders_of(here).empty();
};

std::string name_of(int pid) {
  return fmt::format("lambdaprof.{}", pid);
}

/// A run that is killed while a process of its own is in one of its groups: the pids of both.
struct killed_run {
  int run = -1;
  int left = -1;
};

killed_run kill_a_run(const private_place& place) {
  adopt_orphans();
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const int run = ::fork();
  if (run == 0) {
    auto site = cgroup_site::open(place.here);
    auto group = site.make();
    if (!group) ::_exit(1);
    const int left = ::fork();
    if (left == 0) {
      for (const int fd : group->join_fds())
        if (::write(fd, "0", 1) != 1) ::_exit(99);
      for (;;) ::pause();
    }
    while (group->is_empty()) ::usleep(1000);
    if (::write(ends[1], &left, sizeof left) != sizeof left) ::_exit(1);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  killed_run killed{run, -1};
  REQUIRE(::read(ends[0], &killed.left, sizeof killed.left) == sizeof killed.left);
  ::close(ends[0]);
  REQUIRE(::kill(run, SIGKILL) == 0);
  REQUIRE(::waitpid(run, nullptr, 0) == run);
  return killed;
}

constexpr const char* no_groups = "no control groups can be made here";

}  // namespace

TEST_CASE("a site says of each ability how it has it, or why not and what to do") {
  const auto site = cgroup_site::open(own_hierarchies());
  const cgroup_abilities& all = site.abilities();
  for (const cgroup_ability* ability : {&all.cpu, &all.memory, &all.freeze, &all.usage}) {
    CHECK(ability->how.empty() != ability->can);
    CHECK(ability->why_not.empty() == ability->can);
  }
}

TEST_CASE("without control groups a site can do nothing, and says what to do about it") {
  auto site = cgroup_site::open({});
  const cgroup_abilities& all = site.abilities();
  for (const cgroup_ability* ability : {&all.cpu, &all.memory, &all.freeze, &all.usage}) {
    CHECK_FALSE(ability->can);
    CHECK_FALSE(ability->why_not.empty());
    CHECK_FALSE(ability->remedy.empty());
  }
  const auto group = site.make();
  REQUIRE_FALSE(group);
  CHECK(group.error().kind == fault_kind::host);
}

TEST_CASE("folders that are no control groups are found out and left as they were") {
  const folder f;
  hierarchies fake;
  fake.cpu = fake.memory = fake.unified = f.path();
  auto site = cgroup_site::open(fake);
  CHECK_FALSE(site.abilities().cpu.can);
  CHECK_FALSE(site.abilities().memory.can);
  CHECK_FALSE(site.abilities().freeze.can);
  CHECK_FALSE(site.abilities().usage.can);
  CHECK_FALSE(site.make());
  CHECK(f.names().empty());
}

TEST_CASE("groups in which nothing may be made give a reason and a remedy") {
  constexpr const char* nowhere = "/proc/no-such-groups";
  hierarchies v1;
  v1.cpu = v1.cpuacct = v1.memory = v1.freezer = nowhere;
  hierarchies v2;
  v2.unified = nowhere;
  for (const hierarchies& own : {v1, v2}) {
    auto site = cgroup_site::open(own);
    const cgroup_abilities& all = site.abilities();
    for (const cgroup_ability* ability : {&all.cpu, &all.memory, &all.freeze, &all.usage}) {
      CHECK_FALSE(ability->can);
      CHECK(ability->why_not.find(nowhere) != std::string::npos);
      CHECK_FALSE(ability->remedy.empty());
    }
    CHECK_FALSE(site.make());
  }
}

TEST_CASE("a site and its groups leave nothing behind, whatever is still running in them") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  int left = -1;
  {
    auto site = cgroup_site::open(place.here);
    auto group = site.make();
    REQUIRE(group);
    CHECK(place.names() == std::set{name_of(::getpid())});
    left = ::fork();
    if (left == 0) {
      for (const int fd : group->join_fds())
        if (::write(fd, "0", 1) != 1) ::_exit(99);
      for (;;) ::pause();
    }
    REQUIRE(eventually([&] { return !group->is_empty(); }));
    auto moved = std::move(*group);
    auto moved_site = std::move(site);
    CHECK_FALSE(moved.is_empty());
    if (moved_site.abilities().freeze.can) REQUIRE(moved.freeze());
  }
  CHECK(place.names().empty());
  int status = 0;
  REQUIRE(::waitpid(left, &status, 0) == left);
  CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("each environment has groups of its own") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  auto site = cgroup_site::open(place.here);
  auto first = site.make();
  REQUIRE(first);
  auto second = site.make();
  REQUIRE(second);
  if (site.abilities().freeze.can) {
    REQUIRE(first->freeze());
    CHECK(eventually([&] { return first->is_frozen(); }));
    CHECK_FALSE(second->is_frozen());
  }
  for (const int fd : first->join_fds())
    CHECK(std::count(second->join_fds().begin(), second->join_fds().end(), fd) == 0);
}

TEST_CASE("what a killed run has left is killed, removed and counted by the next") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  const killed_run before = kill_a_run(place);
  CHECK(place.names() == std::set{name_of(before.run)});
  CHECK(state_of(before.left) != '\0');
  const auto site = cgroup_site::open(place.here);
  CHECK(site.removed_leftovers() == 1);
  CHECK(place.names() == std::set{name_of(::getpid())});
  int status = 0;
  REQUIRE(::waitpid(before.left, &status, 0) == before.left);
  CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("who survives a killed run can remove what it has left") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  const killed_run before = kill_a_run(place);
  cgroup_site::remove_all_of(before.run, place.here);
  CHECK(place.names().empty());
  int status = 0;
  REQUIRE(::waitpid(before.left, &status, 0) == before.left);
  CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("a site of which the groups are removed by somebody says so for each new one") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  auto site = cgroup_site::open(place.here);
  REQUIRE(site.make());
  for (const std::string& folder : folders_of(place.here)) {
    for (const std::string& name : groups_in(folder))
      REQUIRE(remove_group_tree(folder + "/" + name));
  }
  for (int tries = 0; tries < 2; ++tries) {
    const auto group = site.make();
    REQUIRE_FALSE(group);
    CHECK(group.error().kind == fault_kind::host);
    CHECK_MESSAGE(to_string(group.error()).find("No such file") != std::string::npos,
                  to_string(group.error()));
  }
  CHECK(place.names().empty());
}

TEST_CASE("a smaller quota than the kernel takes becomes the smallest one") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  auto site = cgroup_site::open(place.here);
  if (!site.abilities().cpu.can) return skip(site.abilities().cpu.why_not);
  auto group = site.make();
  REQUIRE(group);
  const hierarchies at = below(below(place.here, name_of(::getpid())), "environment.0");
  const auto quota = [&] {
    return number_in(
        read_text(at.cpu.empty() ? at.unified + "/cpu.max" : at.cpu + "/cpu.cfs_quota_us"));
  };
  for (const std::int64_t asked : {1, 500, 1000}) {
    REQUIRE(group->limit_cpu(asked));
    CHECK(quota() == 1000);
  }
  REQUIRE(group->limit_cpu(1001));
  CHECK(quota() == 1001);
}

TEST_CASE("half of the controllers give half of the abilities, and each has its own reason") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  const hierarchies& all = place.here;
  if (all.cpu.empty() || all.memory.empty() || all.freezer.empty() || all.cpuacct.empty())
    return skip("not all controllers have hierarchies of v1");
  using member = std::string hierarchies::*;
  using ability_of = cgroup_ability cgroup_abilities::*;
  const std::vector<std::pair<member, ability_of>> parts{
      {&hierarchies::cpu, &cgroup_abilities::cpu},
      {&hierarchies::memory, &cgroup_abilities::memory},
      {&hierarchies::freezer, &cgroup_abilities::freeze},
      {&hierarchies::cpuacct, &cgroup_abilities::usage}};
  // Each subset, without v2.
  for (unsigned kept = 0; kept < 16; ++kept) {
    CAPTURE(kept);
    hierarchies own;
    for (std::size_t i = 0; i < parts.size(); ++i)
      if ((kept >> i & 1U) != 0) own.*parts[i].first = all.*parts[i].first;
    {
      auto site = cgroup_site::open(own);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const cgroup_ability& a = site.abilities().*parts[i].second;
        CAPTURE(i);
        CHECK_MESSAGE(a.can == ((kept >> i & 1U) != 0), a.why_not);
        CHECK(a.why_not.empty() == a.can);
        CHECK(a.remedy.empty() == a.can);
      }
      auto group = site.make();
      CHECK(static_cast<bool>(group) == (kept != 0));
      if (group) CHECK(static_cast<bool>(group->freeze()) == site.abilities().freeze.can);
      if (group) CHECK(static_cast<bool>(group->limit_cpu(1500)) == site.abilities().cpu.can);
      if (group) CHECK((group->cpu_time() >= span{}) == site.abilities().usage.can);
    }
    CHECK(place.names().empty());
  }
}

TEST_CASE("what a killed run has left goes also if nobody reaps its process") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  const int run = ::fork();
  if (run == 0) ::_exit(0);
  siginfo_t end{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(run), &end, WEXITED | WNOWAIT) == 0);
  for (const std::string& folder : folders_of(place.here))
    REQUIRE(::mkdir((folder + "/" + name_of(run)).c_str(), 0755) == 0);
  {
    const auto site = cgroup_site::open(place.here);
    CHECK(site.removed_leftovers() == 1);
  }
  CHECK(place.names().empty());
  REQUIRE(::waitpid(run, nullptr, 0) == run);
}

TEST_CASE("groups of living runs and of others are not touched") {
  const private_place place;
  if (!place.is_usable) return skip(no_groups);
  // A living process, one that is none, a run's name with something behind it.
  const std::set<std::string> others{name_of(::getppid()), "lambdaprof.", "lambdaprof.4194304x",
                                     "lambdaprof.x", "other.4194304"};
  for (const std::string& folder : folders_of(place.here))
    for (const std::string& name : others)
      REQUIRE(::mkdir((folder + "/" + name).c_str(), 0755) == 0);
  {
    const auto site = cgroup_site::open(place.here);
    CHECK(site.removed_leftovers() == 0);
  }
  CHECK(place.names() == others);
}

}  // namespace lambdaprof::host
