// SPDX-License-Identifier: Apache-2.0
// What telemetry tells of inits, invocations and restores that go wrong, or take their time.
#include <doctest/doctest.h>

#include "report/telemetry_recording.hpp"

namespace lambdaprof {

using namespace support;
using journal::outcome;
using journal::start_kind;

namespace {

std::string exit_payload(std::uint32_t i) {
  return fmt::format(R"({{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {} Error: )"
                     R"(Runtime exited with error: exit status 1"}})",
                     uuid(i));
}

texts from(std::size_t first, const texts& all) {
  return {all.begin() + static_cast<std::ptrdiff_t>(std::min(first, all.size())), all.end()};
}

}  // namespace

TEST_CASE("a runtime that dies ends its invocation with an error, and with its memory") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(24).exited(9);
  r.failed(0, outcome::exited, exit_payload(0)).settled(0, outcome::exited);
  CHECK(r.breaches() == texts{});
  CHECK(r.records("platform.runtimeDone") ==
        texts{of_request(0, R"("status":"error","errorType":"Runtime.ExitError",)"
                            R"("metrics":{"durationMs":4.0,"producedBytes":0})")});
  CHECK(r.records("platform.report") ==
        texts{of_request(0, R"("status":"error","errorType":"Runtime.ExitError","metrics":)"
                            R"({"durationMs":4.0,"billedDurationMs":23,"memorySizeMB":128,)"
                            R"("maxMemoryUsedMB":9,"initDurationMs":18.5})")});
}

TEST_CASE(
    "a timeout lasts as long as it was allowed to, and its extensions are told before the end") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(3021.182);
  r.failed(0, outcome::timed_out, "{}").settled(0, outcome::timed_out).fact(fact::reset{});
  CHECK(r.types().back() == "platform.runtimeDone");
  r.fact(fact::shutdown_began{journal::shutdown_reason::timeout}).at(3022).printed("last words");
  r.at(3100).exited(5).extension_printed(0, "bye").at(3200).fact(fact::extension_exited{0, 0, 0});
  CHECK(r.breaches() == texts{});
  CHECK(from(6, r.types()) == texts{"platform.runtimeDone", R"(function: "last words")",
                                    "platform.report", R"(extension: "bye")"});
  CHECK(r.records("platform.runtimeDone") ==
        texts{of_request(0, R"("status":"timeout","metrics":{"durationMs":3001.182,)"
                            R"("producedBytes":0})")});
  CHECK(r.records("platform.report") ==
        texts{of_request(0, R"("status":"timeout","metrics":{"durationMs":3000.0,)"
                            R"("billedDurationMs":3019,"memorySizeMB":128,"maxMemoryUsedMB":5,)"
                            R"("initDurationMs":18.5})")});
}

TEST_CASE("a timeout of an extension comes after the runtime has done well") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(22).responded(0).at(23).runtime_ready(0).sampled(4);
  r.at(3020).settled(0, outcome::timed_out).fact(fact::reset{}).exited(4);
  CHECK(r.records("platform.runtimeDone")[0].find(R"("status":"success")") != std::string::npos);
  const std::string report = r.records("platform.report").at(0);
  CHECK(report.find(R"("status":"timeout")") != std::string::npos);
  CHECK(report.find("extensionOverhead") == std::string::npos);
}

TEST_CASE("an error that the function reports is a failure, of the type that it has posted") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(22);
  r.failed(0, outcome::function_error, R"({"errorType":"X"})", "Function.Foo").runtime_ready(0);
  r.at(23).extension_ready(0).settled(0, outcome::function_error).sampled(4);
  CHECK(r.records("platform.runtimeDone") ==
        texts{of_request(0, R"("status":"failure","errorType":"Function.Foo",)"
                            R"("metrics":{"durationMs":2.0,"producedBytes":0})")});
  CHECK(r.records("platform.report")[0].starts_with(
      of_request(0, R"("status":"failure","errorType":"Function.Foo")").substr(0, 90)));
}

TEST_CASE("a response that breaks off has a latency, and no size") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(21).fact(inv(0), fact::response_began{});
  r.at(25).failed(0, outcome::truncated, "{}").runtime_ready(0).extension_ready(0);
  r.settled(0, outcome::truncated);
  CHECK(
      r.records("platform.runtimeDone") ==
      texts{of_request(0, R"("status":"failure","errorType":"Runtime.TruncatedResponse","spans":[)"
                          R"({"name":"responseLatency","start":"2026-11-24T09:30:00.020Z",)"
                          R"("durationMs":1.0},)"
                          R"({"name":"responseDuration","start":"2026-11-24T09:30:00.021Z",)"
                          R"("durationMs":4.0},)"
                          R"({"name":"runtimeOverhead","start":"2026-11-24T09:30:00.025Z",)"
                          R"("durationMs":0.0}],"metrics":{"durationMs":5.0})")});
}

TEST_CASE("an init that fails is repeated inside the invocation, whose subscribers are its own") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).extension_started(0, "A", 0.5).external_registered(0, "A");
  r.subscribed(0).at(3).runtime_started(2.5).at(150.5).exited(1).init_failed(outcome::exited);
  r.fact(fact::shutdown_began{journal::shutdown_reason::failure}).fact(fact::reset{});
  r.fact(fact::extension_exited{0, 0, 9});
  const texts first{"platform.initStart", "platform.extension", "platform.telemetrySubscription",
                    "platform.initRuntimeDone", "platform.initReport"};
  CHECK(r.types() == first);
  CHECK(r.records("platform.initRuntimeDone") ==
        texts{R"({"initializationType":"on-demand","phase":"init","status":"error",)"
              R"("errorType":"Runtime.ExitError"})"});
  CHECK(r.records("platform.initReport") ==
        texts{R"({"initializationType":"on-demand","phase":"init","status":"error",)"
              R"("errorType":"Runtime.ExitError","metrics":{"durationMs":150.0}})"});

  r.at(160).launch(0, 1).at(161).extension_started(0, "A", 160.5).external_registered(0, "A");
  r.at(162).runtime_started(161.5).printed("again").subscribed(0).at(170).runtime_initialized();
  r.extension_ready(0).init_finished().delivered(0, start_kind::suppressed);
  r.at(172).responded(0).runtime_ready(0).extension_ready(0).settled(0).sampled(6);
  CHECK(r.breaches() == texts{});
  CHECK(from(first.size(), r.types()) ==
        texts{"platform.initStart", "platform.extension", R"(function: "again")",
              "platform.telemetrySubscription", "platform.initRuntimeDone", "platform.initReport",
              "platform.start", "platform.runtimeDone", "platform.report"});
  CHECK(r.records("platform.initReport").back() ==
        R"({"initializationType":"on-demand","phase":"invoke","status":"success",)"
        R"("metrics":{"durationMs":9.5}})");
  CHECK(r.records("platform.report") ==
        texts{of_request(0, R"("status":"success","metrics":{"durationMs":12.0,)"
                            R"("billedDurationMs":12,"memorySizeMB":128,"maxMemoryUsedMB":6},)"
                            R"("spans":[{"name":"extensionOverhead",)"
                            R"("start":"2026-11-24T09:30:00.172Z","durationMs":0.0}])")});
}

TEST_CASE("an invocation whose init fails once more begins and ends, but its runtime never ran") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).fact(fact::launch_failed{}).init_failed(outcome::launch_error);
  r.at(2).launch(0, 1).at(3).extension_started(0, "A", 2.5).external_registered(0, "A");
  r.subscribed(0).at(4).runtime_started(3.5).at(102);
  r.fact(inv(0), fact::init_failed{outcome::init_error, r.keep("{}"), r.keep("Function.NoTable")});
  r.failed(0, outcome::init_error, "{}", "Function.NoTable").settled(0, outcome::init_error);
  r.exited(3);
  CHECK(r.breaches() == texts{});
  CHECK(from(3, r.types()) == texts{"platform.initRuntimeDone", "platform.initReport",
                                    "platform.start", "platform.report"});
  CHECK(r.records("platform.report") ==
        texts{of_request(0, R"("status":"error","errorType":"Function.NoTable","metrics":)"
                            R"({"durationMs":100.0,"billedDurationMs":100,"memorySizeMB":128,)"
                            R"("maxMemoryUsedMB":3})")});
}

TEST_CASE("an init that takes too long has a type that says nothing") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).extension_started(0, "A", 0.5).external_registered(0, "A");
  r.subscribed(0).at(3).runtime_started(2.5).at(10000.5).init_failed(outcome::timed_out);
  CHECK(r.records("platform.initReport") ==
        texts{R"({"initializationType":"on-demand","phase":"init","status":"timeout",)"
              R"("errorType":"Runtime.Unknown","metrics":{"durationMs":10000.0}})"});
}

TEST_CASE("an extension that gives up, or dies, in the init is told of once more") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).extension_started(0, "A", 0.5).extension_started(1, "B", 0.6);
  r.external_registered(0, "A").external_registered(1, "B").subscribed(0);
  SUBCASE("by a post, before there is a runtime") {
    r.at(5).fact(fact::extension_failed{1, r.keep("Extension.NoKey")});
    r.init_failed(outcome::extension_error).fact(fact::extension_exited{1, 1, 0});
    CHECK(r.records("platform.extension").back() ==
          R"({"name":"B","state":"InitError","events":["INVOKE","SHUTDOWN"],)"
          R"("errorType":"Extension.NoKey"})");
    CHECK(from(4, r.types()) == texts{"platform.extension", "platform.initReport"});
    CHECK(r.records("platform.initReport")[0].find("\"errorType\":\"Extension.NoKey\"") !=
          std::string::npos);
  }
  SUBCASE("by its exit, after the runtime was done") {
    r.at(3).runtime_started(2.5).at(5).runtime_initialized();
    r.at(6).fact(fact::extension_exited{1, 0, 0}).init_failed(outcome::extension_exited);
    CHECK(r.records("platform.extension").back() ==
          R"({"name":"B","state":"Exited","events":["INVOKE","SHUTDOWN"],)"
          R"("errorType":"Extension.Crash"})");
    CHECK(from(4, r.types()) ==
          texts{"platform.initRuntimeDone", "platform.extension", "platform.initReport"});
  }
  SUBCASE("so that whoever has subscribed itself is sent no more") {
    r.at(6).fact(fact::extension_exited{0, 0, 0}).init_failed(outcome::extension_exited);
    CHECK(r.types().back() == "platform.extension");
  }
  CHECK(r.breaches() == texts{});
}

TEST_CASE("an extension that cannot be started is named") {
  telemetry_recording r;
  r.arrived(0).launch(0).at(1).extension_started(0, "A", 0.5).external_registered(0, "A");
  r.subscribed(0).fact(fact::extension_launch_failed{1, r.keep("B"), r.keep("no such file")});
  r.init_failed(outcome::extension_launch);
  CHECK(r.records("platform.extension").back() ==
        R"({"name":"B","state":"LaunchError","events":[],"errorType":"Extension.LaunchError"})");
}

TEST_CASE("a restore is a phase between the init and the start, and is billed in its place") {
  telemetry_recording r;
  r.function().initialization = "snap-start";
  r.ready().at(100).fact(fact::restore_began{});
  SUBCASE("when it goes well") {
    r.at(182.3).fact(fact::restore_finished{ms(1)}).delivered(0, start_kind::cold);
    r.at(190).responded(0).runtime_ready(0).extension_ready(0).settled(0).sampled(6);
    CHECK(from(3, r.types()) == texts{"platform.initRuntimeDone", "platform.initReport",
                                      "platform.restoreStart", "platform.restoreRuntimeDone",
                                      "platform.restoreReport", "platform.start",
                                      "platform.runtimeDone", "platform.report"});
    CHECK(r.records("platform.initReport") ==
          texts{R"({"initializationType":"snap-start","phase":"snap-start","status":"success",)"
                R"("metrics":{"durationMs":18.5}})"});
    CHECK(r.records("platform.restoreStart") ==
          texts{R"({"functionName":"thumbnail","functionVersion":"$LATEST",)"
                R"("instanceMaxMemory":134217728})"});
    CHECK(r.records("platform.restoreRuntimeDone") == texts{R"({"status":"success"})"});
    CHECK(r.records("platform.restoreReport") ==
          texts{R"({"status":"success","metrics":{"durationMs":82.3}})"});
    CHECK(r.records("platform.report")[0].find(
              R"("metrics":{"durationMs":7.7,"billedDurationMs":91,"memorySizeMB":128,)"
              R"("maxMemoryUsedMB":6,"restoreDurationMs":82.3,"billedRestoreDurationMs":83})") !=
          std::string::npos);
  }
  SUBCASE("when its hooks fail") {
    r.at(150).fact(fact::restore_failed{outcome::restore_error, r.keep("{}"),
                                        r.keep("Runtime.AfterRestoreError")});
    CHECK(r.records("platform.restoreRuntimeDone") ==
          texts{R"({"status":"error","errorType":"Runtime.AfterRestoreError"})"});
    CHECK(r.records("platform.restoreReport") ==
          texts{R"({"status":"error","errorType":"Runtime.AfterRestoreError",)"
                R"("metrics":{"durationMs":50.0}})"});
  }
  SUBCASE("when they take too long") {
    r.at(150).fact(fact::restore_failed{outcome::timed_out, r.keep("{}")});
    CHECK(r.records("platform.restoreRuntimeDone") ==
          texts{R"({"status":"timeout","errorType":"Runtime.RestoreHookUserTimeout"})"});
  }
  CHECK(r.breaches() == texts{});
}

TEST_CASE("an invocation that we have interrupted has no end") {
  telemetry_recording r;
  r.ready().delivered(0, start_kind::cold).at(22).settled(0, outcome::interrupted);
  r.fact(fact::retired{journal::retirement::run_over});
  r.fact(fact::shutdown_began{journal::shutdown_reason::spindown}).exited(1).fact(fact::gone{});
  CHECK(r.types().back() == "platform.start");
}

}  // namespace lambdaprof
