// SPDX-License-Identifier: Apache-2.0
#include "analysis/failures.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof::analysis;

namespace {

constexpr const char* first_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
constexpr const char* second_id = "0B1C2D3E-4F50-6172-8394-A5B6C7D8E9F0";

}  // namespace

TEST_CASE("request ids are masked and nothing else") {
  const std::string id = first_id;
  CHECK(without_request_ids("RequestId: " + id + " timed out") == "RequestId: <id> timed out");
  CHECK(without_request_ids(id + second_id) == "<id><id>");
  CHECK(without_request_ids("").empty());
  CHECK(without_request_ids(id.substr(0, 35)) == id.substr(0, 35));
  CHECK(without_request_ids("8476a536_e9f4-11e8-9739-2dfe598c3fcd") ==
        "8476a536_e9f4-11e8-9739-2dfe598c3fcd");
  CHECK(without_request_ids("g476a536-e9f4-11e8-9739-2dfe598c3fcd") ==
        "g476a536-e9f4-11e8-9739-2dfe598c3fcd");
  CHECK(without_request_ids("1-5759e988-bd862e3fe1be46a994272793") ==
        "1-5759e988-bd862e3fe1be46a994272793");
  CHECK(without_request_ids("schön") == "schön");
}

TEST_CASE("failures that differ in the request id only are one line, the most frequent first") {
  failure_tally tally;
  tally.add(R"({"errorType":"rare"})");
  tally.add(std::string("RequestId: ") + first_id + " died");
  tally.add("");
  tally.add(R"({"errorType":"also rare"})");
  tally.add(std::string("RequestId: ") + second_id + " died");
  CHECK(tally.lines() == std::vector<std::string>{"2 × RequestId: <id> died",
                                                  R"(1 × {"errorType":"rare"})",
                                                  R"(1 × {"errorType":"also rare"})"});
}

TEST_CASE("no failures are no lines") {
  CHECK(failure_tally().lines().empty());
}
