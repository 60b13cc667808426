// SPDX-License-Identifier: Apache-2.0
// Checklist 63 to 65: how processes are ended, and what an extension can do wrong about it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>

#include "conformance/answers.hpp"
#include "conformance/extension.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "environment/machine_bench.hpp"
#include "host/clock.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
using journal::outcome;
namespace fact = journal::fact;
namespace order = environment::order;
namespace signal = environment::signal;

scene with_alpha(std::uint32_t events = 1) {
  scene s(events);
  s.add_extension("alpha");
  return s;
}

/// The last fact of this kind.
template <class Fact>
const Fact& last(const journal::journal& log) {
  const Fact* found = nullptr;
  for (const auto& e : log.entries())
    if (const auto* one = std::get_if<Fact>(&e.what)) found = one;
  REQUIRE(found != nullptr);
  return *found;
}

template <class Fact>
instant instant_of(const journal::journal& log) {
  for (const auto& e : log.entries())
    if (std::holds_alternative<Fact>(e.what)) return e.at;
  return never;
}

}  // namespace

TEST_CASE("63 D: SIGTERM comes where there is an extension, and SIGKILL when its time is over") {
  stage alone;
  const runtime a = alone.runtime();
  CHECK(a.process.ask("report-sigterm") == "done");
  a.serve();
  alone.await([](const auto& log) { return count<fact::settled>(log) == 1; });
  alone.leave();
  CHECK(a.process.ends());  // without a word
  alone.end();

  struct row {
    bool is_external;
    span share;
  };
  // DOC: 500 ms with an internal extension; 300 ms of the 2 s otherwise.
  for (const row& x : {row{false, 500ms}, row{true, 300ms}}) {
    CAPTURE(x.is_external);
    stage st(x.is_external ? with_alpha() : scene());
    if (x.is_external) {
      extension alpha = st.extension("alpha");
      alpha.enter("[]");
      alpha.park();
    }
    const runtime r = st.runtime();
    if (!x.is_external) {
      extension inner = st.extension("inner", r.process);
      inner.enter("[]");
      inner.park();
    }
    CHECK(r.process.ask("report-sigterm") == "done");
    r.serve();
    st.await([](const auto& log) { return count<fact::settled>(log) == 1; });
    st.leave();
    CHECK(r.process.hear() == "sigterm");
    CHECK(r.process.ends());
    st.end();
    CHECK(last<fact::exited>(st.facts()).signal == SIGKILL);
    const span took =
        instant_of<fact::exited>(st.facts()) - instant_of<fact::shutdown_began>(st.facts());
    CHECK(took >= x.share);
    CHECK(took < x.share + 3s);
  }
}

TEST_CASE("a runtime that exits when it gets SIGTERM is not killed") {
  stage st(with_alpha());
  extension alpha = st.extension("alpha");
  alpha.enter("[]");
  alpha.park();
  const runtime r = st.runtime();
  CHECK(r.process.ask("report-sigterm") == "done");
  r.serve();
  st.await([](const auto& log) { return count<fact::settled>(log) == 1; });
  st.leave();
  CHECK(r.process.hear() == "sigterm");
  r.process.order("exit 0");
  st.end();
  CHECK(last<fact::exited>(st.facts()).signal == 0);
}

TEST_CASE("64 D: SHUTDOWN says until when, and why: spindown, timeout or failure") {
  for (const std::string why : {"spindown", "timeout", "failure"}) {
    CAPTURE(why);
    scene s = with_alpha();
    if (why == "timeout") s.settings.function.timeout = 1s;
    stage st(std::move(s));
    extension alpha = st.extension("alpha");
    alpha.enter(R"(["SHUTDOWN"])");
    alpha.park();
    const runtime r = st.runtime();
    const event e = r.next();
    if (why == "failure") r.process.order("exit 1");
    if (why == "spindown") {
      check_accepted(r.respond(e));
      r.park();
      st.await([](const auto& log) { return count<fact::settled>(log) == 1; });
      st.leave();
    }
    const nlohmann::json told = alpha.hear();
    const auto deadline = told.value("deadlineMs", std::int64_t{0});
    // DOC: 2 s for all, of which the runtime has had its part.
    CHECK(deadline > host::wall_ms());
    CHECK(deadline <= host::wall_ms() + 2000);
    // RIE and logs of extensions: lower case, DOC has upper case.
    CHECK(told == nlohmann::json{{"eventType", "SHUTDOWN"},
                                 {"deadlineMs", deadline},
                                 {"shutdownReason", why}});
    alpha.process.order("exit 0");
    st.end();
    CHECK(last<fact::extension_exited>(st.facts()).signal == 0);
    CHECK(st.seen().environments[0].extensions[0].end == analysis::extension_end::in_order);
  }
}

TEST_CASE("an extension that is busy is told of the end when it asks again") {
  stage st(with_alpha());
  extension alpha = st.extension("alpha");
  alpha.enter();
  alpha.park();
  const runtime r = st.runtime();
  r.next();
  CHECK(alpha.hear().value("eventType", "") == "INVOKE");
  r.process.order("exit 1");
  st.await([](const auto& log) { return count<fact::exited>(log) == 1; });
  CHECK(alpha.line.is_silent_for(30ms));
  alpha.park();
  CHECK(alpha.hear().value("shutdownReason", "") == "failure");
  alpha.process.order("exit 0");
  st.end(1);
}

TEST_CASE("65 R: an extension that has not asked for SHUTDOWN is killed") {
  stage st(with_alpha());
  extension alpha = st.extension("alpha");
  CHECK(alpha.process.ask("report-sigterm") == "done");
  alpha.enter(R"(["INVOKE"])");
  alpha.park();
  const runtime r = st.runtime();
  const event e = r.next();
  alpha.hear();
  alpha.park();
  check_accepted(r.respond(e));
  r.park();
  st.await([](const auto& log) { return count<fact::settled>(log) == 1; });
  st.leave();
  CHECK(alpha.process.ends());  // without a word
  CHECK(alpha.line.is_ended_by_server());
  st.end();
  CHECK(last<fact::extension_exited>(st.facts()).signal == SIGKILL);
}

TEST_CASE("an extension that ignores SHUTDOWN is killed at the end of its time") {
  stage st(with_alpha());
  extension alpha = st.extension("alpha");
  const int child = std::stoi(alpha.process.ask("fork"));
  CHECK(alpha.process.ask("ignore-sigterm") == "done");
  alpha.enter(R"(["SHUTDOWN"])");
  alpha.park();
  st.runtime().serve();
  st.await([](const auto& log) { return count<fact::settled>(log) == 1; });
  st.leave();
  CHECK(alpha.hear().value("eventType", "") == "SHUTDOWN");
  CHECK(alpha.process.ends());
  st.end();
  CHECK(is_dead(child));
  CHECK(last<fact::extension_exited>(st.facts()).signal == SIGKILL);
  CHECK(st.seen().environments[0].extensions[0].end == analysis::extension_end::killed);
  const span took =
      instant_of<fact::extension_exited>(st.facts()) - instant_of<fact::shutdown_began>(st.facts());
  CHECK(took >= 2s);
  CHECK(took < 5s);
}

TEST_CASE("a frozen environment gets its SIGTERM and its SHUTDOWN") {
  scene s = with_alpha();
  s.settings.freezes = true;
  stage st(std::move(s));
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["SHUTDOWN"])");
  alpha.park();
  const runtime r = st.runtime();
  CHECK(r.process.ask("report-sigterm") == "done");
  r.serve();
  st.await([](const auto& log) { return count<fact::frozen>(log) == 1; });
  st.leave();
  CHECK(r.process.hear() == "sigterm");
  r.process.order("exit 0");
  CHECK(alpha.hear().value("shutdownReason", "") == "spindown");
  alpha.process.order("exit 0");
  st.end();
}

// In the pure core, because nobody wants to wait for it; the same inside an invocation below.
TEST_CASE("an extension that never registers is ended with the init after ten seconds") {
  environment::bench b;
  b.f.extensions.push_back({"alpha", "/opt/extensions/alpha"});
  b.m.launch(b.now, invocation_id{0}, b.e());
  REQUIRE(b.ordered<order::launch_extension>());
  CHECK(!b.ordered<order::launch>());
  b.say(signal::extension_started{0, b.now, 41});
  CHECK(b.m.deadline() == instant(10s));
  b.at(10s);
  b.orders.clear();
  b.m.expire(b.now, b.e());
  CHECK(b.ordered<order::kill>());
  CHECK(b.last<fact::init_failed>().why == outcome::timed_out);
}

TEST_CASE("an extension that never registers, or never gets ready, ends with the timeout") {
  for (const bool registers : {false, true}) {
    CAPTURE(registers);
    scene s = with_alpha();
    s.settings.function.timeout = 1s;
    stage st(std::move(s));
    // So that the init is repeated inside the invocation, with its timeout.
    st.extension("alpha").process.order("exit 1");
    extension alpha = st.extension("alpha");
    if (registers) {
      alpha.enter("[]");
      st.runtime().park();
    }
    CHECK(alpha.process.ends());
    st.end(1);
    check_platform_error(st.error(0), "Sandbox.Timedout", st.id_of(0),
                         "Task timed out after 1.00 seconds");
  }
}

TEST_CASE("an extension that floods its log is drained, and kept within bounds") {
  stage st(with_alpha(3));
  extension alpha = st.extension("alpha");
  CHECK(alpha.process.ask("flood 8000000") == "done");
  alpha.enter("[]");
  alpha.park();
  const runtime r = st.runtime();
  for (int i = 0; i < 3; ++i) check_accepted(r.respond(r.next()));
  r.park();
  st.end(3);
  for (const auto& i : st.seen().invocations) CHECK(i.is_success());
  CHECK(st.seen().environments[0].extensions[0].log_lines > 100);
  CHECK(st.seen().environments[0].log_bytes_dropped > 1'000'000);
}

}  // namespace lambdaprof
