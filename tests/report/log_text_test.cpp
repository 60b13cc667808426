// SPDX-License-Identifier: Apache-2.0
// What the log calls an error: lambda-protocol §1.5, §1.11 and §5.3.
#include "report/log_text.hpp"

#include <doctest/doctest.h>

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
