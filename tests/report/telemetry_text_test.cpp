// SPDX-License-Identifier: Apache-2.0
// The five schemas, and the lines in them.
#include "report/telemetry_text.hpp"

#include <doctest/doctest.h>

#include <set>

#include "report/telemetry_recording.hpp"

namespace lambdaprof {

using namespace support;
using journal::outcome;
using journal::start_kind;
using journal::telemetry_api;
using report::schema_of;
using report::telemetry_schema;

namespace {

/// One of everything that ends well or badly.
void live(telemetry_recording& r) {
  r.at(20).fact(fact::restore_began{}).at(21).fact(fact::restore_finished{ms(1)});
  r.delivered(0, start_kind::cold).at(22).responded(0).runtime_ready(0).extension_ready(0);
  r.settled(0).sampled(4).arrived(1).delivered(1, start_kind::warm).at(25).exited(5);
  r.failed(1, outcome::exited,
           fmt::format(R"({{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {} Error: )"
                       R"(Runtime exited with error: exit status 1"}})",
                       uuid(1)));
  r.settled(1, outcome::exited).fact(fact::telemetry_dropped{0, 1, 2});
}

std::set<std::string> types_in(const telemetry_recording& r) {
  const texts all = r.types();
  return {all.begin(), all.end()};
}

const std::set<std::string> of_both_apis{"platform.extension", "platform.start", "platform.report",
                                         "platform.logsDropped"};
std::set<std::string> with(std::initializer_list<std::string> more) {
  std::set<std::string> all = of_both_apis;
  all.insert(more);
  return all;
}

}  // namespace

TEST_CASE("each schema of the Telemetry API has all of its events, and none of the Logs API's") {
  for (const char* schema : {"2022-07-01", "2022-12-13", "2025-01-29"}) {
    CAPTURE(schema);
    telemetry_recording r;
    r.ready({.schema = schema});
    live(r);
    CHECK(types_in(r) ==
          with({"platform.initStart", "platform.initRuntimeDone", "platform.initReport",
                "platform.restoreStart", "platform.restoreRuntimeDone", "platform.restoreReport",
                "platform.runtimeDone", "platform.telemetrySubscription"}));
  }
}

TEST_CASE("the Logs API has ends and faults, and runtimeDone from its second schema on") {
  telemetry_recording first;
  first.ready_with_logs("2020-08-15");
  live(first);
  CHECK(types_in(first) == with({"platform.logsSubscription", "platform.end", "platform.fault"}));

  telemetry_recording second;
  second.ready_with_logs("2021-03-18");
  live(second);
  CHECK(types_in(second) ==
        with({"platform.logsSubscription", "platform.end", "platform.fault", "platform.runtimeDone",
              "platform.restoreStart", "platform.restoreRuntimeDone", "platform.restoreReport"}));
}

TEST_CASE("an invocation reads in the Logs API as it was recorded") {
  telemetry_recording r;
  r.ready_with_logs("2021-03-18");
  live(r);
  const texts all = r.types();
  CHECK(texts(all.begin() + 5, all.end()) ==
        texts{"platform.start", "platform.runtimeDone", "platform.end", "platform.report",
              "platform.start", "platform.fault", "platform.runtimeDone", "platform.end",
              "platform.report", "platform.logsDropped"});
  CHECK(r.records("platform.runtimeDone") ==
        texts{of_request(0, R"("status":"success")"), of_request(1, R"("status":"failure")")});
  CHECK(r.records("platform.end") == texts{of_request(0), of_request(1)});
  CHECK(r.records("platform.fault") ==
        texts{fmt::format("\"RequestId: {} Error: Runtime exited with error: exit status 1\\n"
                          "Runtime.ExitError\"",
                          uuid(1))});
  CHECK(r.records("platform.report").back() ==
        of_request(1, R"("metrics":{"durationMs":3.0,"billedDurationMs":3,"memorySizeMB":128,)"
                      R"("maxMemoryUsedMB":5})"));
  CHECK(r.records("platform.logsSubscription") ==
        texts{R"({"name":"A","state":"Subscribed","types":["platform","function","extension"]})"});
}

TEST_CASE("a timeout and an error of the init are faults with the texts of the log") {
  telemetry_recording r;
  r.ready_with_logs("2020-08-15").delivered(0, start_kind::cold).at(3020);
  r.failed(0, outcome::timed_out, "{}").settled(0, outcome::timed_out);
  CHECK(r.records("platform.fault") ==
        texts{fmt::format("\"RequestId: {} Error: Task timed out after 3.00 seconds\\n"
                          "Sandbox.Timedout\"",
                          uuid(0))});

  telemetry_recording init;
  init.arrived(0).launch(0, 0).at(1).fact(fact::launch_failed{});
  init.init_failed(outcome::launch_error).launch(0, 1).at(2).extension_started(0, "A", 1.5);
  init.external_registered(0, "A").subscribed_to_logs(0, {.schema = "2020-08-15"});
  init.runtime_started(2).at(3).init_failed(outcome::init_error, "Runtime.Unknown");
  init.failed(0, outcome::init_error, "", "Runtime.Unknown").settled(0, outcome::init_error);
  CHECK(init.records("platform.fault") ==
        texts{fmt::format("\"RequestId: {} Error: Unknown application error occurred\\n"
                          "Runtime.Unknown\"",
                          uuid(0))});
}

TEST_CASE("the subscribers of one API are not told of those of the other") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).extension_started(0, "A", 0.5).extension_started(1, "B", 0.5);
  r.external_registered(0, "A").external_registered(1, "B").subscribed(0);
  r.subscribed_to_logs(1, {.schema = "2021-03-18"});
  CHECK(r.types(0).back() == "platform.telemetrySubscription");
  CHECK(r.types(1) ==
        texts{"platform.extension", "platform.extension", "platform.logsSubscription"});
}

TEST_CASE("a line is an object where the log format and the schema both say so, and it is one") {
  const std::string object = R"({"level":"INFO", "n":1.50, "n":2})";
  const auto lines_in = [&](const std::string& schema, const char* format) {
    telemetry_recording r;
    r.function().variables.emplace_back("AWS_LAMBDA_LOG_FORMAT", format);
    r.ready({.schema = schema, .platform = false}).printed(object).extension_printed(0, object);
    r.printed("7").printed("[1]").printed("{no").printed("").printed("\xff\"\\\x01 {}");
    texts all;
    for (const std::string& text : r.sent()) all.push_back(text.substr(text.find("\"type\"")));
    return all;
  };
  const std::string quoted = R"("{\"level\":\"INFO\", \"n\":1.50, \"n\":2}")";
  const texts others{R"("type":"function","record":"7"})", R"("type":"function","record":"[1]"})",
                     R"("type":"function","record":"{no"})", R"("type":"function","record":""})",
                     "\"type\":\"function\",\"record\":\"\xef\xbf\xbd\\\"\\\\\\u0001 {}\"}"};
  const auto expected = [&](const std::string& line) {
    texts all{R"("type":"function","record":)" + line + "}",
              R"("type":"extension","record":)" + line + "}"};
    all.insert(all.end(), others.begin(), others.end());
    return all;
  };
  CHECK(lines_in("2022-07-01", "JSON") == expected(quoted));
  CHECK(lines_in("2022-12-13", "Text") == expected(quoted));
  CHECK(lines_in("2022-12-13", "JSON") == expected(object));
  CHECK(lines_in("2025-01-29", "JSON") == expected(object));
}

TEST_CASE("a line that is nested deeper than any stack is one line all the same") {
  telemetry_recording r;
  r.function().variables.emplace_back("AWS_LAMBDA_LOG_FORMAT", "JSON");
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += R"({"a":)";
  r.ready({.platform = false}).printed(deep + "1" + std::string(200'000, '}')).printed(deep);
  const texts all = r.sent();
  REQUIRE(all.size() == 2);
  CHECK(all[0].find(R"("record":{"a":{"a":)") != std::string::npos);
  CHECK(all[1].find(R"("record":"{\"a\":{)") != std::string::npos);
}

TEST_CASE("names that are no UTF-8 do not break an event") {
  telemetry_recording r;
  r.function().name = "f\xff";
  r.arrived(0).launch(0).at(1).extension_started(0, "A\xfe", 0.5).external_registered(0, "A\xfe");
  r.subscribed(0);
  CHECK(r.types().size() == 3);
}

TEST_CASE("a schema that nobody knows is the newest of its API") {
  CHECK(schema_of(telemetry_api::telemetry, "2022-07-01") ==
        telemetry_schema::telemetry_2022_07_01);
  CHECK(schema_of(telemetry_api::telemetry, "2031-01-01") ==
        telemetry_schema::telemetry_2025_01_29);
  CHECK(schema_of(telemetry_api::logs, "2020-08-15") == telemetry_schema::logs_2020_08_15);
  CHECK(schema_of(telemetry_api::logs, "2022-07-01") == telemetry_schema::logs_2021_03_18);
}

TEST_CASE("a span is cut off at the microsecond, and a memory rounded up to the MB") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(22.001999).responded(0).runtime_ready(0);
  r.extension_ready(0).settled(0);
  r.fact(fact::exited{0, 9, {}});
  CHECK(r.records("platform.runtimeDone")[0].find(R"("metrics":{"durationMs":2.001,)") !=
        std::string::npos);
  CHECK(r.records("platform.report")[0].find(R"("maxMemoryUsedMB":0,)") != std::string::npos);
}

}  // namespace lambdaprof
