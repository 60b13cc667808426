// SPDX-License-Identifier: Apache-2.0
#include "host/strays.hpp"

#include <sys/wait.h>

#include <algorithm>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

/// A process that starts a daemon and ends; the daemon is ours then.
int daemon_of(const std::vector<std::string>& environment) {
  adopt_orphans();
  // Only once it has left the group: what is still in it goes with its leader.
  command c({"/bin/sh", "-c",
             "setsid sleep 1000 >/dev/null 2>&1 & "
             "until [ \"$(head -c 5 /proc/$!/cmdline)\" = sleep ]; do :; done; "
             "echo $!"},
            environment);
  c.finish();
  const int daemon = std::stoi(c.lines.front());
  REQUIRE(eventually([&] {
    const auto ours = children_of(::getpid());
    return std::find(ours.begin(), ours.end(), daemon) != ours.end() &&
           read_text(fmt::format("/proc/{}/cmdline", daemon)).starts_with("sleep");
  }));
  return daemon;
}

}  // namespace

TEST_CASE("what a process leaves behind is found, and killed and reaped when asked for") {
  const int daemon = daemon_of({"PATH=/usr/bin:/bin"});
  CHECK(strays({}) == std::vector<int>{daemon});
  CHECK(strays(std::vector<int>{daemon}).empty());
  CHECK(kill_and_reap({daemon}));
  CHECK(state_of(daemon) == '\0');
  CHECK(strays({}).empty());
}

TEST_CASE("a process that was left behind belongs to the environment whose port it knows") {
  const int first = daemon_of({"PATH=/usr/bin:/bin", "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001"});
  const int second = daemon_of({"PATH=/usr/bin:/bin", "AWS_LAMBDA_RUNTIME_API=127.0.0.1:900"});
  CHECK(strays_of_port(9001) == std::vector<int>{first});
  CHECK(strays_of_port(900) == std::vector<int>{second});
  CHECK(strays_of_port(90).empty());
  CHECK(strays_of_port(900, std::vector<int>{second}).empty());
  CHECK(kill_and_reap({first, second}));
}

TEST_CASE("a stray that has ended is reaped, a known child that has ended is left to its owner") {
  const int stray = ::fork();
  if (stray == 0) ::_exit(0);
  const int known = ::fork();
  if (known == 0) ::_exit(9);
  REQUIRE(eventually([&] { return state_of(stray) == 'Z' && state_of(known) == 'Z'; }));
  CHECK(strays_of_port(9001, std::vector<int>{known}).empty());
  CHECK(state_of(stray) == '\0');
  int status = 0;
  REQUIRE(::waitpid(known, &status, 0) == known);
  CHECK(WEXITSTATUS(status) == 9);
}

TEST_CASE("killing takes the descendants along, stopped and stubborn ones included") {
  adopt_orphans();
  auto c = command::shell(
      "trap '' TERM; (trap '' TERM; sleep 1000 & sleep 1000 & setsid sh -c 'sleep 1000 & "
      "kill -STOP $$' & echo up; wait) & wait");
  c.until([&] { return !c.lines.empty(); });
  REQUIRE(eventually([&] {
    const auto below = children_of(c.process->pid());
    return below.size() == 1 && children_of(below.front()).size() == 3;
  }));
  const int subshell = children_of(c.process->pid()).front();
  std::vector<int> all = children_of(subshell);
  all.push_back(subshell);
  all.push_back(c.process->pid());
  CHECK(kill_and_reap({c.process->pid()}));
  for (const int pid : all) CHECK(state_of(pid) == '\0');
  CHECK(eventually([] { return strays({}).empty(); }));
}

TEST_CASE("nothing escapes from a process that forks while it is being killed") {
  adopt_orphans();
  for (int round = 0; round < 5; ++round) {
    const std::string mark = unique_mark();
    command c({"/bin/sh", "-c", "echo up; while :; do sleep 1000 & done"},
              {"PATH=/usr/bin:/bin", mark});
    c.until([&] { return !c.lines.empty(); });
    CHECK(kill_and_reap({c.process->pid()}, std::chrono::seconds(20)));
    CHECK(processes_with(mark).empty());
    CHECK(strays({}).empty());
    c.finish();
  }
}

TEST_CASE("killing a process that is not there is done at once") {
  const int pid = ::fork();
  if (pid == 0) ::_exit(0);
  REQUIRE(::waitpid(pid, nullptr, 0) == pid);
  CHECK(kill_and_reap({pid}));
  CHECK(kill_and_reap({}));
}

}  // namespace lambdaprof::host
