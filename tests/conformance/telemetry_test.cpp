// SPDX-License-Identifier: Apache-2.0
// Checklist 69 to 73: who may subscribe to telemetry, to what, and what comes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>

#include "conformance/answers.hpp"
#include "conformance/extension.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "conformance/subscriber.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
namespace fact = journal::fact;

/// An external extension that is told of invocations, so that its end takes no time.
scene with_alpha(std::uint32_t events = 1) {
  scene s(events);
  s.add_extension("alpha");
  return s;
}

extension enter(stage& st) {
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["INVOKE"])");
  return alpha;
}

std::string to(std::string_view destination) {
  return fmt::format(R"({{"schemaVersion":"2022-12-13","types":["platform"],"destination":{}}})",
                     destination);
}

std::string buffered(std::string_view buffering) {
  return fmt::format(
      R"({{"schemaVersion":"2022-12-13","types":["platform"],"buffering":{{{}}},)"
      R"("destination":{{"protocol":"HTTP","URI":"http://sandbox.localdomain:4243"}}}})",
      buffering);
}

void check_invalid(const reply& r, std::string_view type) {
  CHECK(r.status == 400);
  CHECK(r.header("Content-Type") == "application/json");
  CHECK(parsed(r.body).value("errorType", "") == type);
  CHECK(!parsed(r.body).value("errorMessage", "").empty());
}

/// Those whose record is of the invocation.
std::vector<nlohmann::json> of_request(const std::vector<nlohmann::json>& events,
                                       const std::string& id) {
  std::vector<nlohmann::json> found;
  for (const nlohmann::json& event : events)
    if (event["record"].is_object() && event["record"].value("requestId", "") == id)
      found.push_back(event);
  return found;
}

}  // namespace

TEST_CASE("69 D: subscribing is answered with 200 and OK in the init, and with 403 afterwards") {
  stage st(with_alpha());
  extension alpha = enter(st);
  const std::string body = to(R"({"protocol":"TCP","port":4243})");
  const reply ok = alpha.subscribe(body);
  CHECK(ok.status == 200);
  CHECK(parsed(ok.body) == "OK");
  extension nobody = alpha;
  nobody.identifier = "00000000-0000-4000-8000-000000000000";
  check_extension_refused(nobody.subscribe(body), "Extension.UnknownExtensionIdentifier");
  const runtime r = st.runtime();
  alpha.park();
  const event e = r.next();
  alpha.hear();
  const reply late = alpha.subscribe(body);
  check_extension_refused(late, "Telemetry.SubscriptionClosed");
  check_extension_refused(alpha.subscribe("nonsense", logs_path), "Logs.SubscriptionClosed");
  check_accepted(r.respond(e));
  r.park();
  alpha.park();
  st.end(1);
}

TEST_CASE("70 D: a bad destination is answered with 400 and ValidationError") {
  stage st(with_alpha());
  const extension alpha = enter(st);
  // DOC: these words of the first.
  const reply no_port =
      alpha.subscribe(to(R"({"protocol":"HTTP","URI":"http://sandbox.localdomain"})"));
  check_invalid(no_port, "ValidationError");
  CHECK(parsed(no_port.body).value("errorMessage", "") == "URI port is not provided");
  for (const char* destination :
       {R"({"protocol":"HTTP","URI":"http://sandbox.localdomain:9001"})",  // DOC: reserved
        R"({"protocol":"HTTP","URI":"http://example.com:8080"})",          // RIE
        R"({"protocol":"HTTP","URI":"https://sandbox.localdomain:8080"})", R"({"protocol":"HTTP"})",
        R"({"protocol":"UDP","port":4243})", R"({"protocol":"TCP"})",
        R"({"protocol":"TCP","port":0})", R"({})", "null"}) {
    CAPTURE(destination);
    check_invalid(alpha.subscribe(to(destination)), "ValidationError");
  }
  // DOC: the same of the older API, by its own name.
  check_invalid(alpha.subscribe(R"({"types":["platform"]})", logs_path), "Logs.ValidationError");
  st.end();
}

TEST_CASE("71 D: what is out of the limits of buffering is refused") {
  stage st(with_alpha());
  const extension alpha = enter(st);
  for (const char* wrong : {R"("timeoutMs":24)", R"("timeoutMs":30001)", R"("maxItems":999)",
                            R"("maxItems":10001)", R"("maxBytes":262143)", R"("maxBytes":1048577)",
                            R"("timeoutMs":"25")", R"("maxItems":-1)", R"("maxBytes":1e6)"}) {
    CAPTURE(wrong);
    check_invalid(alpha.subscribe(buffered(wrong)), "ValidationError");
  }
  for (const char* right : {R"("timeoutMs":25,"maxItems":1000,"maxBytes":262144)",
                            R"("timeoutMs":30000,"maxItems":10000,"maxBytes":1048576)", ""}) {
    CAPTURE(right);
    CHECK(alpha.subscribe(buffered(right)).status == 200);
  }
  st.end();
}

TEST_CASE("72 D: batches are JSON arrays, and begin with what of the init came before") {
  subscriber s;
  stage st(with_alpha());
  const extension alpha = enter(st);
  alpha.process.ask("out before it has subscribed");
  st.await([](const auto& log) { return count<fact::extension_line>(log) == 1; });
  CHECK(alpha.subscribe(s.subscription()).status == 200);
  const posted batch = s.take();
  CHECK(batch.first_line == "POST /in?a=b HTTP/1.1");
  CHECK(batch.header("Content-Type") == "application/json");
  CHECK(batch.header("Sequence-Id") == "1");  // RIE's code for managed instances
  const nlohmann::json events = parsed(batch.body);
  REQUIRE(events.is_array());
  REQUIRE(!events.empty());
  for (const nlohmann::json& event : events) {
    CHECK(event.size() == 3);
    for (const char* key : {"time", "type", "record"}) CHECK(event.contains(key));
  }
  CHECK(events[0]["type"] == "platform.initStart");
  CHECK(std::any_of(events.begin(), events.end(), [](const auto& event) {
    return event["type"] == "extension" && event["record"] == "before it has subscribed";
  }));
  s.hang_up();
  st.end();
}

TEST_CASE("73 D: a cold invocation gives its events in their order, with its request id") {
  subscriber s;
  stage st(with_alpha());
  extension alpha = enter(st);
  CHECK(alpha.subscribe(s.subscription(R"("platform","function")")).status == 200);
  const runtime r = st.runtime();
  alpha.park();
  const event e = r.next();
  r.process.ask("out of the function");
  st.await([](const auto& log) { return count<fact::log_line>(log) == 1; });
  check_accepted(r.respond(e, R"({"a":1})"));
  r.park();
  alpha.hear();
  alpha.park();
  const auto events = s.until("platform.report");
  CHECK(types_of(events) ==
        std::vector<std::string>{"platform.initStart", "platform.extension",
                                 "platform.telemetrySubscription", "platform.initRuntimeDone",
                                 "platform.initReport", "platform.start", "function",
                                 "platform.runtimeDone", "platform.report"});
  const auto own = of_request(events, e.id);
  CHECK(types_of(own) ==
        std::vector<std::string>{"platform.start", "platform.runtimeDone", "platform.report"});
  REQUIRE(own.size() == 3);
  CHECK(own[1]["record"]["status"] == "success");
  CHECK(own[1]["record"]["metrics"]["producedBytes"] == 7);
  CHECK(own[2]["record"]["metrics"]["durationMs"].get<double>() >=
        own[1]["record"]["metrics"]["durationMs"].get<double>());
  CHECK(own[2]["record"]["metrics"]["initDurationMs"].get<double>() > 0);
  s.hang_up();
  st.end(1);
}

TEST_CASE("the Logs API delivers its own schema, and over TCP one event a line") {
  subscriber s;
  stage st(with_alpha());
  extension alpha = enter(st);
  const std::string body = fmt::format(
      R"({{"schemaVersion":"2021-03-18","types":["platform","function"],)"
      R"("buffering":{{"timeoutMs":25}},"destination":{{"protocol":"TCP","port":{}}}}})",
      s.port());
  CHECK(alpha.subscribe(body, logs_path).status == 200);
  // DOC: the two exclude each other; how that is answered is unconfirmed.
  CHECK(alpha.subscribe(s.subscription()).status == 400);
  const runtime r = st.runtime();
  alpha.park();
  const event e = r.next();
  check_accepted(r.respond(e));
  r.park();
  alpha.hear();
  alpha.park();
  std::vector<nlohmann::json> events;
  do events.push_back(s.line());
  while (events.back().value("type", "") != "platform.report");
  const auto types = types_of(of_request(events, e.id));
  CHECK(std::find(types.begin(), types.end(), "platform.end") != types.end());
  s.hang_up();
  st.end(1);
}

TEST_CASE("what a subscriber answers with 500, or hangs up on, is sent to it again") {
  subscriber s;
  stage st(with_alpha());
  extension alpha = enter(st);
  CHECK(alpha.subscribe(s.subscription()).status == 200);
  const posted first = s.take();
  s.answer(500);
  const posted again = s.take();
  CHECK(again.body == first.body);
  CHECK(again.header("Sequence-Id") == first.header("Sequence-Id"));
  s.hang_up();
  const posted third = s.take();
  CHECK(third.body == first.body);
  s.answer(200);
  const runtime r = st.runtime();
  alpha.park();
  r.serve();
  const posted next = s.take();
  CHECK(next.header("Sequence-Id") == "2");
  s.hang_up();
  st.end();
  CHECK(st.seen().environments[0].extensions[0].dropped_records == 0);
}

TEST_CASE("a subscriber that takes its time keeps nobody waiting, and gets the batch again") {
  subscriber s;
  stage st(with_alpha(3));
  extension alpha = enter(st);
  CHECK(alpha.subscribe(s.subscription()).status == 200);
  const posted first = s.take();  // and does not answer
  const runtime r = st.runtime();
  alpha.park();
  for (int i = 0; i < 3; ++i) {
    const event e = r.next();
    alpha.hear();
    alpha.park();
    check_accepted(r.respond(e));
  }
  r.park();
  st.await([](const auto& log) { return count<fact::settled>(log) == 3; });
  const posted again = s.take();
  CHECK(again.body == first.body);
  s.answer(200);
  CHECK(!s.until("platform.report").empty());
  s.hang_up();
  st.end(3);
  for (const auto& i : st.seen().invocations) CHECK(i.is_success());
}

TEST_CASE("a subscriber that refuses to be connected to, or floods itself, harms nobody") {
  subscriber s;
  const std::string subscription = s.subscription();
  s.close();
  stage st(with_alpha(2));
  extension alpha = enter(st);
  CHECK(alpha.subscribe(subscription).status == 200);
  // What it logs it is sent.
  CHECK(alpha.process.ask("flood 3000000") == "done");
  const runtime r = st.runtime();
  alpha.park();
  for (int i = 0; i < 2; ++i) {
    const event e = r.next();
    alpha.hear();
    alpha.park();
    check_accepted(r.respond(e));
  }
  r.park();
  st.end(2);
  for (const auto& i : st.seen().invocations) CHECK(i.is_success());
}

TEST_CASE("telemetry of a frozen environment waits until it goes on, and comes before SHUTDOWN") {
  subscriber s;
  scene with = with_alpha();
  with.settings.freezes = true;
  stage st(std::move(with));
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["SHUTDOWN"])");
  CHECK(alpha.subscribe(s.subscription(R"("platform")")).status == 200);
  const runtime r = st.runtime();
  alpha.park();
  r.serve();
  st.await([](const auto& log) { return count<fact::frozen>(log) == 1; });
  // Many times as long as it would gather it otherwise.
  for (const std::string& type : types_of(s.within(200ms))) CHECK(type != "platform.report");
  st.leave();
  CHECK(!s.until("platform.report").empty());
  CHECK(alpha.hear().value("eventType", "") == "SHUTDOWN");
  alpha.process.order("exit 0");
  s.hang_up();
  st.end();
}

}  // namespace lambdaprof
