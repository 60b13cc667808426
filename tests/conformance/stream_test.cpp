// SPDX-License-Identifier: Apache-2.0
// Checklist 20, and what can become of a response that comes in pieces (lambda-protocol §1.4).
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "environment/limits.hpp"
#include "environment/machine_bench.hpp"
#include "environment/stream_pace.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
using environment::invoke_mode;
using journal::outcome;
namespace fact = journal::fact;
namespace signal = environment::signal;

constexpr std::string_view streaming = "Lambda-Runtime-Function-Response-Mode: streaming\r\n";
constexpr std::string_view declaration =
    "Trailer: Lambda-Runtime-Function-Error-Type\r\n"
    "Trailer: Lambda-Runtime-Function-Error-Body\r\n";

scene streamed(std::uint32_t events = 1) {
  scene s(events);
  s.settings.function.invoke_mode = invoke_mode::response_stream;
  return s;
}

/// Up to where a chunk begins.
std::string head(const event& e) {
  return request("POST", response_path(e.id),
                 std::string(streaming) + "Transfer-Encoding: chunked\r\n");
}

environment::reply answer_to(environment::bench& b, signal::response_mode mode,
                             std::uint64_t bytes) {
  b.launched();
  b.ask();
  b.give(0);
  b.say(signal::responded{signal::id_check::current, mode, signal::body::complete, bytes});
  return b.answered();
}

}  // namespace

TEST_CASE("20 D: the error in the trailers of a stream reaches the caller decoded") {
  // RFC 4648 of {"errorType":"Late","errorMessage":"no key"}
  const std::string body = "eyJlcnJvclR5cGUiOiJMYXRlIiwiZXJyb3JNZXNzYWdlIjoibm8ga2V5In0=";
  const std::string trailers =
      "Lambda-Runtime-Function-Error-Type: Runtime.APIKeyNotFound\r\n"
      "Lambda-Runtime-Function-Error-Body: " +
      body + "\r\n";
  const std::string type_alone = "Lambda-Runtime-Function-Error-Type: Runtime.APIKeyNotFound\r\n";
  const std::string none =
      "Lambda-Runtime-Function-Error-Type: \r\nLambda-Runtime-Function-Error-Body: \r\n";
  stage st(streamed(4));
  const runtime r = st.runtime();
  const auto answer = [&](const std::string& fields, const std::string& last) {
    const event e = r.next();
    // The response counts as delivered.
    check_accepted(r.line.call(
        chunked_post(response_path(e.id), {"so ", "far"}, std::string(streaming) + fields, last)));
  };
  answer(std::string(declaration), trailers);
  answer("", trailers);  // nobody has to declare them
  answer(std::string(declaration), type_alone);
  answer(std::string(declaration), none);  // Go always sends them
  r.park();
  st.end(4);
  for (const std::size_t i : {0U, 1U}) {
    CHECK(st.error(i) == R"({"errorType":"Late","errorMessage":"no key"})");
    CHECK(st.seen().invocations[i].error_type == "Runtime.APIKeyNotFound");
    CHECK(st.seen().invocations[i].how == outcome::function_error);
  }
  CHECK(parsed(st.error(2)) == nlohmann::json{{"errorType", "Runtime.APIKeyNotFound"}});
  CHECK(st.seen().invocations[3].is_success());
}

TEST_CASE("the first byte of a stream is known beside the last") {
  stage st(streamed());
  const runtime r = st.runtime();
  const event e = r.next();
  r.line.send(head(e) + "2\r\nab\r\n");
  st.await([](const auto& log) { return count<fact::response_began>(log) == 1; });
  std::this_thread::sleep_for(60ms);
  check_accepted(r.line.call("1\r\nc\r\n0\r\n\r\n"));
  r.park();
  st.end(1);
  const auto& i = st.seen().invocations[0];
  REQUIRE(i.time_to_first_byte().has_value());
  CHECK(*i.time_to_first_byte() + 60ms <= i.latency().value());
  CHECK(i.response_bytes == 3);
}

TEST_CASE("a stream that stalls for ever ends with the timeout, and its process is replaced") {
  scene s = streamed(2);
  s.settings.function.timeout = 1s;
  stage st(s);
  const runtime first = st.runtime();
  first.line.send(head(first.next()) + "2\r\nab\r\n");
  CHECK(first.process.ends());
  const runtime second = st.runtime();
  second.serve();
  st.end(2);
  check_platform_error(st.error(0), "Sandbox.Timedout", st.id_of(0),
                       "Task timed out after 1.00 seconds");
  CHECK(st.seen().invocations[0].first_byte != never);
  CHECK(st.seen().invocations[1].is_success());
}

TEST_CASE("a stream that is cut off is truncated, and the next event is served") {
  stage st(streamed(2));
  const runtime r = st.runtime();
  r.line.send(head(r.next()) + "2\r\nab\r\n5\r\nc");
  r.line.close();
  const runtime again{r.process, st.connect(r.process)};
  again.serve();
  st.end(2);
  CHECK(parsed(st.error(0)).value("errorType", "") == "Runtime.TruncatedResponse");
  CHECK(st.seen().invocations[0].how == outcome::truncated);
  CHECK(st.seen().invocations[1].is_success());
}

TEST_CASE("an error is refused once the response has begun") {
  stage st(streamed());
  const runtime r = st.runtime();
  const event e = r.next();
  r.line.send(head(e) + "2\r\nab\r\n");
  st.await([](const auto& log) { return count<fact::response_began>(log) == 1; });
  const runtime other{r.process, st.connect(r.process)};
  check_wrong_state(other.fail(e, "{}"), "InvocationResponse", "InvocationErrorResponse");
  check_accepted(r.line.call("0\r\n\r\n"));
  r.park();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

TEST_CASE("what an ordinary caller gets of a stream is collected, up to the limit of any payload") {
  const std::uint64_t limit = environment::payload_limit;
  environment::bench fits;
  CHECK(answer_to(fits, signal::response_mode::streaming, limit) == environment::reply::accepted);
  environment::bench too_large;
  CHECK(answer_to(too_large, signal::response_mode::streaming, limit + 1) ==
        environment::reply::too_large);
}

TEST_CASE("a stream of 200 MB is accepted, and one byte more is not") {
  // DOC: "200 MB", a soft limit.
  const std::uint64_t limit = std::uint64_t{200} * 1024 * 1024;
  environment::bench fits;
  fits.f.invoke_mode = invoke_mode::response_stream;
  CHECK(answer_to(fits, signal::response_mode::streaming, limit) == environment::reply::accepted);
  environment::bench too_large;
  too_large.f.invoke_mode = invoke_mode::response_stream;
  CHECK(answer_to(too_large, signal::response_mode::streaming, limit + 1) ==
        environment::reply::too_large);
  CHECK(parsed(too_large.payload()).value("errorType", "") == "Function.ResponseSizeTooLarge");
  environment::bench buffered;
  buffered.f.invoke_mode = invoke_mode::response_stream;
  CHECK(answer_to(buffered, signal::response_mode::buffered, limit) ==
        environment::reply::too_large);
}

TEST_CASE("the first 6 MB of a stream are taken at once, the rest at 2 MB a second") {
  constexpr std::uint64_t mb = 1024 * 1024;
  environment::stream_pace pace;
  const instant start(1s);
  CHECK(pace.admit(start, 6 * mb) == span{});
  // In the steps in which RIE refills its bucket.
  CHECK(pace.admit(start, mb) == 500ms);
  CHECK(pace.admit(start + 500ms, mb) == 500ms);
  // Whoever is slower anyway does not wait.
  CHECK(pace.admit(start + 3s, mb) == span{});
}

TEST_CASE("a stream is slowed down after its first 6 MB, and whoever sends it notices no more") {
  scene s = streamed();
  s.settings.function.limits_stream_rate = true;
  s.settings.function.timeout = 60s;
  stage st(s);
  const runtime r = st.runtime();
  const event e = r.next();
  const std::string piece(std::size_t{1024} * 1024, 's');
  check_accepted(r.line.call(
      chunked_post(response_path(e.id), std::vector<std::string>(7, piece), streaming)));
  r.park();
  st.end(1);
  const auto& i = st.seen().invocations[0];
  CHECK(i.is_success());
  CHECK(i.response_bytes == 7 * piece.size());
  CHECK(i.handler().value() >= 450ms);
}

}  // namespace lambdaprof
