// SPDX-License-Identifier: Apache-2.0
// Checklist 1 to 6, 35 and 36: how an event is handed out. The letter after the number says where
// the assertion comes from: R the emulator's tests, D the documentation, A recordings of AWS, C
// what a client needs.
#include <doctest/doctest.h>

#include <chrono>
#include <regex>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
namespace fact = journal::fact;

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::size_t finished_inits(const journal::journal& log) {
  std::size_t n = 0;
  for (const auto& e : log.entries())
    n += std::holds_alternative<fact::init_finished>(e.what) ? 1U : 0U;
  return n;
}

}  // namespace

TEST_CASE("01 D: the first next blocks while no event is there, without a 204") {
  // Of two environments that start for two events, the first takes both: binding is late.
  scene s;
  s.plan = {load::burst{2}, load::idle{1h}};
  stage st(s);
  const runtime busy = st.runtime();
  const runtime idle = st.runtime();
  busy.serve();
  REQUIRE(busy.line.read().status == 200);
  // DOC: no time limit of the server's. AWS may take minutes; here it is a part of a second.
  idle.park();
  st.await([](const auto& log) { return finished_inits(log) == 2; });
  CHECK(idle.line.is_silent_for(300ms));
  st.end();
}

TEST_CASE("02 R: next hands out the event byte for byte") {
  scene s;
  s.event =
      std::string(" { \"text\" :\t\"\\u00e9 \xc3\xa9 </script> & \\\\\" ,\r\n\"n\":1.0e+02}\n\n");
  stage st(s);
  const runtime r = st.runtime();
  const event e = r.next();
  CHECK(e.whole.status == 200);
  CHECK(e.whole.body == s.event);
  check_accepted(r.respond(e));
  r.park();
  st.end(1);
}

TEST_CASE("03 R: next carries request id, deadline, ARN and trace id") {
  scene s;
  s.settings.function.name = "greeter";
  s.settings.function.timeout = 2s;
  stage st(s);
  const runtime r = st.runtime();
  const std::int64_t before = unix_ms();
  const event e = r.next();
  // RIE: a UUID of version 4.
  const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  CHECK(std::regex_match(e.id, uuid));
  // RIE: Unix milliseconds, what is left of the function's timeout.
  const auto deadline = std::stoll(e.whole.header("Lambda-Runtime-Deadline-Ms").value_or("0"));
  CHECK(deadline > before);
  CHECK(deadline <= unix_ms() + 2000);
  // REC: without a qualifier, since the invoker named none. Account and region are RIE's.
  CHECK(e.whole.header("Lambda-Runtime-Invoked-Function-Arn") ==
        "arn:aws:lambda:us-east-1:012345678912:function:greeter");
  // DOC: the X-Ray header.
  const std::regex trace("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01].*");
  CHECK(std::regex_match(e.whole.header("Lambda-Runtime-Trace-Id").value_or(""), trace));
  st.end();
}

TEST_CASE("04 C: next always names the content type application/json") {
  stage st;
  const runtime r = st.runtime();
  CHECK(r.next().whole.header("Content-Type") == "application/json");
  st.end();
}

TEST_CASE("05 R: next leaves out the headers that would be empty") {
  stage st;
  const runtime r = st.runtime();
  const event e = r.next();
  // CLIENT: the Rust client parses them as JSON wherever they are present.
  for (const char* name : {"Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity",
                           "Lambda-Runtime-Aws-Tenant-Id"}) {
    CAPTURE(name);
    CHECK(!e.whole.header(name).has_value());
  }
  for (const auto& header : e.whole.headers) CHECK_MESSAGE(!header.second.empty(), header.first);
  st.end();
}

TEST_CASE("06 R: next twice without an answer hands out the same event again, at once") {
  stage st;
  const runtime r = st.runtime();
  const event first = r.next();
  const event second = r.next();
  CHECK(second.id == first.id);
  CHECK(second.whole.body == first.whole.body);
  // And is still answered once.
  check_accepted(r.respond(second));
  check_wrong_state(r.respond(first), "RuntimeResponseSentState", "InvocationResponse");
  r.park();
  st.end(1);
}

TEST_CASE("35 C: requests follow each other on one connection, and next may come on another") {
  stage st(scene(2));
  const runtime r = st.runtime();
  const event first = r.next();
  check_accepted(r.respond(first));  // on the connection of the next
  raw_client& other = st.connect(r.process);
  const runtime on_other{r.process, other};
  const event second = on_other.next();
  CHECK(second.id != first.id);
  // The first connection has been idle meanwhile and is still good.
  check_accepted(r.respond(second));
  on_other.park();
  st.end(2);
  CHECK(st.seen().invocations[1].is_success());
}

TEST_CASE("36 R: once the second event is handed out, the id of the first is refused with 400") {
  stage st(scene(2));
  const runtime r = st.runtime();
  const event first = r.next();
  check_accepted(r.respond(first));
  const event second = r.next();
  check_wrong_id(r.respond(first));
  check_wrong_id(r.fail(first, "{}"));
  check_accepted(r.respond(second));
  r.park();
  st.end(2);
  CHECK(st.seen().invocations[1].is_success());
}

}  // namespace lambdaprof
