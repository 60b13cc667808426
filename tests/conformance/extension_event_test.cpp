// SPDX-License-Identifier: Apache-2.0
// Checklist 59 to 62, 66 and 67: what an extension is told, what waits for it, and what it breaks.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>

#include "conformance/answers.hpp"
#include "conformance/extension.hpp"
#include "conformance/log_lines.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "host/clock.hpp"
#include "wire/extensions_api.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
using journal::outcome;
using journal::start_kind;
namespace fact = journal::fact;

scene with(const std::vector<std::string>& extensions, std::uint32_t events = 1) {
  scene s(events);
  for (const std::string& name : extensions) s.add_extension(name);
  return s;
}

/// A whole init: the extension is told of invocations alone, so that its end takes no time.
runtime start(stage& st) {
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["INVOKE"])");
  const runtime r = st.runtime();
  alpha.park();
  return r;
}

}  // namespace

TEST_CASE("59 R: whoever asks for an event says who it is, and is one who has registered") {
  stage st(with({"alpha"}));
  extension alpha = st.extension("alpha");
  const auto ask = [&](const std::string& fields) {
    return alpha.line.call(request("GET", event_path, fields));
  };
  alpha.enter("[]");
  check_extension_refused(ask(""), "Extension.MissingExtensionIdentifier");
  check_extension_refused(ask(identifier_field("alpha")), "Extension.InvalidExtensionIdentifier");
  check_extension_refused(ask(identifier_field("00000000-0000-4000-8000-000000000000")),
                          "Extension.UnknownExtensionIdentifier");
  // As for the error posts.
  const std::string own = std::exchange(alpha.identifier, "");
  check_extension_refused(alpha.fail("exit", extension_type_field("Extension.X")),
                          "Extension.MissingExtensionIdentifier");
  alpha.identifier = own;
  alpha.park();
  // Nor may it ask twice.
  raw_client& other = st.connect(alpha.process);
  check_extension_refused(other.call(request("GET", event_path, identifier_field(own))),
                          "Extension.InvalidExtensionState");
  st.runtime().serve();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

TEST_CASE("60 R: INVOKE names request, deadline, function and trace, or no trace") {
  scene s = with({"alpha"});
  s.settings.function.name = "greeter";
  s.settings.function.timeout = 5s;
  stage st(std::move(s));
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["INVOKE"])");
  const runtime r = st.runtime();
  alpha.park();
  const event e = r.next();
  const reply told = alpha.line.read();
  CHECK(told.status == 200);
  CHECK(told.header("Content-Type") == "application/json");
  CHECK(is_uuid(told.header("Lambda-Extension-Event-Identifier").value_or("")));
  const nlohmann::json body = parsed(told.body);
  const auto deadline = body.value("deadlineMs", std::int64_t{0});
  CHECK(deadline > host::wall_ms());
  CHECK(deadline <= host::wall_ms() + 5000);
  CHECK(body ==
        nlohmann::json{
            {"eventType", "INVOKE"},
            {"deadlineMs", deadline},
            {"requestId", e.id},
            {"invokedFunctionArn", "arn:aws:lambda:us-east-1:012345678912:function:greeter"},
            {"tracing",
             {{"type", "X-Amzn-Trace-Id"},
              {"value", e.whole.header("Lambda-Runtime-Trace-Id").value_or("none")}}}});
  check_accepted(r.respond(e));
  r.park();
  alpha.park();
  st.end(1);
  // RIE: without a trace id the key is not there. Here there always is one.
  std::string bytes;
  wire::render(bytes, wire::invoke_event{"e", "r", 1, "arn", ""});
  CHECK(bytes.find("tracing") == std::string::npos);
}

TEST_CASE("61 D: the init waits for the first event/next of all, also of one with no events") {
  stage st(with({"alpha", "beta"}));
  extension alpha = st.extension("alpha");
  extension beta = st.extension("beta");
  alpha.enter("[]");
  beta.enter(R"(["INVOKE"])");
  const runtime r = st.runtime();
  r.park();
  st.await([](const auto& log) { return count<fact::runtime_initialized>(log) == 1; });
  beta.park();
  CHECK(r.line.is_silent_for(80ms));
  alpha.park();
  const reply e = r.line.read();
  CHECK(e.status == 200);
  // And is never told of an invocation.
  CHECK(beta.hear().value("eventType", "") == "INVOKE");
  CHECK(alpha.line.is_silent_for(20ms));
  st.end();
  const auto& seen = st.seen().environments[0];
  CHECK(seen.init_done - seen.runtime_ready_at_init >= 80ms);
}

TEST_CASE("62 D: the caller has its answer, but nothing is over before the extensions are back") {
  stage st(with({"alpha"}, 2));
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["INVOKE"])");
  const runtime r = st.runtime();
  alpha.park();
  const event first = r.next();
  CHECK(alpha.hear().value("requestId", "") == first.id);
  check_accepted(r.respond(first));
  r.park();
  st.await([](const auto& log) { return count<fact::runtime_ready>(log) == 1; });
  CHECK(r.line.is_silent_for(80ms));
  alpha.process.ask("out still here");
  st.await([](const auto& log) { return count<fact::settled>(log) == 0; });
  alpha.park();
  const reply second = r.line.read();
  CHECK(alpha.hear().value("requestId", "") == second.header("Lambda-Runtime-Aws-Request-Id"));
  alpha.park();
  check_accepted(r.line.call(
      post(response_path(second.header("Lambda-Runtime-Aws-Request-Id").value_or("")), "{}")));
  r.park();
  st.end(2);
  const auto& i = st.seen().invocations[0];
  CHECK(i.settled - i.answered >= 80ms);
  CHECK(i.post_runtime_extensions().value() >= 80ms);
  CHECK(st.seen().invocations[1].due >= i.settled);
  const auto reports = lines_with(st.log(), "REPORT");
  REQUIRE(reports.size() == 2);
  CHECK(number(reports[0], "Duration") >= 80);
}

TEST_CASE("an extension that overruns the timeout costs the environment, not the answer") {
  scene s = with({"alpha"}, 2);
  s.settings.function.timeout = 1s;
  stage st(std::move(s));
  const runtime first = start(st);
  check_accepted(first.respond(first.next()));
  first.park();
  // It has its event and never comes back.
  const runtime second = start(st);
  CHECK(second.process.pid() != first.process.pid());
  st.end();
  const auto& i = st.seen().invocations[0];
  CHECK(i.how == outcome::timed_out);
  CHECK(i.error.empty());
  CHECK(i.response_bytes == 2);
}

TEST_CASE("66 R: an extension that exits is a crash, with status 0 as well") {
  struct row {
    std::string order;
    std::string text;
  };
  // RIE's words.
  for (const row& x : {row{"exit 0", "exit code 0"}, row{"exit 3", "exit status 3"},
                       row{fmt::format("raise {}", SIGKILL), "signal: killed"}}) {
    CAPTURE(x.order);
    stage st(with({"alpha"}, 2));
    extension alpha = st.extension("alpha");
    alpha.enter(R"(["INVOKE"])");
    const runtime r = st.runtime();
    alpha.park();
    r.next();
    alpha.hear();
    alpha.process.order(x.order);
    // All is started anew for the next event.
    const runtime again = start(st);
    CHECK(again.process.pid() != r.process.pid());
    check_accepted(again.respond(again.next()));
    st.end(1);
    check_platform_error(st.error(0), "Extension.Crash", st.id_of(0), x.text);
    CHECK(st.seen().invocations[0].how == outcome::extension_exited);
    CHECK(st.seen().invocations[1].start == start_kind::suppressed);
  }
}

TEST_CASE("67 R: an init error needs its type, and then fails the init with it") {
  struct row {
    std::string sent;
    std::string counts_as;
  };
  for (const row& x :
       {row{"Extension.NoConfig", "Extension.NoConfig"}, row{"nonsense", "Extension.InitError"}}) {
    stage st(with({"alpha"}));
    for (int attempt = 0; attempt < 2; ++attempt) {
      extension alpha = st.extension("alpha");
      alpha.enter("[]");
      check_extension_refused(alpha.fail("init", ""), "Extension.MissingHeader");
      check_accepted(alpha.fail("init", extension_type_field(x.sent)));
      alpha.process.order("exit 1");
    }
    st.end(1);
    CHECK(parsed(st.error(0)).value("errorType", "") == x.counts_as);
    CHECK(st.seen().invocations[0].how == outcome::extension_error);
    CHECK(st.seen().environments[0].extensions[0].error_type == x.counts_as);
  }
}

TEST_CASE("an exit error in an invocation fails it, and may be posted again") {
  stage st(with({"alpha"}));
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["INVOKE"])");
  const runtime r = st.runtime();
  alpha.park();
  r.next();
  alpha.hear();
  check_extension_refused(alpha.fail("init", extension_type_field("Extension.X")),
                          "Extension.InvalidExtensionState");
  alpha.process.order("ignore-sigterm");
  alpha.process.hear();
  check_accepted(alpha.fail("exit", extension_type_field("Extension.Gone")));
  st.end(1);
  CHECK(parsed(st.error(0)).value("errorType", "") == "Extension.Gone");
  CHECK(st.seen().invocations[0].how == outcome::extension_error);
}

}  // namespace lambdaprof
