// SPDX-License-Identifier: Apache-2.0
// Checklist 14 to 19: the bodies of responses.
#include <doctest/doctest.h>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using journal::outcome;

/// RIE: 6 MiB and 100 bytes.
constexpr std::size_t limit = 6291556;

constexpr const char* declared_trailers =
    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n";

std::string json_of(std::size_t bytes) {
  return "\"" + std::string(bytes - 2, 'x') + "\"";
}

std::string mode(std::string_view value) {
  return std::string("Lambda-Runtime-Function-Response-Mode: ").append(value).append("\r\n");
}

/// A head that promises more than follows.
std::string cut_response(const event& e) {
  return request("POST", response_path(e.id), "Content-Length: 100\r\n") + R"({"half":)";
}

}  // namespace

TEST_CASE("14 R: a response of 6291556 bytes is accepted, one byte more is refused with 413") {
  stage st(scene(2));
  const runtime r = st.runtime();
  check_accepted(r.respond(r.next(), json_of(limit)));
  check_refused(r.respond(r.next(), json_of(limit + 1)), 413, "RequestEntityTooLarge",
                "Exceeded maximum allowed payload size (6291556 bytes).");
  r.park();
  st.end(2);
  CHECK(st.seen().invocations[0].is_success());
  CHECK(st.seen().invocations[0].response_bytes == limit);
  // REC: AWS leaves out the size that RIE puts in.
  CHECK(parsed(st.error(1)) ==
        nlohmann::json{{"errorMessage",
                        "Response payload size exceeded maximum allowed payload size (6291556 "
                        "bytes)."},
                       {"errorType", "Function.ResponseSizeTooLarge"}});
}

TEST_CASE("15 R: after a 413 the same process goes on with the next event") {
  stage st(scene(2));
  const runtime r = st.runtime();
  CHECK(r.respond(r.next(), json_of(limit + 1)).status == 413);
  r.serve();
  st.end(2);
  CHECK(st.seen().invocations[1].is_success());
  CHECK(st.seen().invocations[1].start == journal::start_kind::warm);
  CHECK(st.seen().environments[0].attempts == 1);
}

TEST_CASE("16 R: the response mode may be absent or streaming, and nothing else") {
  stage st(scene(5));
  const runtime r = st.runtime();
  check_accepted(r.respond(r.next()));
  check_accepted(r.respond(r.next(), "{}", mode("streaming")));
  for (const char* wrong : {"Streaming", "buffered", "x"}) {
    CAPTURE(wrong);
    check_refused(r.respond(r.next(), "{}", mode(wrong)), 400, "InvalidFunctionResponseMode",
                  "Invalid function response mode");
  }
  r.park();
  st.end(5);
  for (const std::size_t i : {0U, 1U}) CHECK(st.seen().invocations[i].is_success());
  // RIE: the invoker gets a function error of this type.
  for (const std::size_t i : {2U, 3U, 4U})
    CHECK(parsed(st.error(i))["errorType"] == "Runtime.InvalidResponseModeHeader");
}

TEST_CASE("17 R: a response that is cut off ends its invocation, and the server goes on") {
  stage st(scene(3));
  const runtime r = st.runtime();
  // RIE: whoever can still hear it is told.
  r.line.send(cut_response(r.next()));
  r.line.end_sending();
  check_refused(r.line.read(), 400, "TruncatedHTTPRequest", "HTTP request detected as truncated");
  const runtime again{r.process, st.connect(r.process)};
  again.line.send(cut_response(again.next()));
  again.line.close();
  const runtime last{r.process, st.connect(r.process)};
  last.serve();
  st.end(3);
  for (const std::size_t i : {0U, 1U}) {
    CHECK(st.seen().invocations[i].how == outcome::truncated);
    CHECK(parsed(st.error(i))["errorType"] == "Runtime.TruncatedResponse");
  }
  CHECK(st.seen().invocations[2].is_success());
  CHECK(st.seen().environments[0].attempts == 1);
}

TEST_CASE("18 C: chunked bodies without trailers are accepted, of a response and of an error") {
  const std::vector<std::string> chunks{R"({"errorType")", ":", R"("Function.No"})"};
  stage st(scene(2));
  const runtime r = st.runtime();
  check_accepted(r.line.call(chunked_post(response_path(r.next().id), chunks)));
  check_accepted(r.line.call(chunked_post(error_path(r.next().id), chunks)));
  r.park();
  st.end(2);
  CHECK(st.seen().invocations[0].is_success());
  CHECK(st.seen().invocations[0].response_bytes == 27);
  CHECK(st.error(1) == R"({"errorType":"Function.No"})");
}

TEST_CASE("19 C: a chunked body whose declared trailers are absent or empty is accepted") {
  stage st(scene(2));
  const runtime r = st.runtime();
  // CLIENT: Go declares them with every response.
  const std::string fields = mode("streaming") + declared_trailers;
  check_accepted(r.line.call(chunked_post(response_path(r.next().id), {"{}"}, fields)));
  check_accepted(r.line.call(chunked_post(response_path(r.next().id), {"{}"}, fields,
                                          "Lambda-Runtime-Function-Error-Type: \r\n"
                                          "Lambda-Runtime-Function-Error-Body: \r\n")));
  r.park();
  st.end(2);
  for (const auto& i : st.seen().invocations) CHECK(i.is_success());
}

}  // namespace lambdaprof
