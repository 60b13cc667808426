// SPDX-License-Identifier: Apache-2.0
// Functions that run away, die while they stand still or leave no room: the run goes on or ends by
// itself, says what happened, breaks no law and leaves nothing behind.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "host/cgroup_files.hpp"
#include "host/mounts.hpp"
#include "host/proc.hpp"
#include "host/run_folder.hpp"
#include "host/run_name.hpp"
#include "host/view.hpp"
#include "sandbox/trial.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

using namespace std::chrono_literals;
using journal::outcome;
using journal::start_kind;
using support::skip;
using support::trial;
namespace fact = journal::fact;
namespace fs = std::filesystem;

namespace {

template <class Fact>
std::size_t count(const journal::journal& log) {
  return static_cast<std::size_t>(
      std::count_if(log.entries().begin(), log.entries().end(),
                    [](const auto& e) { return std::holds_alternative<Fact>(e.what); }));
}

/// Of the process that was started last.
int pid_in(const journal::journal& log) {
  int pid = -1;
  for (const auto& e : log.entries())
    if (const auto* started = std::get_if<fact::process_started>(&e.what)) pid = started->pid;
  return pid;
}

std::vector<std::string> printed(const journal::journal& log) {
  std::vector<std::string> lines;
  for (const auto& e : log.entries())
    if (const auto* line = std::get_if<fact::log_line>(&e.what))
      lines.emplace_back(log.text(line->text));
  return lines;
}

/// Does something once, as soon as this fact is there so often; stops nothing.
template <class Fact, class Action>
auto upon(std::size_t times, Action action) {
  return [times, action, is_done = false](const journal::journal& log) mutable {
    if (!is_done && count<Fact>(log) >= times) {
      is_done = true;
      action(log);
    }
    return false;
  };
}

/// Both ways in which this machine may freeze, and by signals alone.
struct way {
  const char* name;
  host::hierarchies own;
};

std::vector<way> ways() {
  host::hierarchies v1 = host::own_hierarchies();
  v1.unified.clear();
  return {{"as found", host::own_hierarchies()}, {"v1 alone", v1}, {"by signals", {}}};
}

/// Kills a process from outside and waits until it is dead, if it can die where it is.
void kill_from_outside(int pid, bool waits) {
  ::kill(pid, SIGKILL);
  siginfo_t end{};
  if (waits) ::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOWAIT);
}

std::vector<std::string> groups_of(int pid) {
  return host::folders_of(
      host::hierarchies_of(host::read_text("/proc/self/mountinfo"),
                           host::read_text(fmt::format("/proc/{}/cgroup", pid))));
}

/// In each hierarchy; in v2 they may be beside our own group.
std::vector<std::string> groups_of_this_run() {
  const host::hierarchies own = host::own_hierarchies();
  std::vector<std::string> found;
  std::vector<std::string> parents = host::folders_of(own);
  if (!own.unified.empty()) parents.push_back(fs::path(own.unified).parent_path().string());
  for (const std::string& parent : parents)
    if (std::string run = parent + "/" + host::name_of_run(::getpid()); fs::exists(run))
      found.push_back(std::move(run));
  return found;
}

std::string limit_file_of(int pid) {
  const host::hierarchies of_process =
      host::hierarchies_of(host::read_text("/proc/self/mountinfo"),
                           host::read_text(fmt::format("/proc/{}/cgroup", pid)));
  return of_process.memory.empty() ? of_process.unified + "/memory.max"
                                   : of_process.memory + "/memory.limit_in_bytes";
}

/// For a run's folder: in the usual one other runs would clean up.
struct place {
  std::string path = "/var/tmp/lambdaprof-test-XXXXXX";
  place() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { fs::remove_all(path); }
};

/// Three environments, of which the second has served one event and hangs in another.
trial second_of_three_hangs() {
  trial t("crasher", {{"CRASH", "handler-hang"}, {"CRASH_AT", "2"}});
  t.plan = {load::sequential{1}, load::fresh{}, load::sequential{2}, load::fresh{},
            load::sequential{1}};
  return t;
}
constexpr std::size_t hanging_event = 3;  // as counted by deliveries

void check_others(const analysis::timeline& line) {
  REQUIRE(line.invocations.size() == 4);
  for (const std::size_t i : {0U, 1U, 3U}) {
    CAPTURE(i);
    CHECK(line.invocations[i].is_success());
    CHECK(line.invocations[i].cpu >= 0ns);
  }
  REQUIRE(line.environments.size() == 3);
  for (const std::size_t e : {0U, 2U}) {
    CHECK(line.environments[e].used.cpu > 0ns);
    CHECK(line.environments[e].used.peak_bytes > 0);
  }
}

}  // namespace

TEST_CASE("a process that is killed while it stands still is noticed, and its successor serves") {
  for (const way& w : ways()) {
    CAPTURE(w.name);
    auto groups = host::cgroup_site::open(w.own);
    const bool by_group = groups.abilities().freeze.can;
    trial t("crasher", {{"CRASH", "fork"}});
    t.settings.freezes = true;
    t.settings.pool.idle_clock = fleet::idle_clock::real;
    t.held.freezes_by_group = by_group;
    if (by_group) t.held.groups = &groups;
    // The freezer of v1 keeps even the dead.
    const bool dies = !by_group || w.own.unified.empty() == false;
    t.plan = {load::sequential{1}, load::idle{2s}, load::sequential{2}};
    t.stop_when =
        upon<fact::frozen>(1, [dies](const auto& log) { kill_from_outside(pid_in(log), dies); });
    const auto line = t.run();
    REQUIRE(line.invocations.size() == 3);
    CHECK(line.environments.size() == 1);
    CHECK(line.environments[0].attempts == 2);
    CHECK(line.invocations[0].is_success());
    if (dies) {
      CHECK(line.invocations[1].start == start_kind::suppressed);
      CHECK(line.invocations[1].is_success());
    } else {
      CHECK(line.invocations[1].how == outcome::killed);
      CHECK(line.invocations[2].start == start_kind::suppressed);
    }
    CHECK(line.invocations[2].is_success());
  }
}

TEST_CASE("a group that somebody kills and removes costs the invocation in it and no other") {
  for (const way& w : ways()) {
    if (w.own == host::hierarchies{}) continue;
    CAPTURE(w.name);
    auto groups = host::cgroup_site::open(w.own);
    if (!groups.abilities().freeze.can) return skip(groups.abilities().freeze.why_not);
    trial t = second_of_three_hangs();
    t.settings.function.timeout = 1min;
    t.held.groups = &groups;
    t.stop_when = upon<fact::delivered>(hanging_event, [](const auto& log) {
      for (const std::string& folder : groups_of(pid_in(log)))
        if (fs::path(folder).filename().string().starts_with("environment."))
          CHECK(host::remove_group_tree(folder));
    });
    const auto line = t.run();
    check_others(line);
    CHECK(line.invocations[2].how == outcome::killed);
    CHECK(line.environments[1].exit_signal == SIGKILL);
  }
}

TEST_CASE(
    "a group that somebody empties and removes leaves a process that is still ended in time") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().freeze.can) return skip(groups.abilities().freeze.why_not);
  trial t = second_of_three_hangs();
  t.settings.function.timeout = 1s;
  t.settings.freezes = true;
  t.held.groups = &groups;
  t.held.freezes_by_group = true;
  t.held.quota_us = 10'000;
  t.stop_when = upon<fact::delivered>(hanging_event, [](const auto& log) {
    for (const std::string& folder : groups_of(pid_in(log))) {
      if (!fs::path(folder).filename().string().starts_with("environment.")) continue;
      const std::string above = fs::path(folder).parent_path().parent_path().string();
      CHECK(host::write_control(above + "/cgroup.procs", std::to_string(pid_in(log))) == 0);
      CHECK(::rmdir(folder.c_str()) == 0);
    }
  });
  const auto line = t.run();
  check_others(line);
  CHECK(line.invocations[2].how == outcome::timed_out);
}

TEST_CASE("a run whose groups are all removed says so at each start, and ends by itself") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().freeze.can) return skip(groups.abilities().freeze.why_not);
  trial t = second_of_three_hangs();
  t.settings.function.timeout = 1min;
  t.held.groups = &groups;
  t.stop_when = upon<fact::delivered>(hanging_event, [](const auto& log) {
    for (const std::string& folder : groups_of(pid_in(log)))
      if (fs::path(folder).filename().string().starts_with("environment."))
        CHECK(host::remove_group_tree(fs::path(folder).parent_path().string()));
  });
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 4);
  CHECK(line.invocations[0].is_success());
  CHECK(line.invocations[1].is_success());
  CHECK(line.environments[0].used.cpu > 0ns);
  CHECK(line.invocations[2].how == outcome::killed);
  CHECK(line.invocations[3].how == outcome::launch_error);
  CHECK_MESSAGE(line.invocations[3].error.find("control group") != std::string::npos,
                line.invocations[3].error);
}

TEST_CASE("a group in stock that somebody removes costs a start, which is repeated") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().freeze.can) return skip(groups.abilities().freeze.why_not);
  trial t("hello");
  t.held.groups = &groups;
  t.held.quota_us = 10'000;
  bool is_removed = false;
  t.stop_when = [&](const journal::journal&) {
    // It is asked before anything is started.
    for (const std::string& run : groups_of_this_run())
      for (const std::string& name : host::groups_in(run))
        if (!is_removed && name.starts_with("environment."))
          CHECK(host::remove_group_tree(run + "/" + name));
    is_removed = true;
    return false;
  };
  const auto line = t.run();
  REQUIRE(line.environments.size() == 1);
  CHECK(line.environments[0].init == outcome::launch_error);
  CHECK(line.environments[0].attempts == 2);
  CHECK(line.invocations[0].start == start_kind::suppressed);
  for (const auto& i : line.invocations) CHECK(i.is_success());
}

TEST_CASE("a function that moves itself out of its groups is served, ended and leaves nothing") {
  for (const char* crash : {"leave-groups", "leave-groups-and-fork"}) {
    CAPTURE(crash);
    auto groups = host::cgroup_site::open(host::own_hierarchies());
    if (!groups.abilities().freeze.can) return skip(groups.abilities().freeze.why_not);
    trial t("crasher", {{"CRASH", crash}});
    t.settings.freezes = true;
    t.held.groups = &groups;
    t.held.freezes_by_group = true;
    t.held.quota_us = 10'000;
    t.held.memory_bytes = std::int64_t{128} << 20;
    t.plan = {load::sequential{2}, load::idle{5min}, load::sequential{1}};
    t.settings.pool.keep_alive = fleet::keep_fixed{10min};
    const auto line = t.run();
    const auto lines = printed(t.log);
    CHECK_FALSE(lines.empty());
    for (const std::string& l : lines) CHECK_MESSAGE(l.find("lambdaprof.") == l.npos, l);
    for (const auto& i : line.invocations) CHECK(i.is_success());
    CHECK(line.environments.size() == 1);
    CHECK(line.environments[0].left_groups);
    CHECK(line.environments[0].strays == (std::string_view(crash) == "leave-groups" ? 0 : 1));
  }
}

TEST_CASE("what a process leaves in /tmp is there for its successor, and not for others") {
  const place place;
  const auto folder = host::run_folder::make(place.path);
  REQUIRE(folder);
  trial t("crasher", {{"CRASH", "mark-tmp"}, {"CRASH_AT", "2"}});
  auto views =
      host::view_site::open(*folder, {t.settings.function.directory, t.settings.function.command});
  if (!views.abilities().own_tmp.can) return skip(views.abilities().own_tmp.why_not);
  t.held.views = &views;
  t.plan = {load::sequential{3}, load::fresh{}, load::sequential{1}};
  const auto line = t.run();
  CHECK(line.invocations[1].how == outcome::exited);
  CHECK(line.invocations[2].start == start_kind::suppressed);
  CHECK(line.environments.size() == 2);
  CHECK(printed(t.log) == std::vector<std::string>{"no mark", "the mark is there", "no mark"});
  CHECK(fs::is_empty(folder->path()));
}

TEST_CASE("a timeout resets the process and keeps its /tmp and its limits") {
  const place place;
  const auto folder = host::run_folder::make(place.path);
  REQUIRE(folder);
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  trial t("crasher", {{"CRASH", "mark-tmp-and-hang"}});
  auto views =
      host::view_site::open(*folder, {t.settings.function.directory, t.settings.function.command});
  if (!views.abilities().own_tmp.can) return skip(views.abilities().own_tmp.why_not);
  if (!groups.abilities().memory.can) return skip(groups.abilities().memory.why_not);
  t.held.views = &views;
  t.held.groups = &groups;
  t.held.memory_bytes = std::int64_t{128} << 20;
  t.settings.function.timeout = 300ms;
  t.plan = {load::sequential{2}};
  std::vector<std::int64_t> limits;
  t.stop_when = [&](const journal::journal& log) {
    if (count<fact::delivered>(log) > limits.size())
      limits.push_back(host::number_in(host::read_text(limit_file_of(pid_in(log)))));
    return false;
  };
  const auto line = t.run();
  for (const auto& i : line.invocations) CHECK(i.how == outcome::timed_out);
  CHECK(line.invocations[1].start == start_kind::suppressed);
  CHECK(printed(t.log) == std::vector<std::string>{"no mark", "the mark is there"});
  CHECK(limits == std::vector<std::int64_t>(2, t.held.memory_bytes));
}

TEST_CASE("an environment that has reached its age is retired, however much it is used") {
  trial t("hello");
  t.settings.pool.keep_alive = fleet::keep_fixed{1h};
  t.settings.pool.max_lifetime = 12min;
  t.plan = {load::sequential{1}, load::idle{10min}, load::sequential{1}, load::idle{10min},
            load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.environments.size() == 2);
  CHECK(line.invocations[1].start == start_kind::warm);
  CHECK(line.invocations[2].start == start_kind::cold);
  CHECK(std::any_of(t.log.entries().begin(), t.log.entries().end(), [](const auto& e) {
    const auto* retired = std::get_if<fact::retired>(&e.what);
    return retired != nullptr && retired->why == journal::retirement::lifetime;
  }));
}

TEST_CASE("a memory limit below what a start needs is a failed launch or out of memory, at once") {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!groups.abilities().memory.can) return skip(groups.abilities().memory.why_not);
  for (const std::int64_t kilobytes : {4, 32, 64, 96, 128, 1024}) {
    CAPTURE(kilobytes);
    trial t("hello");
    t.plan = {load::sequential{2}};
    t.held.groups = &groups;
    t.held.memory_bytes = kilobytes * 1024;
    const auto line = t.run();
    for (const auto& i : line.invocations) {
      const bool is_told = i.how == outcome::launch_error || i.how == outcome::out_of_memory;
      CHECK_MESSAGE((is_told || (kilobytes > 64 && i.is_success())), journal::name(i.how));
    }
  }
}

}  // namespace lambdaprof
