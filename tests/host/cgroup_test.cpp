// SPDX-License-Identifier: Apache-2.0
// With real groups of this machine, in both ways that it offers: v2 for what it can, and v1 alone.
#include "host/cgroup.hpp"

#include <sys/mman.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>

#include "host/cgroup_files.hpp"
#include "host/cgroup_share.hpp"
#include "host/cgroup_site.hpp"
#include "host/fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;
using support::skip;

namespace {

hierarchies v1_only() {
  hierarchies own = own_hierarchies();
  own.unified.clear();
  return own;
}

std::string why_not(const cgroup_ability& ability) {
  return ability.why_not + " (" + ability.remedy + ")";
}

/// A child that joins the group and then does something; dead and reaped at the end.
class member {
 public:
  template <class Work>
  member(const cgroup& group, Work work) : pid_(::fork()) {
    if (pid_ != 0) return;
    for (const int fd : group.join_fds())
      if (::write(fd, "0", 1) != 1) ::_exit(99);
    work();
    ::_exit(0);
  }
  member(const member&) = delete;
  member& operator=(const member&) = delete;
  ~member() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
  }

  int pid() const { return pid_; }
  /// The status as of waitpid.
  int wait() {
    if (pid_ > 0) ::waitpid(pid_, &status_, 0);
    pid_ = -1;
    return status_;
  }

 private:
  int pid_;
  int status_ = 0;
};

void spin() {
  for (;;) asm volatile("");
}

void fill_memory(std::size_t bytes) {
  void* block = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) ::_exit(98);
  std::memset(block, 1, bytes);
}

/// A process that has left its session and its parent, and one that waits for nothing.
void fork_twice_and_spin() {
  if (::fork() == 0) {
    ::setsid();
    if (::fork() == 0) spin();
    ::_exit(0);
  }
  spin();
}

bool makes_progress(const cgroup& group) {
  const span before = group.cpu_time();
  return eventually([&] { return group.cpu_time() > before; });
}

void check_freeze_and_kill(const hierarchies& own) {
  adopt_orphans();
  auto site = cgroup_site::open(own);
  if (!site.abilities().freeze.can) return skip(why_not(site.abilities().freeze));
  const std::string mark = unique_mark();
  auto group = site.make();
  REQUIRE(group);
  CHECK(group->is_empty());
  member parent(*group, fork_twice_and_spin);
  REQUIRE(eventually([&] { return group->cpu_time() > std::chrono::milliseconds(20); }));
  CHECK_FALSE(group->is_empty());
  CHECK_FALSE(group->is_frozen());

  REQUIRE(group->freeze());
  REQUIRE(eventually([&] { return group->is_frozen(); }));
  const span stood = group->cpu_time();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(group->cpu_time() == stood);

  REQUIRE(group->thaw());
  CHECK(makes_progress(*group));
  CHECK_FALSE(group->is_frozen());

  REQUIRE(group->freeze());
  REQUIRE(eventually([&] { return group->is_frozen(); }));
  group->kill();
  CHECK(eventually([&] { return group->is_empty(); }));
  CHECK(WTERMSIG(parent.wait()) == SIGKILL);
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

void check_memory(const hierarchies& own) {
  auto site = cgroup_site::open(own);
  if (!site.abilities().memory.can) return skip(why_not(site.abilities().memory));
  auto group = site.make();
  REQUIRE(group);
  REQUIRE(group->limit_memory(std::int64_t{128} << 20));
  REQUIRE(group->limit_memory(std::int64_t{32} << 20));
  member modest(*group, [] { fill_memory(std::size_t{8} << 20); });
  const int status = modest.wait();
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(group->usage().oom_kills == 0);
  CHECK(group->usage().peak_bytes >= std::int64_t{8} << 20);

  member greedy(*group, [] { fill_memory(std::size_t{64} << 20); });
  CHECK(WTERMSIG(greedy.wait()) == SIGKILL);
  CHECK(group->usage().oom_kills >= 1);
  CHECK(group->usage().peak_bytes <= std::int64_t{32} << 20);
}

/// Best of a few, for on a busy machine a process may get less than it is allowed.
double share_of(const cgroup& group) {
  double share = 0;
  for (int windows = 0; windows < 4 && share < 0.2; ++windows) {
    const clock time;
    const span before = group.cpu_time();
    std::this_thread::sleep_for(std::chrono::seconds(1));
    share = seconds(group.cpu_time() - before) / seconds(time.now() - instant{});
  }
  return share;
}

void check_cpu(const hierarchies& own) {
  auto site = cgroup_site::open(own);
  if (!site.abilities().cpu.can) return skip(why_not(site.abilities().cpu));
  if (!site.abilities().usage.can) return skip(why_not(site.abilities().usage));
  auto group = site.make();
  REQUIRE(group);
  REQUIRE(group->limit_cpu(quota_us(512)));
  const member busy(*group, spin);
  REQUIRE(makes_progress(*group));
  const double share = share_of(*group);
  CHECK(share > 0.2);
  CHECK(share < 0.4);
  CHECK(group->usage().throttled_periods > 0);
  CHECK(group->usage().throttled_time > span::zero());

  REQUIRE(group->limit_cpu(0));
  const auto throttled = group->usage().throttled_periods;
  const span before = group->cpu_time();
  REQUIRE(
      eventually([&] { return group->cpu_time() > before + 5 * std::chrono::milliseconds(20); }));
  CHECK(group->usage().throttled_periods <= throttled + 1);
}

}  // namespace

TEST_CASE("a busy process under the quota of 512 MB gets about 29 % of a CPU, and all without") {
  check_cpu(own_hierarchies());
}

TEST_CASE("a busy process is held to its quota by v1 alone") {
  check_cpu(v1_only());
}

TEST_CASE("a process that takes more than its memory limit is killed and counted") {
  check_memory(own_hierarchies());
}

TEST_CASE("a frozen tree uses no CPU time, goes on when thawed, and can be killed while frozen") {
  check_freeze_and_kill(own_hierarchies());
}

TEST_CASE("v1 alone freezes, thaws and kills a tree") {
  check_freeze_and_kill(v1_only());
}

TEST_CASE("the CPU time of a group includes the processes that have ended") {
  auto site = cgroup_site::open(own_hierarchies());
  if (!site.abilities().usage.can) return skip(why_not(site.abilities().usage));
  auto group = site.make();
  REQUIRE(group);
  CHECK(group->cpu_time() < std::chrono::milliseconds(1));
  member worker(*group, [] { fill_memory(std::size_t{32} << 20); });
  worker.wait();
  const cgroup_usage used = group->usage();
  CHECK(used.cpu > std::chrono::milliseconds(1));
  CHECK(used.cpu == group->cpu_time());
  if (used.user >= span::zero()) CHECK(used.user + used.system <= used.cpu + span(1000));
}

TEST_CASE("a quota below what the kernel takes is raised to it") {
  auto site = cgroup_site::open(own_hierarchies());
  if (!site.abilities().cpu.can) return skip(why_not(site.abilities().cpu));
  auto group = site.make();
  REQUIRE(group);
  CHECK(group->limit_cpu(1));
  CHECK(group->limit_cpu(quota_us(10240)));
  CHECK(group->limit_cpu(0));
}

TEST_CASE("a group that somebody else removes gives faults and unknown figures") {
  auto site = cgroup_site::open(own_hierarchies());
  if (!site.abilities().usage.can) return skip(why_not(site.abilities().usage));
  auto group = site.make();
  REQUIRE(group);
  const hierarchies own = own_hierarchies();
  const std::string name = "/lambdaprof." + std::to_string(::getpid()) + "/environment.0";
  std::vector<std::string> parents = folders_of(own);
  if (!own.unified.empty()) parents.push_back(fs::path(own.unified).parent_path().string());
  for (const std::string& parent : parents) ::rmdir((parent + name).c_str());

  CHECK_FALSE(group->limit_cpu(quota_us(128)));
  CHECK_FALSE(group->limit_memory(std::int64_t{64} << 20));
  CHECK_FALSE(group->freeze());
  CHECK_FALSE(group->thaw());
  CHECK_FALSE(group->is_frozen());
  CHECK(group->is_empty());
  const cgroup_usage used = group->usage();
  CHECK(used.cpu < span::zero());
  CHECK(used.throttled_time < span::zero());
  CHECK(used.throttled_periods == -1);
  CHECK(used.peak_bytes == -1);
  CHECK(used.oom_kills == -1);
  CHECK(group->cpu_time() < span::zero());
  group->kill();
  member late(*group, [] {});
  CHECK(WEXITSTATUS(late.wait()) == 99);
}

}  // namespace lambdaprof::host
