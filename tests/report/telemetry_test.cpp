// SPDX-License-Identifier: Apache-2.0
// Expected events, their order and their records from lambda-protocol §4.2 and §4.3.
#include "report/telemetry.hpp"

#include <doctest/doctest.h>

#include "report/telemetry_recording.hpp"

namespace lambdaprof {

using namespace support;
using namespace std::chrono_literals;
using journal::outcome;
using journal::start_kind;

namespace {

std::string event(std::string_view second, std::string_view type, const std::string& record) {
  return fmt::format(R"({{"time":"2026-11-24T09:30:{}Z","type":"{}","record":{}}})", second, type,
                     record);
}

/// A cold invocation from its start until 32 ms, of which the extension takes the last 2.
void cold(telemetry_recording& r) {
  r.delivered(0, start_kind::cold).at(21).printed("hello").at(22.371).responded(0, 17);
  r.at(30).runtime_ready(0).at(32).extension_ready(0).settled(0).sampled(38);
}

}  // namespace

TEST_CASE("a cold invocation is told in order, letter by letter") {
  telemetry_recording r;
  r.ready();
  cold(r);
  CHECK(r.breaches() == texts{});
  CHECK(
      r.sent() ==
      texts{
          event("00.001", "platform.initStart",
                R"({"initializationType":"on-demand","phase":"init","functionName":"thumbnail",)"
                R"("functionVersion":"$LATEST","instanceMaxMemory":134217728})"),
          event("00.004", "platform.extension",
                R"({"name":"A","state":"Ready","events":["INVOKE","SHUTDOWN"]})"),
          event("00.006", "platform.telemetrySubscription",
                R"({"name":"A","state":"Subscribed","types":["platform","function","extension"]})"),
          event("00.018", "platform.initRuntimeDone",
                R"({"initializationType":"on-demand","phase":"init","status":"success"})"),
          event("00.020", "platform.initReport",
                R"({"initializationType":"on-demand","phase":"init","status":"success",)"
                R"("metrics":{"durationMs":18.5}})"),
          event("00.020", "platform.start", of_request(0, R"("version":"$LATEST")")),
          event("00.021", "function", R"("hello")"),
          event("00.030", "platform.runtimeDone",
                of_request(0, R"("status":"success","spans":[)"
                              R"({"name":"responseLatency","start":"2026-11-24T09:30:00.020Z",)"
                              R"("durationMs":2.371},)"
                              R"({"name":"responseDuration","start":"2026-11-24T09:30:00.022Z",)"
                              R"("durationMs":0.0},)"
                              R"({"name":"runtimeOverhead","start":"2026-11-24T09:30:00.022Z",)"
                              R"("durationMs":7.629}],)"
                              R"("metrics":{"durationMs":10.0,"producedBytes":17})")),
          event("00.032", "platform.report",
                of_request(0, R"("status":"success","metrics":{"durationMs":12.0,)"
                              R"("billedDurationMs":31,"memorySizeMB":128,)"
                              R"("maxMemoryUsedMB":38,"initDurationMs":18.5},"spans":[)"
                              R"({"name":"extensionOverhead",)"
                              R"("start":"2026-11-24T09:30:00.030Z","durationMs":2.0}])"))});
}

TEST_CASE("the end of the runtime is told before extensions come back, which may wait for it") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(22).responded(0).at(30).runtime_ready(0);
  CHECK(r.types().back() == "platform.runtimeDone");
}

TEST_CASE("a warm invocation pays for no init, and its report waits for the memory") {
  telemetry_recording r;
  r.ready();
  cold(r);
  r.news();
  r.at(40).arrived(1).delivered(1, start_kind::warm).at(41).fact(inv(1), fact::response_began{});
  r.at(43).responded(1, 70'000).at(44).runtime_ready(1).at(45).extension_ready(0).settled(1);
  CHECK(r.news().size() == 2);
  r.at(46).sampled(40);
  const auto news = r.news();
  REQUIRE(news.size() == 1);
  CHECK(news[0].text ==
        event("00.045", "platform.report",
              of_request(1, R"("status":"success","metrics":{"durationMs":5.0,)"
                            R"("billedDurationMs":5,"memorySizeMB":128,"maxMemoryUsedMB":40},)"
                            R"("spans":[{"name":"extensionOverhead",)"
                            R"("start":"2026-11-24T09:30:00.044Z","durationMs":1.0}])")));
  CHECK(news[0].at == at_ms(45));
  CHECK(news[0].of == report::telemetry_class::platform);
  CHECK(r.records("platform.runtimeDone").back() ==
        of_request(1, R"("status":"success","spans":[)"
                      R"({"name":"responseLatency","start":"2026-11-24T09:30:00.040Z",)"
                      R"("durationMs":1.0},)"
                      R"({"name":"responseDuration","start":"2026-11-24T09:30:00.041Z",)"
                      R"("durationMs":2.0},)"
                      R"({"name":"runtimeOverhead","start":"2026-11-24T09:30:00.043Z",)"
                      R"("durationMs":1.0}],)"
                      R"("metrics":{"durationMs":4.0,"producedBytes":70000})"));
}

TEST_CASE("the start of the next waits for the report of the one before, and its lines do too") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(22).responded(0).runtime_ready(0);
  r.extension_ready(0).settled(0).printed("late").arrived(1).delivered(1, start_kind::warm);
  r.news();
  CHECK(r.types().back() == R"(function: "late")");
  r.printed("next");
  const texts all = r.types();
  REQUIRE(all.size() == 11);
  CHECK(all[8] == "platform.report");
  CHECK(all[9] == "platform.start");
  CHECK(all[10] == R"(function: "next")");
}

TEST_CASE("a look between the runtime's end and the extension's tells the memory at the latest") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(22).responded(0).runtime_ready(0).sampled(9);
  r.at(25).extension_ready(0).settled(0);
  CHECK(r.records("platform.report").empty());
  r.fact(fact::frozen{});
  REQUIRE(r.records("platform.report").size() == 1);
  CHECK(r.records("platform.report")[0].find(R"("maxMemoryUsedMB":9,)") != std::string::npos);
}

TEST_CASE("a late subscriber is sent what came of its init, and of no other") {
  telemetry_recording r;
  r.arrived(0).at(1).launch(0).at(2).extension_started(0, "A", 1.5).extension_started(1, "B", 1.6);
  r.at(3).external_registered(0, "A").subscribed(0, {.function = false});
  r.at(4).external_registered(1, "B").at(5).runtime_started(4.5).at(6).printed("loading");
  r.extension_printed(0, "here").at(9).subscribed(1);
  CHECK(r.types(0) == texts{"platform.initStart", "platform.extension",
                            "platform.telemetrySubscription", "platform.extension",
                            R"(extension: "here")", "platform.telemetrySubscription"});
  CHECK(r.types(1) == texts{"platform.initStart", "platform.extension",
                            "platform.telemetrySubscription", "platform.extension",
                            R"(function: "loading")", R"(extension: "here")",
                            "platform.telemetrySubscription"});
  CHECK(r.breaches() == texts{});
}

TEST_CASE("a reader that is made late, or reads now and then, has the same to tell") {
  telemetry_recording r;
  texts live;
  const auto listen = [&] {
    for (const auto& item : r.news()) live.push_back(item.text);
  };
  r.ready();
  listen();
  cold(r);
  listen();
  r.at(40).arrived(1).delivered(1, start_kind::warm).at(41).responded(1).runtime_ready(1);
  r.at(42).extension_ready(0).settled(1).sampled(39);
  listen();
  CHECK(live.size() == 12);
  CHECK(live == r.sent());
}

TEST_CASE("whoever subscribes again is sent nothing twice, and from then on what it asks for") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).extension_started(0, "A", 0.5).external_registered(0, "A");
  r.subscribed(0).at(2).runtime_started(1.5).printed("1").subscribed(0, {.function = false});
  r.printed("2").extension_printed(0, "3");
  CHECK(r.types() == texts{"platform.initStart", "platform.extension",
                           "platform.telemetrySubscription", R"(function: "1")",
                           "platform.telemetrySubscription", R"(extension: "3")"});
  CHECK(r.records("platform.telemetrySubscription").back() ==
        R"({"name":"A","state":"Already subscribed","types":["platform","extension"]})");
}

TEST_CASE("what was dropped is told to whoever has lost it") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).extension_started(0, "A", 0.5).extension_started(1, "B", 0.5);
  r.external_registered(0, "A").external_registered(1, "B").subscribed(0).subscribed(1);
  r.fact(fact::telemetry_dropped{1, 12, 3456});
  CHECK(r.records("platform.logsDropped", 0).empty());
  CHECK(
      r.records("platform.logsDropped", 1) ==
      texts{R"({"droppedBytes":3456,"droppedRecords":12,"reason":"Some logs were dropped because )"
            R"(the downstream consumer is slower than the logs production rate"})"});
}

TEST_CASE("environments are told apart") {
  telemetry_recording r;
  r.ready();
  r.in(1).at(21).arrived(1).launch(1).at(22).extension_started(0, "A", 21.5);
  r.external_registered(0, "A").subscribed(0);
  r.in(0).delivered(0, start_kind::cold).printed("of the first");
  CHECK(r.sent_to(0, 1).size() == 3);
  CHECK(r.types().back() == R"(function: "of the first")");
}

TEST_CASE("idle time that was skipped has passed for nobody inside") {
  telemetry_recording r;
  r.ready();
  cold(r);
  r.fact(fact::frozen{}).skipped(60'000).arrived(1).fact(inv(1), fact::thawed{});
  r.delivered(1, start_kind::warm);
  CHECK(r.breaches() == texts{});
  CHECK(r.sent().back() ==
        event("00.032", "platform.start", of_request(1, R"("version":"$LATEST")")));
}

TEST_CASE("where several run at a time there is no runtimeDone, and the report has no costs") {
  telemetry_recording r;
  r.function().initialization = "lambda-managed-instances";
  r.function().max_concurrency = 2;
  r.ready({.schema = "2025-01-29"}).arrived(1);
  r.delivered(0, start_kind::cold).at(21).delivered(1, start_kind::warm);
  r.at(24).responded(1, 5).at(25).runtime_ready(1).extension_ready(0).settled(1).sampled(5);
  r.at(30).failed(0, outcome::function_error, "{}", "Function.Foo").runtime_ready(0);
  r.at(31).settled(0, outcome::function_error);
  const texts all = r.types();
  CHECK(texts(all.begin() + 5, all.end()) ==
        texts{"platform.start", "platform.start", "platform.report", "platform.report"});
  CHECK(r.records("platform.report") ==
        texts{of_request(1, R"("status":"success","metrics":{"durationMs":3.0},"spans":[)"
                            R"({"name":"responseLatency","start":"2026-11-24T09:30:00.021Z",)"
                            R"("durationMs":3.0},)"
                            R"({"name":"responseDuration","start":"2026-11-24T09:30:00.024Z",)"
                            R"("durationMs":0.0}])"),
              of_request(0, R"("status":"failure","errorType":"Function.Foo",)"
                            R"("metrics":{"durationMs":10.0})")});
  CHECK(r.records("platform.initStart")[0].find(
            R"("initializationType":"lambda-managed-instances")") != std::string::npos);
}

}  // namespace lambdaprof
