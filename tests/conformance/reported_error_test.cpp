// SPDX-License-Identifier: Apache-2.0
// Checklist 21 to 23 and 29 to 32: what a runtime reports to /error and /init/error.
#include <doctest/doctest.h>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "wire/runtime_api.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using journal::outcome;

constexpr const char* reported =
    R"({"errorMessage":"bad <luck>","errorType":"MyError","stackTrace":["at a","at b"]})";

std::string type_field(std::string_view type) {
  return std::string("Lambda-Runtime-Function-Error-Type: ").append(type).append("\r\n");
}
std::string cause_field(std::string_view cause) {
  return std::string("Lambda-Runtime-Function-XRay-Error-Cause: ").append(cause).append("\r\n");
}

/// The end of the line that tells of a failed init.
std::string type_in_log(const std::vector<std::string>& log) {
  for (const std::string& line : log)
    if (const auto at = line.find("Error Type: "); line.starts_with("INIT_REPORT"))
      return at == std::string::npos ? "none" : line.substr(at + 12);
  return "no INIT_REPORT";
}

}  // namespace

TEST_CASE("21 R: an init error before next is accepted, and its body is what the invoker gets") {
  stage st;
  // REC: verbatim. The init is repeated inside the invocation, so it comes twice.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const runtime r = st.runtime();
    check_accepted(r.init_error(reported, type_field("Runtime.Bad")));
    r.process.order("exit 1");
  }
  st.end(1);
  CHECK(st.error(0) == reported);
  CHECK(st.seen().environments[0].init == outcome::init_error);
  CHECK(st.seen().environments[0].init_error == reported);
}

TEST_CASE("22 R: an init error after next is refused with 403") {
  stage st;
  const runtime r = st.runtime();
  const event e = r.next();
  check_wrong_state(r.init_error(reported), "Running", "InitError");
  check_accepted(r.respond(e));
  check_wrong_state(r.init_error(reported), "RuntimeResponseSentState", "InitError");
  r.park();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

TEST_CASE("23 R: a second init error is refused with 403") {
  stage st;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const runtime r = st.runtime();
    check_accepted(r.init_error(reported));
    check_wrong_state(r.init_error(R"({"errorType":"Second"})"), "InitError", "InitError");
    r.process.order("exit 1");
  }
  st.end(1);
  CHECK(st.error(0) == reported);
}

TEST_CASE("29 R: an error type is recorded if it is one of Runtime or Function, else as unknown") {
  struct row {
    std::string sent;
    std::string recorded;
  };
  // RIE: (Runtime|Function)\.[A-Z][a-zA-Z]+ anywhere, else by what it starts with.
  for (const row& x : {row{"MyError", "Runtime.Unknown"}, row{"Function.Foo", "Function.Foo"},
                       row{"Function.foo", "Function.Unknown"}, row{"", "Runtime.Unknown"},
                       row{"Runtime.Foo", "Runtime.Foo"}, row{"Runtime.foo", "Runtime.Unknown"},
                       row{"Unhandled", "Runtime.Unknown"}}) {
    CAPTURE(x.sent);
    CHECK(wire::error_type(x.sent) == x.recorded);
    stage st;
    for (int attempt = 0; attempt < 2; ++attempt) {
      const runtime r = st.runtime();
      // RIE: it is the header that counts, and not the body.
      check_accepted(r.init_error(R"({"errorType":"Function.Body"})", type_field(x.sent)));
      r.process.order("exit 1");
    }
    st.end(1);
    CHECK(type_in_log(st.log()) == x.recorded);
  }
}

TEST_CASE("30 R: the error type of the header does not change what the invoker gets") {
  stage st(scene(3));
  const runtime r = st.runtime();
  check_accepted(r.fail(r.next(), reported));
  check_accepted(r.fail(r.next(), reported, type_field("Function.Other")));
  check_accepted(r.fail(r.next(), "no JSON at all", type_field("Function.Other")));
  r.park();
  st.end(3);
  CHECK(st.error(0) == reported);
  CHECK(st.error(1) == reported);
  CHECK(st.error(2) == "no JSON at all");
  for (const auto& i : st.seen().invocations) CHECK(i.how == outcome::function_error);
}

TEST_CASE("31 R: an X-Ray cause that is invalid or too large does no harm") {
  // RIE crops what is above 64 KiB and drops what is invalid; neither is an error of the client's.
  const std::string large = R"({"message":")" + std::string(70 * 1024, 'm') + R"("})";
  stage st(scene(4));
  const runtime r = st.runtime();
  check_accepted(r.fail(r.next(), reported, cause_field(R"({"message":"because"})")));
  check_accepted(r.fail(r.next(), reported, cause_field("not JSON")));
  check_accepted(r.fail(r.next(), reported, cause_field("{}")));
  check_accepted(r.fail(r.next(), reported, cause_field(large)));
  r.park();
  st.end(4);
  for (const auto& i : st.seen().invocations) CHECK(i.error == reported);
}

TEST_CASE("32 R: an error with its cause in the body reaches the invoker without the cause") {
  const std::string type = "Content-Type: application/vnd.aws.lambda.error.cause+json\r\n";
  stage st(scene(2));
  const runtime r = st.runtime();
  check_accepted(r.fail(r.next(),
                        R"({"errorMessage":"no","errorType":"E","stackTrace":["a"],)"
                        R"("errorCause":{"message":"because"}})",
                        type));
  // RIE: this text, as JSON, for what cannot be parsed.
  check_accepted(r.fail(r.next(), "not JSON", type));
  r.park();
  st.end(2);
  CHECK(parsed(st.error(0)) ==
        nlohmann::json{{"errorMessage", "no"}, {"errorType", "E"}, {"stackTrace", {"a"}}});
  CHECK(st.error(1) == R"("Invalid error body")");
}

}  // namespace lambdaprof
