// SPDX-License-Identifier: Apache-2.0
#include "report/failures.hpp"

#include <doctest/doctest.h>

#include "report/sample.hpp"

using namespace lambdaprof;
using journal::outcome;

namespace {

std::string told(const std::string& payload, std::uint16_t http_status) {
  support::journal_builder b;
  b.at(1).arrived(0).launch_ordered(0, 0).process_started(0, 1).init_finished(0, 3);
  b.delivered(0, 0, journal::start_kind::cold);
  if (http_status != 0) {
    b.responded_with(0, 0, http_status, payload).runtime_ready(0, 0, 4).settled(0, 0);
  } else {
    b.failed(0, 0, outcome::function_error, payload).runtime_ready(0, 0, 4);
    b.settled(0, 0, outcome::function_error);
  }
  const report::section s = report::failures(support::subject_of(b.build()));
  REQUIRE(s.blocks.size() == 1);
  return std::get<report::paragraph>(s.blocks.front()).text;
}

}  // namespace

TEST_CASE("an error of a function is told by its type and message, whatever it has besides") {
  CHECK(told(R"({"errorType":"X","errorMessage":"the cause"})", 0) == "1 × X: the cause");
  CHECK(told(R"({"errorType":"X","errorMessage":"the cause","statusCode":502})", 0) ==
        "1 × X: the cause");
  CHECK(told(R"({"else":1})", 0) == R"(1 × {"else":1})");
}

TEST_CASE("an answer of HTTP 5xx is told by its body, or as it is") {
  CHECK(told(R"({"statusCode":502,"body":"down"})", 502) == "1 × HTTP 502: down");
  CHECK(told(R"({"statusCode":"502","body":"down"})", 502) == "1 × HTTP 502: down");
  CHECK(told(R"({"statusCode":500,"message":"why"})", 500) ==
        R"(1 × {"statusCode":500,"message":"why"})");
  CHECK(told(R"({"statusCode":500,"bo)", 500) == R"(1 × {"statusCode":500,"bo)");
}
