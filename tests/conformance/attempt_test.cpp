// SPDX-License-Identifier: Apache-2.0
// Checklist 33 and 34: the id of an attempt, which tells a late answer from a good one.
#include <doctest/doctest.h>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "sandbox/environment.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
namespace asio = boost::asio;
namespace signal = environment::signal;

constexpr const char* attempt_header = "Lambda-Runtime-Invocation-Id";

std::string echo(std::string_view id) {
  return std::string(attempt_header).append(": ").append(id).append("\r\n");
}

}  // namespace

// Nothing here hands out the same event to two processes, so the environment is told to.
TEST_CASE("33 A: the invocation id differs between two attempts with the same request id") {
  puppet_theatre theatre;
  scene s;
  s.settings.function.variables.emplace_back("PUPPET_STRINGS", theatre.name());
  asio::io_context loop(1);
  const host::clock time;
  sandbox::provisions provisions({});
  std::int64_t room = std::int64_t{1} << 20;
  std::uint32_t padding = 0;
  std::unique_ptr<sandbox::environment> env;
  bool has_exited = false;
  const sandbox::site site{loop,
                           time,
                           s.settings.function,
                           1,
                           provisions,
                           [&](environment_id, std::uint32_t, instant, const auto& told) {
                             if (std::holds_alternative<signal::asked_next>(told))
                               env->deliver(invocation_id{0}, std::chrono::seconds(3), "{}");
                             has_exited =
                                 has_exited || std::holds_alternative<signal::exited>(told);
                           },
                           room,
                           [] { return std::vector<int>(); },
                           padding,
                           [] {}};
  auto opened = sandbox::environment::open(site, environment_id{0});
  REQUIRE(opened);
  env = std::move(*opened);
  std::vector<reply> events;
  for (const std::uint32_t attempt : {0U, 1U}) {
    env->launch(attempt, {true, environment::capacity::on_demand});
    const auto process = theatre.next();
    raw_client line(process->port());
    line.send(ask_next());
    while (!line.has_more_within({})) loop.run_one();
    events.push_back(line.read());
    env->kill();
    for (has_exited = false; !has_exited;) loop.run_one();
  }
  CHECK(events[0].header("Lambda-Runtime-Aws-Request-Id") ==
        events[1].header("Lambda-Runtime-Aws-Request-Id"));
  REQUIRE(events[0].header(attempt_header).has_value());
  REQUIRE(events[1].header(attempt_header).has_value());
  CHECK(*events[0].header(attempt_header) != *events[1].header(attempt_header));
}

TEST_CASE("34 A: a post for another attempt is refused with 410 and changes nothing") {
  stage st(scene(3));
  const runtime r = st.runtime();
  const event first = r.next();
  // AWS's own pull requests: this status and this body, and the invocation stays answerable.
  check_refused(r.respond(first, "{}", echo("stale")), 410, "InvokeTimeout", "Invoke timeout");
  check_refused(r.fail(first, "{}", echo("stale")), 410, "InvokeTimeout", "Invoke timeout");
  // A missing echo is never an error.
  check_accepted(r.respond(first));
  const event second = r.next();
  const std::string own = second.whole.header(attempt_header).value_or("");
  CHECK(own != first.whole.header(attempt_header));
  check_refused(r.respond(second, "{}", echo(first.whole.header(attempt_header).value_or(""))), 410,
                "InvokeTimeout", "Invoke timeout");
  check_accepted(r.respond(second, "{}", echo(own)));
  const event third = r.next();
  check_accepted(r.fail(third, "{}", echo(third.whole.header(attempt_header).value_or(""))));
  r.park();
  st.end(3);
  CHECK(st.seen().invocations[0].is_success());
  CHECK(st.seen().invocations[1].is_success());
  CHECK(st.error(2) == "{}");
}

TEST_CASE("an error of the init is taken whatever attempt it names") {
  stage st;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const runtime r = st.runtime();
    check_accepted(r.init_error(R"({"errorType":"E"})", echo("stale")));
    r.process.order("exit 1");
  }
  st.end(1);
  CHECK(st.error(0) == R"({"errorType":"E"})");
}

}  // namespace lambdaprof
