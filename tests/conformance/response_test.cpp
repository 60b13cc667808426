// SPDX-License-Identifier: Apache-2.0
// Checklist 7 to 13: one answer to each event, under its own id.
#include <doctest/doctest.h>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using journal::outcome;

constexpr const char* reported =
    R"({"errorMessage":"no","errorType":"Function.No","stackTrace":[]})";
constexpr const char* other_id = "00000000-0000-4000-8000-000000000000";

/// RIE's names for what a call aims at.
enum class way { response, error };
const char* target(way w) {
  return w == way::response ? "InvocationResponse" : "InvocationErrorResponse";
}

/// Which post is refused after which: a row of the table of §1.8.
void check_second_is_refused(way first, way second) {
  stage st;
  const runtime r = st.runtime();
  const event e = r.next();
  const auto answer = [&](way w) {
    return w == way::response ? r.respond(e, R"("a result")") : r.fail(e, reported);
  };
  check_accepted(answer(first));
  check_wrong_state(answer(second), "RuntimeResponseSentState", target(second));
  r.park();
  st.end(1);
  // What came first stands.
  CHECK(st.seen().invocations[0].how ==
        (first == way::response ? outcome::success : outcome::function_error));
}

void check_wrong_id_changes_nothing(way w) {
  stage st;
  const runtime r = st.runtime();
  const event e = r.next();
  const event wrong{other_id, {}};
  check_wrong_id(w == way::response ? r.respond(wrong) : r.fail(wrong, reported));
  check_accepted(r.respond(e));
  r.park();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

}  // namespace

TEST_CASE("07 R: a response is answered with 202 and status OK, as JSON") {
  stage st;
  const runtime r = st.runtime();
  check_accepted(r.respond(r.next(), R"({"a":1})"));
  r.park();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
  CHECK(st.seen().invocations[0].response_bytes == 7);
}

TEST_CASE("08 R: a second response is refused with 403") {
  check_second_is_refused(way::response, way::response);
}

TEST_CASE("09 R: a second error is refused with 403") {
  check_second_is_refused(way::error, way::error);
}

TEST_CASE("10 R: an error after a response and a response after an error are refused with 403") {
  check_second_is_refused(way::response, way::error);
  check_second_is_refused(way::error, way::response);
}

TEST_CASE("11 R: a response with a wrong id is refused with 400, and the right one still works") {
  check_wrong_id_changes_nothing(way::response);
}

TEST_CASE("12 R: an error with a wrong id is refused with 400, and the right one still works") {
  check_wrong_id_changes_nothing(way::error);
}

TEST_CASE("13 R: a response before any next is refused with 400: the id is checked first") {
  stage st;
  const runtime r = st.runtime();
  const event wrong{other_id, {}};
  check_wrong_id(r.respond(wrong));
  check_wrong_id(r.fail(wrong, reported));
  // Nor is there an invocation yet whose right id could be known.
  check_wrong_id(r.respond({st.id_of(0), {}}));
  r.serve();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

}  // namespace lambdaprof
