// SPDX-License-Identifier: Apache-2.0
// Which answers make figures of a start.
#include <doctest/doctest.h>

#include <algorithm>

#include "analysis/timeline.hpp"
#include "support/journal_builder.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;
using namespace lambdaprof::support;
using journal::outcome;
using journal::start_kind;

TEST_CASE("who comes when an init is over has not waited for it, be it at that very instant") {
  for (const double due : {9.0, 10.0, 11.0}) {
    CAPTURE(due);
    journal_builder b;
    b.at(1).launch_ordered(0, 0).process_started(0, 1).at(10).init_finished(0, 3);
    b.at(std::max(due, 10.0)).arrived(0, {.due_ms = due}).delivered(0, 0, start_kind::cold);
    b.later(1).responded(0, 0).runtime_ready(0, 0, 4).settled(0, 0);
    const timeline t = read_timeline(b.build());
    REQUIRE(t.cold(t.environments[0]));
    CHECK(t.first_response(t.environments[0]).has_value() == (due < 10));
  }
}

TEST_CASE("an answer that says HTTP 5xx is no success, though Lambda takes it for one") {
  journal_builder b;
  const std::string body = R"({"statusCode":502,"body":"the store is down"})";
  b.at(1).arrived(0).launch_ordered(0, 0).process_started(0, 1).init_finished(0, 3);
  b.delivered(0, 0, start_kind::cold).responded_with(0, 0, 502, body);
  b.runtime_ready(0, 0, 4).settled(0, 0);
  b.arrived(1).delivered(0, 1, start_kind::warm);
  b.responded(0, 1);
  b.runtime_ready(0, 1, 5).settled(0, 1);
  const timeline t = read_timeline(b.build());
  CHECK(t.invocations[0].http_status == 502);
  CHECK(t.invocations[0].how == outcome::error_answer);
  CHECK(t.invocations[0].error == body);
  CHECK_FALSE(t.cold(t.environments[0]));
  CHECK(t.invocations[1].http_status == 0);
  CHECK(t.invocations[1].is_success());
}
