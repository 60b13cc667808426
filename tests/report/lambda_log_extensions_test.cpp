// SPDX-License-Identifier: Apache-2.0
// The log of extensions, of SnapStart functions and of several invocations at a time. Expected
// texts from lambda-protocol §5.3.
#include <doctest/doctest.h>

#include "journal/request_id.hpp"
#include "report/lambda_log.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof {
namespace {

using namespace support;
using namespace std::chrono_literals;
using journal::outcome;
using journal::start_kind;

using text = std::vector<std::string>;

std::string start(std::uint32_t i) {
  return "START RequestId: " + journal::request_id(7, inv(i)) + " Version: $LATEST";
}
std::string end(std::uint32_t i) {
  return "END RequestId: " + journal::request_id(7, inv(i));
}
std::string end_report(std::uint32_t i, const std::string& rest) {
  return "REPORT RequestId: " + journal::request_id(7, inv(i)) + "\t" + rest;
}

journal_builder function() {
  journal_builder b;
  b.conditions().seed = 7;
  b.conditions().function.memory_mb = 128;
  b.conditions().function.timeout = 3s;
  return b;
}

text log_of(const journal_builder& b) {
  const journal::journal j = b.build();
  report::lambda_log log(j);
  text all;
  for (const report::lambda_log_line& line : log.read())
    all.push_back((line.extension.empty() ? "" : line.extension + ": ") + line.text);
  return all;
}

TEST_CASE("extensions are told when they are ready, and END comes when the last is back") {
  journal_builder b = function();
  b.arrived(0).extended_init(0, 0).delivered(0, 0, start_kind::cold).later(5).responded(0, 0);
  b.runtime_ready(0, 0).later(1).extension_line(0, 0, "flushing").extension_ready(0, 1).later(4);
  b.extension_ready(0, 0).settled(0, 0).sampled(0, {.peak_bytes = 38 << 20});
  CHECK(log_of(b) ==
        text{"EXTENSION\tName: B\tState: Ready\tEvents: [INVOKE]",
             "EXTENSION\tName: A\tState: Ready\tEvents: [INVOKE, SHUTDOWN]", start(0),
             "A: flushing", end(0),
             end_report(0,
                        "Duration: 10.00 ms\tBilled Duration: 40 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 38 MB\tInit Duration: 30.00 ms\t")});
}

TEST_CASE("the memory that was read while extensions were still at it is that of the invocation") {
  journal_builder b = function();
  b.arrived(0).extended_init(0, 0).sampled(0, {.peak_bytes = 9 << 20});
  b.delivered(0, 0, start_kind::cold).later(5).responded(0, 0).runtime_ready(0, 0);
  b.sampled(0, {.peak_bytes = 38 << 20}).extension_ready(0, 1).later(4).extension_ready(0, 0);
  b.settled(0, 0);
  const text all = log_of(b);
  REQUIRE(all.size() == 5);
  CHECK(all[3] == end(0));
  CHECK(all[4].find("\tMax Memory Used: 38 MB\t") != std::string::npos);
}

TEST_CASE("subscriptions stand where they were made") {
  journal_builder b = function();
  b.arrived(0).launch_ordered(0, 0).extension_started(0, 0, "A", 0);
  b.extension_registered(0, 0, "A").subscribed(0, 0).extension_ready(0, 0);
  const text all = log_of(b);
  REQUIRE(all.size() == 2);
  CHECK(all[0] == "TELEMETRY\tName: A\tState: Subscribed\tTypes: [Platform, Function]");
}

TEST_CASE("an init that an extension spoils says who did it, and who had to wait") {
  journal_builder b = function();
  b.arrived(0).launch_ordered(0, 0).extension_started(0, 0, "A", 0).later(1);
  b.extension_started(0, 1, "C", 0).extension_registered(0, 0, "A").later(9);
  b.extension_exited(0, 1, 1).init_failed(0, outcome::extension_exited, "{}");
  b.shutdown_began(0).reset(0).extension_exited(0, 0, 0, 9);
  CHECK(log_of(b) ==
        text{"EXTENSION\tName: C\tState: Exited\tEvents: []\tError Type: Extension.Crash",
             "EXTENSION\tName: A\tState: Registered\tEvents: [INVOKE, SHUTDOWN]",
             "INIT_REPORT Init Duration: 10.00 ms\tPhase: init\tStatus: error\t"
             "Error Type: Extension.Crash"});
}

TEST_CASE("an extension that cannot be started, and one that gives up, are told with their types") {
  journal_builder b = function();
  b.arrived(0).launch_ordered(0, 0).extension_launch_failed(0, 0, "A", "exec format error");
  b.later(1).init_failed(0, outcome::extension_launch, "{}");
  CHECK(log_of(b) == text{"EXTENSION\tName: A\tState: LaunchError\tEvents: []\tError Type: "
                          "Extension.LaunchError",
                          "INIT_REPORT Init Duration: 1.00 ms\tPhase: init\tStatus: error\t"
                          "Error Type: Extension.LaunchError"});

  journal_builder late = function();
  late.arrived(0).extended_init(0, 0).delivered(0, 0, start_kind::cold).later(2);
  late.extension_failed(0, 0, "Extension.NoKey");
  late.failed(0, 0, outcome::extension_error, R"({"errorType":"Extension.NoKey"})");
  late.settled(0, 0, outcome::extension_error).shutdown_began(0).reset(0);
  late.extension_exited(0, 0, 1).exited(0, 0, 9, {.peak_bytes = 1 << 20});
  const text all = log_of(late);
  REQUIRE(all.size() == 6);
  CHECK(all[3] ==
        "EXTENSION\tName: A\tState: ExitError\tEvents: [INVOKE, SHUTDOWN]\t"
        "Error Type: Extension.NoKey");
  CHECK(all[4] == end(0));
  CHECK(all[5] == end_report(0,
                             "Duration: 2.00 ms\tBilled Duration: 32 ms\tMemory Size: 128 MB\t"
                             "Max Memory Used: 1 MB\tInit Duration: 30.00 ms\t"
                             "Status: error\tError Type: Extension.NoKey"));
}

TEST_CASE("the end of an extension in a shutdown is no news") {
  journal_builder b = function();
  b.arrived(0).extended_init(0, 0).extended(0, 0, start_kind::cold).sampled(0, {.peak_bytes = 1});
  const text before = log_of(b);
  b.retired(0).shutdown_began(0).exited(0, 0, 0).extension_exited(0, 0, 0).gone(0);
  CHECK(log_of(b) == before);
}

journal_builder snap_start() {
  journal_builder b = function();
  b.conditions().function.initialization = "snap-start";
  b.arrived(0).launch_ordered(0, 0).later(1).process_started(0, 0.5).later(99).init_finished(0);
  return b;
}

TEST_CASE("a SnapStart function reports its init and its restore, and pays for the restore") {
  journal_builder b = snap_start();
  b.restore_began(0).later(181.2).restore_finished(0).delivered(0, 0, start_kind::cold);
  b.later(2338.66).responded(0, 0).runtime_ready(0, 0).settled(0, 0).sampled(0, {.peak_bytes = 1});
  CHECK(log_of(b) ==
        text{"INIT_REPORT Init Duration: 99.50 ms\tPhase: init",
             "RESTORE_REPORT Restore Duration: 181.20 ms", start(0), end(0),
             end_report(0,
                        "Duration: 2338.66 ms\tBilled Duration: 2521 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 1 MB\tRestore Duration: 181.20 ms\t"
                        "Billed Restore Duration: 182 ms\t")});
}

TEST_CASE("a restore that fails ends the invocation that it was done for") {
  journal_builder b = snap_start();
  b.restore_began(0).later(3).restore_failed(0, outcome::restore_error, "{}", "Runtime.Hook");
  b.failed(0, 0, outcome::restore_error, "{}", "Runtime.Hook");
  b.settled(0, 0, outcome::restore_error).reset(0).exited(0, 1, 0, {.peak_bytes = 1 << 20});
  CHECK(log_of(b) ==
        text{"INIT_REPORT Init Duration: 99.50 ms\tPhase: init",
             "RESTORE_REPORT Restore Duration: 3.00 ms\tStatus: error\tError Type: Runtime.Hook",
             start(0), end(0),
             end_report(0,
                        "Duration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 1 MB\tStatus: error\tError Type: Runtime.Hook")});
}

TEST_CASE("of several invocations at a time each has its own START, END and REPORT") {
  journal_builder b = function();
  b.conditions().function.max_concurrency = 3;
  b.cold(0, 0).arrived(1).arrived(2).delivered(0, 1, start_kind::warm).later(1);
  b.delivered(0, 2, start_kind::warm).later(4).responded(0, 2).runtime_ready(0, 2).settled(0, 2);
  b.arrived(3).delivered(0, 3, start_kind::warm).later(5);
  b.failed(0, 1, outcome::timed_out, "{}").settled(0, 1, outcome::timed_out).later(1);
  b.responded(0, 3).runtime_ready(0, 3).settled(0, 3);
  const std::string memory = "\tMemory Size: 128 MB\t";
  CHECK(
      log_of(b) ==
      text{start(0), end(0),
           end_report(0, "Duration: 6.00 ms\tBilled Duration: 18 ms" + memory +
                             "Init Duration: 12.00 ms\t"),
           start(1), start(2), end(2),
           end_report(2, "Duration: 4.00 ms\tBilled Duration: 4 ms" + memory), start(3), end(1),
           end_report(1, "Duration: 10.00 ms\tBilled Duration: 10 ms" + memory + "Status: timeout"),
           end(3), end_report(3, "Duration: 6.00 ms\tBilled Duration: 6 ms" + memory)});
}

}  // namespace
}  // namespace lambdaprof
