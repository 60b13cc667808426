// SPDX-License-Identifier: Apache-2.0
// What an extension on the official crate is told, by its own events and by telemetry.
#include "sandbox/official.hpp"

namespace lambdaprof {

using namespace std::chrono_literals;
using journal::outcome;
using support::missing;
using support::official;
using support::record;

namespace {

constexpr const char* init_events =
    "platform.initStart platform.extension platform.initRuntimeDone platform.initReport ";
constexpr const char* invocation_events = "platform.start platform.runtimeDone platform.report";

std::string request_id(const support::trial& t, std::uint32_t n) {
  return journal::request_id(t.settings.seed, invocation_id{n});
}

/// The types of all telemetry but the extension's own subscription, which comes at some time after
/// it has registered, while the runtime starts, and before the end of the init.
std::string order_of_telemetry(const record& r) {
  const std::string subscription = " platform.telemetrySubscription";
  std::string all = r.sequence("type");
  const auto place = all.find(subscription);
  REQUIRE(place != all.npos);
  CHECK(place > all.find(" platform.extension"));
  CHECK(place < all.find(" platform.initReport"));
  all.erase(place, subscription.size());
  return all;
}

/// Of its only invocation.
void check_status(const record& r, const std::string& status, const std::string& type) {
  for (const char* told : {"platform.runtimeDone", "platform.report"}) {
    CAPTURE(told);
    const auto records = r.records(told);
    REQUIRE(records.size() == 1);
    CHECK(records[0]["status"] == status);
    CHECK(records[0].value("errorType", "") == type);
  }
}

std::string reasons(const record& r) {
  std::string all;
  for (const auto& event : r.events("eventType"))
    if (event["eventType"] == "SHUTDOWN")
      all += (all.empty() ? "" : " ") + event["shutdownReason"].get<std::string>();
  return all;
}

}  // namespace

TEST_CASE("an extension in Rust sees a cold and a warm invocation of Rust, from init to spindown") {
  if (const auto reason = missing({"hello-rust", "extension-rust"})) return support::skip(*reason);
  official t("hello-rust");
  const record r(t);
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 2);
  REQUIRE(line.environments.size() == 1);
  for (const auto& i : line.invocations) CHECK_MESSAGE(i.is_success(), i.error);
  CHECK(line.refusals.empty());
  CHECK(line.environments[0].used.peak_bytes > 1'000'000);
  REQUIRE(line.environments[0].extensions.size() == 1);
  const auto& x = line.environments[0].extensions[0];
  CHECK(x.name == "telemetry-recorder");
  CHECK(x.end == analysis::extension_end::in_order);
  CHECK(x.exit_status == 0);
  CHECK(x.dropped_records == 0);
  CHECK(support::log_of(t.log) ==
        "TELEMETRY\tName: telemetry-recorder\tState: Subscribed\tTypes: [Platform, Function, "
        "Extension]\nEXTENSION\tName: telemetry-recorder\tState: Ready\tEvents: [INVOKE, "
        "SHUTDOWN]\n" +
            support::lines_of("#0") + support::lines_of("#1"));

  CHECK(r.sequence("eventType") == "INVOKE INVOKE SHUTDOWN");
  CHECK(reasons(r) == "spindown");
  const auto told = r.events("eventType");
  REQUIRE(told.size() == 3);
  CHECK(told[0]["requestId"] == request_id(t, 0));
  CHECK(told[1]["requestId"] == request_id(t, 1));

  CHECK(order_of_telemetry(r) ==
        init_events + std::string(invocation_events) + " " + invocation_events);
  for (const char* type : {"platform.start", "platform.runtimeDone", "platform.report"}) {
    const auto records = r.records(type);
    REQUIRE(records.size() == 2);
    CHECK(records[0]["requestId"] == request_id(t, 0));
    CHECK(records[1]["requestId"] == request_id(t, 1));
  }
  for (const auto& done : r.records("platform.runtimeDone")) {
    CHECK(done["status"] == "success");
    CHECK(done["metrics"]["producedBytes"] == line.invocations[0].response_bytes);
  }
  const auto init = r.records("platform.initReport");
  REQUIRE(init.size() == 1);
  CHECK(init[0]["metrics"]["durationMs"].get<double>() ==
        doctest::Approx(milliseconds(line.environments[0].init_time().value())).epsilon(0.001));
  CHECK(r.records("platform.report")[0]["metrics"].contains("initDurationMs"));
  CHECK_FALSE(r.records("platform.report")[1]["metrics"].contains("initDurationMs"));
}

TEST_CASE("a response that Rust streams shows in the spans of runtimeDone") {
  if (const auto reason = missing({"client-rust", "extension-rust"})) return support::skip(*reason);
  official t("client-rust");
  const record r(t);
  t.settings.function.invoke_mode = environment::invoke_mode::response_stream;
  t.event = R"({"chunks":3,"pause_ms":50,"fail":false})";
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  CHECK_MESSAGE(line.invocations[0].is_success(), line.invocations[0].error);
  check_status(r, "success", "");
  const auto done = r.records("platform.runtimeDone");
  REQUIRE(done.size() == 1);
  CHECK(done[0]["metrics"]["producedBytes"] == line.invocations[0].response_bytes);
  const auto& spans = done[0]["spans"];
  REQUIRE(spans.size() == 3);
  CHECK(spans[0]["name"] == "responseLatency");
  CHECK(spans[1]["name"] == "responseDuration");
  CHECK(spans[1]["durationMs"].get<double>() > 20);
  CHECK(spans[2]["name"] == "runtimeOverhead");
}

TEST_CASE("what a Python function prints reaches the extension in its place") {
  if (const auto reason = missing({"client-python", "extension-rust"}))
    return support::skip(*reason);
  official t("client-python", "log");
  const record r(t);
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  CHECK_MESSAGE(line.invocations[0].is_success(), line.invocations[0].error);
  CHECK(order_of_telemetry(r) ==
        "platform.initStart platform.extension function "
        "platform.initRuntimeDone platform.initReport platform.start "
        "function function function function function platform.runtimeDone platform.report");
  const auto lines = r.records("function");
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].get<std::string>().ends_with("\t\tinformed at init"));
  CHECK(lines[1] == "printed");
  CHECK(lines[2] == "printed on");
  CHECK(lines[3] == "two lines");
  CHECK(lines[4].get<std::string>().ends_with("\t" + request_id(t, 0) + "\tinformed"));
  CHECK(lines[5].get<std::string>().ends_with("\t" + request_id(t, 0) + "\twarned"));
}

TEST_CASE("what Go prints at SIGTERM reaches an extension, which ends after it") {
  if (const auto reason = missing({"client-go", "extension-rust"})) return support::skip(*reason);
  official t("client-go", "sigterm-exit");
  const record r(t);
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.environments.size() == 1);
  REQUIRE(line.environments[0].extensions.size() == 2);
  CHECK(line.environments[0].extensions[0].name == "telemetry-recorder");
  CHECK(line.environments[0].extensions[1].name == "GoLangEnableSIGTERM");
  CHECK(r.records("platform.extension").size() == 2);
  const auto lines = r.records("function");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "flushed at SIGTERM");
  CHECK(reasons(r) == "spindown");
}

TEST_CASE("an error of a Python function is a status of its runtimeDone and its report") {
  if (const auto reason = missing({"client-python", "extension-rust"}))
    return support::skip(*reason);
  official t("client-python", "raise");
  const record r(t);
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  CHECK(line.invocations[0].how == outcome::function_error);
  check_status(r, "failure", "Runtime.Unknown");
  CHECK(reasons(r) == "spindown");
}

TEST_CASE("an error in the midst of a stream of Node is a status of its runtimeDone") {
  if (const auto reason = missing({"client-node", "extension-rust"})) return support::skip(*reason);
  official t("client-node", "stream");
  const record r(t);
  t.settings.function.invoke_mode = environment::invoke_mode::response_stream;
  t.event = R"({"chunks":3,"pause_ms":10,"fail":true})";
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  CHECK(line.invocations[0].how == outcome::function_error);
  check_status(r, "failure", "Runtime.Unknown");
}

TEST_CASE("a panic in Go is a status of its runtimeDone, and the extension is told of a failure") {
  if (const auto reason = missing({"client-go", "extension-rust"})) return support::skip(*reason);
  official t("client-go", "panic");
  const record r(t);
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  CHECK(line.invocations[0].how == outcome::function_error);
  check_status(r, "failure", "Runtime.Unknown");
  CHECK(reasons(r) == "failure");
}

TEST_CASE("an error at import in Python is a status of both inits, and of the event's report") {
  if (const auto reason = missing({"client-python", "extension-rust"}))
    return support::skip(*reason);
  official t("client-python", "raise-at-import");
  const record r(t);
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  CHECK(line.invocations[0].how == outcome::init_error);
  const auto inits = r.records("platform.initRuntimeDone");
  REQUIRE(inits.size() == 2);
  CHECK(inits[0]["phase"] == "init");
  CHECK(inits[1]["phase"] == "invoke");
  for (const auto& init : inits) {
    CHECK(init["status"] == "error");
    CHECK(init["errorType"] == "Runtime.Unknown");
  }
  const auto reports = r.records("platform.report");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0]["status"] == "error");
  CHECK(reports[0]["errorType"] == "Runtime.Unknown");
  CHECK(r.sequence("eventType") == "SHUTDOWN SHUTDOWN");
  CHECK(reasons(r) == "failure failure");
}

TEST_CASE("an extension is told why a function is shut down that hangs, and one that crashes") {
  if (const auto reason = missing({"extension-rust"})) return support::skip(*reason);
  struct end {
    const char* crash;
    const char* reason;
    const char* status;
    const char* type;
  };
  for (const end& e : {end{"handler-hang", "timeout", "timeout", ""},
                       end{"handler-exit", "failure", "error", "Runtime.ExitError"},
                       end{"handler-kill", "failure", "error", "Runtime.ExitError"}}) {
    CAPTURE(e.crash);
    support::trial t("crasher", {{"CRASH", e.crash}});
    const record r(t);
    t.settings.freezes = true;
    t.settings.function.timeout = 300ms;
    t.plan = {load::sequential{1}};
    const auto line = t.run();
    REQUIRE(line.invocations.size() == 1);
    CHECK_FALSE(line.invocations[0].is_success());
    CHECK(r.sequence("eventType") == "INVOKE SHUTDOWN");
    CHECK(reasons(r) == e.reason);
    CHECK(order_of_telemetry(r) == init_events + std::string(invocation_events));
    check_status(r, e.status, e.type);
    // Of one that hangs it is read before SIGTERM. Of others it may be too little to be known.
    const bool hangs = e.crash == std::string_view("handler-hang");
    for (const auto& report : r.records("platform.report"))
      CHECK(report["metrics"]["maxMemoryUsedMB"] >= (hangs ? 1 : 0));
  }
}

}  // namespace lambdaprof
