// SPDX-License-Identifier: Apache-2.0
#include "host/child.hpp"

#include <sys/wait.h>

#include <cstring>
#include <memory>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

constexpr std::size_t ballast_bytes = std::size_t{96} << 20;

/// Makes our own peak so high that no small program reaches it.
void raise_our_peak() {
  const auto ballast = std::make_unique<char[]>(ballast_bytes);
  std::memset(ballast.get(), 1, ballast_bytes);
  REQUIRE(peak_bytes_of(::getpid()) > static_cast<std::int64_t>(ballast_bytes));
}

}  // namespace

TEST_CASE("the end of a process is reported with its exit status") {
  auto c = command::shell("exit 7");
  const exit_report& end = c.finish();
  CHECK(end.status == 7);
  CHECK(end.signal == 0);
  CHECK(!end.core_dumped);
  CHECK(!c.process->is_alive());
  CHECK(children_of(::getpid()).empty());
}

TEST_CASE("the end of a process is reported with the signal that killed it") {
  auto c = command::shell("kill -TERM $$");
  const exit_report& end = c.finish();
  CHECK(end.status == -1);
  CHECK(end.signal == SIGTERM);
}

TEST_CASE("a process that somebody else has reaped is reported as ended, with nothing known") {
  auto c = command::shell("exit 3");
  REQUIRE(::waitpid(c.process->pid(), nullptr, 0) == c.process->pid());
  const exit_report& end = c.finish();
  CHECK(end.status == -1);
  CHECK(end.signal == 0);
}

TEST_CASE("a signal to the group ends the children of the process too") {
  adopt_orphans();
  auto c = command::shell("sleep 1000 & echo $!; wait");
  c.until([&] { return !c.lines.empty(); });
  const int grandchild = std::stoi(c.lines.front());
  CHECK(state_of(grandchild) != '\0');
  CHECK(c.process->kill_group(SIGKILL));
  CHECK(c.finish().signal == SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(grandchild, &status, 0) == grandchild);  // an orphan, so it is ours now
  CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("no signal is sent once the process has been reaped") {
  auto c = command::shell("exit 0");
  c.finish();
  CHECK(!c.process->kill_group(0));
}

TEST_CASE("a stopped group goes on when it is continued") {
  auto c = command::shell("echo up; read line </dev/zero; exit 0");
  c.until([&] { return !c.lines.empty(); });
  const int pid = c.process->pid();
  CHECK(c.process->kill_group(SIGSTOP));
  CHECK(eventually([&] { return state_of(pid) == 'T'; }));
  CHECK(c.process->is_alive());
  CHECK(c.process->kill_group(SIGCONT));
  CHECK(eventually([&] { return state_of(pid) != 'T'; }));
  CHECK(c.process->kill_group(SIGKILL));
  c.finish();
}

TEST_CASE("a child that is destroyed takes its group with it and calls nobody") {
  adopt_orphans();
  bool called = false;
  auto c = command::shell("trap '' TERM; sleep 1000 & echo $!; wait");
  c.process->on_exit([&](const exit_report&) { called = true; });
  c.until([&] { return !c.lines.empty(); });
  const int pid = c.process->pid();
  c.process.reset();
  CHECK(state_of(pid) == '\0');
  const int grandchild = std::stoi(c.lines.front());
  CHECK(::waitpid(grandchild, nullptr, 0) == grandchild);
  c.loop.restart();
  c.loop.run();
  CHECK(!called);
}

TEST_CASE("the callback of the end may destroy the child") {
  auto c = command::shell("exit 5");
  int status = 0;
  c.process->on_exit([&](const exit_report& report) {
    c.process.reset();
    status = report.status;
  });
  c.until([&] { return status != 0; });
  CHECK(status == 5);
}

TEST_CASE("the CPU time of a process counts while it lives and is that of the report afterwards") {
  auto c = command::shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; read x");
  const span early = c.process->cpu_time();
  c.until([&] { return !c.lines.empty(); });
  const span late = c.process->cpu_time();
  CHECK(early >= span{});
  CHECK(late > early);
  const exit_report& end = c.finish();
  CHECK(c.process->cpu_time() == end.usage.user + end.usage.system);
  CHECK(end.usage.user + end.usage.system > span{});
}

TEST_CASE("what a process used is counted") {
  auto c = command::shell("exit 0");
  const process_usage& used = c.finish().usage;
  CHECK(used.minor_faults > 0);
  CHECK(used.major_faults >= 0);
  CHECK(used.voluntary_switches >= 0);
  CHECK(used.involuntary_switches >= 0);
}

// exec hands the peak of the old memory on to ru_maxrss; after vfork that memory is ours.
TEST_CASE("our own peak memory is never taken for that of a small process") {
  raise_our_peak();
  auto c = command::shell("exit 0");
  CHECK(c.finish().usage.peak_bytes == -1);
}

TEST_CASE("the peak of a small process is known if it was asked for while it lived") {
  raise_our_peak();
  auto c = command::shell("echo up; read line </dev/zero");
  c.until([&] { return !c.lines.empty(); });
  const std::int64_t peak = c.process->peak_bytes();
  CHECK(peak > 0);
  CHECK(peak < static_cast<std::int64_t>(ballast_bytes));
  c.process->kill_group(SIGTERM);
  CHECK(c.finish().usage.peak_bytes == peak);
  CHECK(c.process->peak_bytes() == peak);
}

TEST_CASE("a signal that ends a process asks for the peak before it is too late") {
  raise_our_peak();
  for (const int signal : {SIGKILL, SIGTERM}) {
    CAPTURE(signal);
    auto c = command::shell("echo up; read line </dev/zero");
    c.until([&] { return !c.lines.empty(); });
    c.process->kill_group(signal);
    const exit_report& end = c.finish();
    CHECK(end.signal == signal);
    CHECK(end.usage.peak_bytes > 0);
    CHECK(end.usage.peak_bytes < static_cast<std::int64_t>(ballast_bytes));
  }
}

TEST_CASE("the peak of a process that is larger than we are is known without being asked for") {
  const std::int64_t megabytes = (peak_bytes_of(::getpid()) >> 20) + 64;
  command c(
      {"/bin/dd", "if=/dev/zero", "of=/dev/null", "count=1", fmt::format("bs={}M", megabytes)});
  const exit_report& end = c.finish();
  REQUIRE(end.status == 0);
  CHECK(end.usage.peak_bytes > megabytes << 20);
}

}  // namespace lambdaprof::host
