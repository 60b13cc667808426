// SPDX-License-Identifier: Apache-2.0
// What the log calls an error: lambda-protocol §1.5, §1.11 and §5.3.
#include "report/log_text.hpp"

#include <doctest/doctest.h>

#include "support/journal_builder.hpp"

namespace lambdaprof {

using journal::outcome;

TEST_CASE("a type of error is one of the platform's, or has the form of one") {
  const auto type = [](std::string_view payload) {
    const std::string status = report::status_text(outcome::init_error, payload);
    const std::string_view before = "Status: error\tError Type: ";
    REQUIRE(status.starts_with(before));
    return status.substr(before.size());
  };
  CHECK(type(R"({"errorType":"Runtime.ImportModuleError","errorMessage":"m"})") ==
        "Runtime.ImportModuleError");
  CHECK(type(R"({"errorType":"Function.Reason"})") == "Function.Reason");
  CHECK(type(R"({"errorType":"Function.reason"})") == "Function.Unknown");
  CHECK(type(R"({"errorType":"Unhandled"})") == "Runtime.Unknown");
  CHECK(type(R"({"errorType":"Runtime.X"})") == "Runtime.Unknown");
  CHECK(type(R"({"errorType":"Runtime.Bad\nEND RequestId: x"})") == "Runtime.Bad");
  CHECK(type(R"({"errorType":7})") == "Runtime.Unknown");
  CHECK(type("[]") == "Runtime.Unknown");
  CHECK(type("") == "Runtime.Unknown");
  CHECK(type(R"({"errorType":"Runtime.Cut)") == "Runtime.Unknown");
}

TEST_CASE("the header of a post says the type, whatever the body says") {
  const std::string body = R"({"errorType":"Function.OfBody"})";
  CHECK(report::status_text(outcome::init_error, body, "Runtime.Unknown") ==
        "Status: error\tError Type: Runtime.Unknown");
  CHECK(report::status_text(outcome::restore_error, body, "Runtime.AfterRestoreError") ==
        "Status: error\tError Type: Runtime.AfterRestoreError");
  CHECK(report::status_text(outcome::restore_error, body) ==
        "Status: error\tError Type: Function.OfBody");
  CHECK(report::status_text(outcome::function_error, body, "Function.Foo").empty());
}

TEST_CASE("what extensions did wrong has types of their own") {
  const auto type = [](outcome how, std::string_view payload) {
    return report::status_text(how, payload).substr(sizeof("Status: error\tError Type: ") - 1);
  };
  CHECK(type(outcome::extension_exited, "") == "Extension.Crash");
  CHECK(type(outcome::extension_launch, "") == "Extension.LaunchError");
  CHECK(type(outcome::extension_error, R"({"errorType":"Extension.NoKey"})") == "Extension.NoKey");
  CHECK(type(outcome::extension_error, R"({"errorType":"x\nEND"})") == "Extension.ExitError");
}

TEST_CASE("extensions, subscriptions and restores read as in Lambda, letter by letter") {
  CHECK(report::extension_text("my-ext", "Ready", {true, true}) ==
        "EXTENSION\tName: my-ext\tState: Ready\tEvents: [INVOKE, SHUTDOWN]");
  CHECK(report::extension_text("a\nb", "LaunchError", {}, "Extension.LaunchError").find('\n') ==
        std::string::npos);
  CHECK(report::extension_text("my-ext", "Exited", {false, true}, "Extension.Crash") ==
        "EXTENSION\tName: my-ext\tState: Exited\tEvents: [SHUTDOWN]\tError Type: "
        "Extension.Crash");
  journal::fact::subscribed all{0, journal::telemetry_api::telemetry, {}, true, true, true};
  CHECK(report::subscription_text("my-ext", all) ==
        "TELEMETRY\tName: my-ext\tState: Subscribed\tTypes: [Platform, Function, Extension]");
  all.api = journal::telemetry_api::logs;
  all.platform = all.extension_logs = false;
  CHECK(report::subscription_text("my-ext", all) ==
        "LOGS\tName: my-ext\tState: Subscribed\tTypes: [Function]");
  CHECK(report::restore_report_text(support::ms(398.97), "") ==
        "RESTORE_REPORT Restore Duration: 398.97 ms");
  CHECK(report::restore_report_text(support::ms(1), "Status: timeout") ==
        "RESTORE_REPORT Restore Duration: 1.00 ms\tStatus: timeout");
  CHECK(report::init_report_text(support::ms(2), report::init_phase::init, "") ==
        "INIT_REPORT Init Duration: 2.00 ms\tPhase: init");
}

TEST_CASE("the log names an error only where the process did not come through it") {
  const auto status = [](outcome how) { return report::status_text(how, "{}"); };
  CHECK(status(outcome::exited) == "Status: error\tError Type: Runtime.ExitError");
  CHECK(status(outcome::killed) == "Status: error\tError Type: Runtime.ExitError");
  CHECK(status(outcome::out_of_memory) == "Status: error\tError Type: Runtime.OutOfMemory");
  CHECK(status(outcome::launch_error) == "Status: error\tError Type: Runtime.InvalidEntrypoint");
  CHECK(status(outcome::timed_out) == "Status: timeout");
  for (const outcome how : {outcome::success, outcome::function_error, outcome::too_large,
                            outcome::truncated, outcome::bad_response_mode})
    CHECK(status(how).empty());
}

}  // namespace lambdaprof
