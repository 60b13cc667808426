// SPDX-License-Identifier: Apache-2.0
// Real processes under the real world: whatever the function does, the run ends by itself, says
// what happened, breaks no law and leaves nothing behind.
#include "sandbox/world.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "sandbox/trial.hpp"

namespace lambdaprof {

using namespace std::chrono_literals;
using journal::outcome;
using journal::start_kind;
using support::trial;

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("a cold start and two warm invocations of a real process") {
  trial t("hello");
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 3);
  REQUIRE(line.environments.size() == 1);
  CHECK(line.invocations[0].start == start_kind::cold);
  CHECK(line.invocations[1].start == start_kind::warm);
  for (const auto& i : line.invocations) {
    CHECK(i.is_success());
    CHECK(i.response_bytes == 19);
    CHECK(i.latency().value() > 0ns);
    CHECK(i.cpu > 0ns);
  }
  const auto& e = line.environments[0];
  CHECK(e.init == outcome::success);
  CHECK(e.exec_time().value() > 0ns);
  CHECK(e.exec_time().value() < e.init_time().value());
  CHECK(e.init_cpu > 0ns);
  CHECK(e.used.peak_bytes > 100'000);
  CHECK(e.used.peak_bytes < 50'000'000);
  CHECK(e.exit_signal == 9);
}

TEST_CASE("a known sleep in the init is in init_ms") {
  trial t("slow-init", {{"INIT_MS", "120"}});
  const auto line = t.run();
  CHECK(line.environments[0].init_time().value() >= 120ms);
  CHECK(line.environments[0].init_cpu < 60ms);
}

TEST_CASE("a burst starts one environment for each event, and most of it is served cold") {
  trial t("slow-init", {{"INIT_MS", "100"}});
  t.plan = {load::burst{20}};
  const auto line = t.run();
  CHECK(line.environments.size() == 20);
  for (const auto& i : line.invocations) CHECK(i.is_success());
}

TEST_CASE("fifteen idle minutes are skipped and end the environment") {
  trial t("hello");
  t.plan = {load::burst{1}, load::idle{15min}, load::burst{1}};
  const auto line = t.run();
  CHECK(line.environments.size() == 2);
  CHECK(line.skipped > 14min);
  CHECK(line.invocations[1].start == start_kind::cold);
}

TEST_CASE("the peak memory is that of the function, not ours") {
  std::vector<char> ours(200'000'000,
                         'x');  // the kernel hands our own peak on to a child's ru_maxrss
  trial t("allocator", {{"ALLOC_MB", "64"}, {"WHERE", "handler"}});
  const auto line = t.run();
  CHECK(line.environments[0].used.peak_bytes > 64'000'000);
  CHECK(line.environments[0].used.peak_bytes < 90'000'000);
  CHECK(ours.back() == 'x');
}

TEST_CASE("whatever the function does is reported as what it did") {
  struct expectation {
    std::string crash;
    outcome first;
    std::string payload;  // part of what the invoker sees
  };
  const std::string exit_42 = "Runtime exited with error: exit status 42";
  const std::vector<expectation> all{
      {"init-exit0", outcome::exited, "Runtime exited without providing a reason"},
      {"init-exit", outcome::exited, exit_42},
      {"init-signal", outcome::killed, "signal: segmentation fault"},
      {"init-error", outcome::init_error, "error"},
      {"handler-exit0", outcome::exited, "Runtime exited without providing a reason"},
      {"handler-exit", outcome::exited, exit_42},
      {"handler-signal", outcome::killed, "signal: segmentation fault"},
      {"handler-kill", outcome::killed, "signal: killed"},
      {"handler-hang", outcome::timed_out, "Task timed out after 0.30 seconds"},
      {"handler-error", outcome::function_error, "error"},
      {"exit-after-response", outcome::exited, ""},
      {"oversize", outcome::too_large, "Function.ResponseSizeTooLarge"},
      {"wrong-id", outcome::success, ""},
      {"double-response", outcome::success, ""},
      {"malformed", outcome::timed_out, "Sandbox.Timedout"},
      {"huge-header", outcome::exited, ""},
      {"short-body", outcome::timed_out, "Sandbox.Timedout"},
      {"close-mid-body", outcome::truncated, "Runtime.TruncatedResponse"},
      {"close-parked", outcome::timed_out, "Sandbox.Timedout"},
      {"never-reads", outcome::timed_out, "Sandbox.Timedout"},
      {"fork", outcome::success, ""},
      {"double-fork", outcome::success, ""},
      {"ignore-sigterm", outcome::success, ""},
  };
  for (const auto& x : all) {
    CAPTURE(x.crash);
    trial t("crasher", {{"CRASH", x.crash}});
    t.plan = {load::sequential{2}};
    t.settings.function.timeout = 300ms;
    const auto line = t.run();
    REQUIRE(line.invocations.size() == 2);
    const auto& first = line.invocations[0];
    CHECK_MESSAGE(first.how == x.first, journal::name(first.how));
    CHECK_MESSAGE(contains(first.error, x.payload), first.error);
  }
}

TEST_CASE("an init that hangs is ended after ten seconds and repeated inside the invocation") {
  trial t("crasher", {{"CRASH", "init-hang"}});
  t.plan = {load::sequential{1}};
  t.settings.function.timeout = 200ms;
  const auto line = t.run();
  REQUIRE(line.environments.size() == 1);
  CHECK(line.environments[0].init == outcome::timed_out);
  CHECK(line.environments[0].attempts == 2);
  CHECK(line.invocations[0].how == outcome::timed_out);
  CHECK(line.invocations[0].latency().value() >= 10200ms);
}

TEST_CASE("illegal calls are refused with the status of the protocol and end up in the report") {
  const std::map<std::string, int> statuses{
      {"wrong-id", 400}, {"double-response", 403}, {"huge-header", 431}, {"malformed", 400}};
  for (const auto& [crash, status] : statuses) {
    CAPTURE(crash);
    trial t("crasher", {{"CRASH", crash}});
    t.plan = {load::sequential{1}};
    t.settings.function.timeout = 300ms;
    const auto line = t.run();
    REQUIRE(!line.refusals.empty());
    CHECK(line.refusals[0].status == status);
  }
}

TEST_CASE("processes that a function leaves outside its group are found, killed and said") {
  trial t("crasher", {{"CRASH", "double-fork"}});
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  CHECK(line.environments[0].strays == 1);
}

TEST_CASE(
    "a function that floods its output is drained, kept within bounds and measured all the same") {
  trial t("crasher", {{"CRASH", "flood"}});
  t.plan = {load::sequential{1000}};
  const auto line = t.run();
  for (const auto& i : line.invocations) CHECK(i.is_success());
  CHECK(line.environments[0].log_bytes_dropped > 0);
}

TEST_CASE("output is kept with the invocation that was under way") {
  trial t("crasher", {{"CRASH", "handler-exit"}, {"CRASH_AT", "2"}});
  const auto line = t.run();
  CHECK(line.invocations[0].is_success());
  CHECK(line.invocations[1].how == outcome::exited);
  CHECK(line.invocations[2].start == start_kind::suppressed);
  CHECK(line.invocations[2].is_success());
}

TEST_CASE("a binary that cannot be executed is an invalid entrypoint in the words of Lambda") {
  trial t("hello");
  const std::string path = fmt::format("/tmp/lambdaprof-not-executable-{}", ::getpid());
  std::filesystem::create_directories(path);
  t.settings.function.command = {path + "/bootstrap"};
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  std::filesystem::remove_all(path);
  CHECK(line.invocations[0].how == outcome::launch_error);
  CHECK(contains(line.invocations[0].error, "Runtime.InvalidEntrypoint"));
  CHECK(contains(line.invocations[0].error, "no such file or directory"));
}

TEST_CASE("a large event arrives whole and its answer too") {
  trial t("hello");
  t.event = "\"" + std::string(6291554, 'x') + "\"";
  const auto line = t.run();
  for (const auto& i : line.invocations) CHECK(i.is_success());
}

TEST_CASE("a run that is stopped in the middle keeps what it has and ends every process") {
  for (const span after : {1ms, 30ms, 150ms}) {
    trial t("slow-init", {{"INIT_MS", "100"}});
    t.plan = {load::burst{10}, load::sequential{1000000}};
    t.stop_after = after;
    const auto line = t.run();
    CHECK(line.interrupted);
  }
}

TEST_CASE("events come at their rate whatever the function does, and lateness is on record") {
  trial t("sleeper", {{"SLEEP_MS", "5"}});
  t.plan = {load::steady{200, 500ms}};
  const auto line = t.run();
  CHECK(line.invocations.size() == 100);
  for (const auto& i : line.invocations) {
    CHECK(i.is_success());
    CHECK(i.lateness().has_value());
    CHECK(i.handler().value() >= 5ms);
  }
}

}  // namespace lambdaprof
