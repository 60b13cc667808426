// SPDX-License-Identifier: Apache-2.0
// Checklist 24 to 26: what is no call of the API, and headers that mean nothing to it.
#include <doctest/doctest.h>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;

const std::string base = "/2018-06-01";

}  // namespace

TEST_CASE("24 R: an unknown path is answered with 404, a known one with a wrong verb with 405") {
  stage st;
  const runtime r = st.runtime();
  const event e = r.next();
  for (const std::string& path :
       {std::string("/"), base, base + "/runtime", base + "/runtime/invocation",
        base + "/runtime/invocation/next/", base + "/runtime/invocation/" + e.id,
        base + "/runtime/invocation/" + e.id + "/result", base + "/runtime/init/next",
        std::string("/2018-06-02/runtime/invocation/next"), next_path().substr(11)}) {
    CAPTURE(path);
    const reply answer = r.line.call(request("GET", path));
    CHECK(answer.status == 404);
    // RIE: the text of Go's router.
    CHECK(answer.body == "404 page not found\n");
  }
  CHECK(r.line.call(post(base + "/runtime/exit/error", "{}")).status == 404);
  struct row {
    const char* verb;
    std::string path;
  };
  for (const row& x :
       {row{"POST", next_path()}, row{"PUT", next_path()}, row{"GET", response_path(e.id)},
        row{"PUT", response_path(e.id)}, row{"GET", error_path(e.id)},
        row{"GET", init_error_path()}, row{"DELETE", init_error_path()}}) {
    CAPTURE(x.verb);
    CAPTURE(x.path);
    const reply answer = r.line.call(request(x.verb, x.path));
    CHECK(answer.status == 405);
    CHECK(answer.body.empty());
  }
  // None of it has touched the invocation, or the connection.
  check_accepted(r.respond(e));
  r.park();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

TEST_CASE("25 R: whatever the client accepts, answers are JSON") {
  const std::string accept = "Accept: application/xml\r\n";
  stage st;
  const runtime r = st.runtime();
  check_wrong_id(r.respond({"some-id", {}}, "{}", accept));
  const reply next = r.line.call(ask_next(accept));
  CHECK(next.header("Content-Type") == "application/json");
  const event e{next.header("Lambda-Runtime-Aws-Request-Id").value_or(""), next};
  check_wrong_state(r.init_error("{}", accept), "Running", "InitError");
  check_accepted(r.respond(e, "{}", accept));
  st.end();
}

TEST_CASE("26 R: an Authorization header changes nothing") {
  stage st(scene(2));
  const runtime r = st.runtime();
  for (const std::string& fields :
       {std::string("Authorization: \r\n"), std::string("Authorization: Basic dXNlcjpwYXNz\r\n")}) {
    const reply next = r.line.call(ask_next(fields));
    CHECK(next.status == 200);
    const event e{next.header("Lambda-Runtime-Aws-Request-Id").value_or(""), next};
    check_wrong_id(r.respond({"some-id", {}}, "{}", fields));
    check_accepted(r.respond(e, "{}", fields));
  }
  r.park();
  st.end(2);
  for (const auto& i : st.seen().invocations) CHECK(i.is_success());
}

}  // namespace lambdaprof
