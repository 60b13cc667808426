// SPDX-License-Identifier: Apache-2.0
// Expected texts from lambda-protocol §1.11, where each is marked with its source.
#include "environment/error_body.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace lambdaprof;
using namespace lambdaprof::environment;
using namespace std::chrono_literals;

TEST_CASE("a process that ends by itself is described by its status") {
  CHECK(
      exit_error("ID", 0, 0, false) ==
      R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited without providing a reason"})");
  CHECK(
      exit_error("ID", 127, 0, false) ==
      R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 127"})");
}

TEST_CASE("a process that is killed is described by its signal, in the words of Go") {
  const auto contains = [](int signal, bool core, std::string_view text) {
    return exit_error("ID", 0, signal, core).find(text) != std::string::npos;
  };
  CHECK(contains(9, false, "error: signal: killed\""));
  CHECK(contains(11, false, "error: signal: segmentation fault\""));
  CHECK(contains(6, true, "error: signal: aborted (core dumped)\""));
  CHECK(contains(15, false, "error: signal: terminated\""));
  CHECK(contains(31, false, "error: signal: bad system call\""));
  CHECK(contains(34, false, "error: signal: signal 34\""));
}

TEST_CASE("a timeout names the configured seconds with two decimals") {
  CHECK(
      timeout_error("ID", 1s) ==
      R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"})");
  CHECK(timeout_error("ID", 1250ms).find("after 1.25 seconds") != std::string::npos);
}

TEST_CASE("a launch error says what exec said, safely quoted") {
  CHECK(
      launch_error("ID", "fork/exec /a\"b: exec format error") ==
      R"({"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: fork/exec /a\"b: exec format error"})");
}

TEST_CASE("a response that is too large is answered as AWS was recorded to") {
  CHECK(
      too_large_error(6291556) ==
      R"({"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"})");
}

TEST_CASE("request ids are UUIDs of version 4, differ, and follow from the seed") {
  std::set<std::string> seen;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const std::string id = request_id(i % 2, {i / 2});
    REQUIRE(id.size() == 36);
    CHECK(id[14] == '4');
    CHECK(std::string_view("89ab").find(id[19]) != std::string_view::npos);
    CHECK(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 1000);
  CHECK(request_id(1, {5}) == request_id(1, {5}));
}
