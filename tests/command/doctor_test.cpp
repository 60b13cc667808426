// SPDX-License-Identifier: Apache-2.0
// What each trial of `doctor` means, and the built program on this machine, whatever it can do.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/random.hpp"
#include "command/findings.hpp"
#include "host/cgroup_files.hpp"
#include "host/mounts.hpp"
#include "host/proc.hpp"
#include "support/places.hpp"

namespace lambdaprof::command {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using report::condition;
using report::finding;

const std::string program = std::string(support::binary_dir) + "/lambdaprof";
const host::ability group{true, "cgroup v9", "", ""};

struct outcome {
  int status = -1;
  std::string out;
};

/// Through the shell, with the program as $L; standard error is thrown away.
outcome run(const std::string& command) {
  outcome o;
  const std::string line = fmt::format("L={}; {} 2>/dev/null </dev/null", program, command);
  std::FILE* out = ::popen(line.c_str(), "r");
  REQUIRE(out != nullptr);
  char block[4096];
  for (std::size_t got = 0; (got = std::fread(block, 1, sizeof block, out)) > 0;)
    o.out.append(block, got);
  const int raw = ::pclose(out);
  o.status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  return o;
}

const json& named(const json& findings, const std::string& name) {
  for (const json& f : findings)
    if (f["name"] == name) return f;
  FAIL("no finding is called ", name);
  return findings;
}

/// Of Debian's own Python, as in tests/report/schema_test.cpp; what it has against a document.
std::string objections(const std::string& document) {
  const std::string path = fmt::format("/tmp/lambdaprof-doctor-{}.json", ::getpid());
  std::ofstream(path) << document;
  const outcome o = run(fmt::format(
      "/usr/bin/python3 -c \"import json, jsonschema, sys; schema, document = (json.load(open(p)) "
      "for p in sys.argv[1:]); [print(e.message) for e in "
      "jsonschema.Draft7Validator(schema).iter_errors(document)]\" {} {}",
      std::string(support::source_dir) + "/lib/report/doctor.schema.json", path));
  std::filesystem::remove(path);
  REQUIRE(o.status == 0);
  return o.out;
}

/// Without the right to make control groups or namespaces.
std::string as_nobody() {
  return ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
}

/// Starts of about a millisecond that vary so much, the second of each pair this much slower.
finding pairs_with(double deviation, double shift) {
  lambdaprof::random chance(5);
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < 100; ++i) {
    a.push_back(std::exp(deviation * chance.normal()));
    b.push_back(std::exp(deviation * chance.normal() + shift));
  }
  return judge_pairs(a, b);
}

stretch stretch_with(span busy, span idle, span steal, span ours) {
  stretch s;
  s.wall = 1s;
  s.before = {10s, 10s, 10s};
  s.after = {10s + busy, 10s + idle, 10s + steal};
  s.ours = ours;
  return s;
}

condition state_of(const std::vector<finding>& all, std::string_view name) {
  for (const finding& f : all)
    if (f.name == name) return f.state;
  FAIL("no finding is called ", name);
  return condition::unknown;
}

/// The groups and the folder of a run whose inner process had this pid.
bool leaves_something(int pid) {
  const std::string name = fmt::format("lambdaprof.{}", pid);
  for (const std::string& parent : host::folders_of(host::own_hierarchies()))
    if (std::filesystem::exists(parent + "/" + name)) return true;
  return std::filesystem::exists(host::place_of_runs() + "/" + name);
}

}  // namespace

TEST_CASE("a busy loop is held to its share if it gets no more than that and a tick") {
  host::cpu_trial trial{128, 500ms, 36ms, 36ms, 25};
  CHECK(judge_cpu(group, trial).state == condition::fine);
  CHECK(judge_cpu(group, trial).figures[3].second == doctest::Approx(0.072));
  trial.process = 46ms;  // the share is 36.175
  CHECK(judge_cpu(group, trial).state == condition::fine);
  trial.process = 49ms;
  CHECK(judge_cpu(group, trial).says == "not held to its share");
  CHECK(judge_cpu(group, trial).state == condition::lacking);
  trial.process = 24ms;
  CHECK(judge_cpu(group, trial).says == "less than its share");
  CHECK_FALSE(judge_cpu(group, trial).remedy.empty());
}

TEST_CASE("a memory limit is enforced if the kernel has killed for it") {
  CHECK(judge_memory(group, {1 << 25, true, 1 << 25, 1}).state == condition::fine);
  CHECK(judge_memory(group, {1 << 25, true, -1, -1}).state == condition::fine);
  CHECK(judge_memory(group, {1 << 25, false, 1 << 27, 0}).state == condition::lacking);
  CHECK(judge_memory(group, {1 << 25, true, 1 << 27, 0}).state == condition::lacking);
}

TEST_CASE("what is frozen uses no CPU at all, and thawing is quick where a CPU is free") {
  host::freeze_trial trial{100ms, 0ns, {}, {30us, 40us, 5ms}};
  CHECK(judge_freeze(group, trial).state == condition::fine);
  CHECK(judge_thaw(trial).state == condition::fine);
  CHECK(judge_thaw(trial).says == "40 µs median, 5.00 ms at most");
  trial.used_while_frozen = 1ms;
  trial.thaws = {4ms, 5ms};
  CHECK(judge_freeze(group, trial).state == condition::lacking);
  CHECK(judge_thaw(trial).state == condition::lacking);
}

TEST_CASE("pairs are quiet if they hold no difference and could have told a small one") {
  const finding quiet = pairs_with(0.04, 0);
  CHECK(quiet.state == condition::fine);
  CHECK(quiet.remedy.empty());
  CHECK(quiet.figures[0].first == "ratio");
  CHECK(quiet.figures[0].second == doctest::Approx(1).epsilon(0.02));
  const finding shifted = pairs_with(0.01, 0.03);
  CHECK(shifted.state == condition::lacking);
  CHECK(shifted.figures[0].second == doctest::Approx(std::exp(0.03)).epsilon(0.01));
  const finding restless = pairs_with(0.5, 0);
  CHECK(restless.state == condition::lacking);
  CHECK_FALSE(restless.remedy.empty());
}

TEST_CASE("others are those who used a CPU while we did not, and steal is counted by itself") {
  auto found = findings_on_others(stretch_with(500ms, 1500ms, 0ms, 480ms));
  CHECK(state_of(found, "other programs") == condition::fine);
  CHECK(state_of(found, "steal") == condition::fine);
  CHECK(state_of(found, "pressure") == condition::lacking);
  found = findings_on_others(stretch_with(500ms, 1500ms, 0ms, 100ms));
  CHECK(state_of(found, "other programs") == condition::lacking);
  found = findings_on_others(stretch_with(500ms, 1400ms, 100ms, 500ms));
  CHECK(state_of(found, "other programs") == condition::fine);
  CHECK(state_of(found, "steal") == condition::lacking);
  // Counted by ticks, less than nothing is possible.
  CHECK(state_of(findings_on_others(stretch_with(100ms, 1900ms, 0ms, 200ms)), "other programs") ==
        condition::fine);
  stretch pressed = stretch_with(0ms, 0ms, 0ms, 0ms);
  pressed.pressure = 1.5;
  CHECK(state_of(findings_on_others(pressed), "other programs") == condition::unknown);
  CHECK(state_of(findings_on_others(pressed), "steal") == condition::unknown);
  CHECK(state_of(findings_on_others(pressed), "pressure") == condition::fine);
}

TEST_CASE("doctor says of everything how it was established, as its schema has it") {
  const outcome o = run("$L doctor --json -");
  REQUIRE(o.status == 0);
  CHECK(objections(o.out) == "");
  const json j = json::parse(o.out);
  for (const char* part : {"limits", "host"})
    for (const json& f : j[part]) {
      CAPTURE(f.dump());
      CHECK_FALSE(f["says"].get<std::string>().empty());
      CHECK_FALSE(f["how"].get<std::string>().empty());
    }
  for (const char* name : {"cpu", "memory", "freeze", "usage", "cold page cache"})
    named(j["limits"], name);
  for (const char* name : {"virtualization", "cpus", "cores", "frequency", "clock", "tick",
                           "timers", "pressure", "open files", "other programs", "steal"})
    named(j["host"], name);
  const json& figures = j["self_test"]["figures"];
  CHECK(figures["pairs"] >= 30);
  CHECK(figures["pairs"] <= 200);
  CHECK(figures["low"].get<double>() <= figures["ratio"].get<double>());
  CHECK(figures["ratio"].get<double>() <= figures["high"].get<double>());
}

TEST_CASE("doctor and --require agree on what can be enforced") {
  for (const std::string& who : {std::string(), as_nobody()}) {
    CAPTURE(who);
    const json limits = json::parse(run(who + "$L doctor --json -").out)["limits"];
    for (const std::string name : {"cpu", "memory", "freeze"}) {
      const bool is_refused =
          run(fmt::format("{}$L run /bin/true --cold 1 --require {}", who, name)).status == 5;
      CHECK(is_refused == (named(limits, name)["says"] == "not enforced"));
    }
  }
}

TEST_CASE("whoever may do nothing is told what would help") {
  const json limits = json::parse(run(as_nobody() + "$L doctor --json -").out)["limits"];
  std::size_t refused = 0;
  for (const json& f : limits) {
    if (f["state"] != "lacking") continue;
    CHECK_FALSE(f["remedy"].get<std::string>().empty());
    ++refused;
  }
  if (::geteuid() == 0) CHECK(refused > 0);
}

TEST_CASE("doctor's status is that of its usage, and it prints one page") {
  const outcome o = run("$L doctor");
  CHECK(o.status == 0);
  CHECK(o.out.find("\x1b") == std::string::npos);
  CHECK(o.out.find("self-test") != std::string::npos);
  CHECK(run("$L doctor --jsn x").status == 2);
  CHECK(run("$L doctor --json /no/such/folder/d.json").status == 2);
  CHECK(run("$L doctor --json /dev/full").status == 2);
  CHECK(run("$L doctor --help").out.find("Examples:") != std::string::npos);
}

TEST_CASE("doctor leaves nothing, neither when it is interrupted nor when it is killed") {
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);  // whoever is left is ours to bury
  for (const int signal : {SIGINT, SIGTERM, SIGKILL})
    for (const auto after : {20ms, 300ms, 700ms}) {
      CAPTURE(signal);
      const pid_t keeper = ::fork();
      if (keeper == 0) {
        if (std::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(1);
        ::execl(program.c_str(), "lambdaprof", "doctor", nullptr);
        ::_exit(127);
      }
      std::vector<int> inner;
      while (inner.empty()) inner = host::children_of(keeper);
      std::this_thread::sleep_for(after);
      ::kill(keeper, signal);
      int raw = 0;
      ::waitpid(keeper, &raw, 0);
      if (signal == SIGKILL)
        CHECK(WTERMSIG(raw) == SIGKILL);
      else
        CHECK(WEXITSTATUS(raw) == 130);
      const auto is_something_left = [&] {
        ::waitpid(inner.front(), nullptr, WNOHANG);
        return leaves_something(inner.front()) || host::state_of(inner.front()) != '\0';
      };
      for (int looks = 0; looks < 1000 && is_something_left(); ++looks)
        std::this_thread::sleep_for(10ms);
      CHECK_FALSE(is_something_left());
    }
}

}  // namespace lambdaprof::command
