// SPDX-License-Identifier: Apache-2.0
// Checklist 37 and 38: an environment that serves several invocations at a time (Lambda Managed
// Instances).
#include <doctest/doctest.h>

#include <chrono>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
using journal::outcome;
namespace fact = journal::fact;

}  // namespace

TEST_CASE("37 D: several events are out at a time, and answered in any order by their ids") {
  scene s;
  s.settings.function.max_concurrency = 3;
  s.plan = {load::sequential{1}, load::burst{3}, load::idle{1h}};
  stage st(std::move(s));
  const runtime first = st.runtime();
  const std::vector<runtime> workers{{first.process, st.connect(first.process)},
                                     {first.process, st.connect(first.process)},
                                     {first.process, st.connect(first.process)}};
  const event alone = first.next();
  for (const runtime& w : workers) w.park();
  check_accepted(first.respond(alone));
  // None is answered before all are there.
  std::vector<event> events;
  for (const runtime& w : workers) {
    reply r = w.line.read();
    REQUIRE(r.status == 200);
    const std::string id = r.header("Lambda-Runtime-Aws-Request-Id").value_or("");
    for (const event& other : events) CHECK(id != other.id);
    events.push_back({id, std::move(r)});
  }
  check_accepted(workers[2].respond(events[1], "\"b\""));
  check_accepted(workers[0].fail(events[2], R"({"errorType":"C"})"));
  check_accepted(first.respond(events[0], "\"a\""));
  // RIE's code for managed instances: a second answer is for an id that is not known.
  check_wrong_id(first.respond(events[0], "\"a\""));
  check_wrong_id(first.respond({"00000000-0000-4000-8000-000000000000", {}}));
  first.park();
  st.end(4);
  const auto& all = st.seen().invocations;
  CHECK(std::count_if(all.begin(), all.end(), [](const auto& i) { return i.is_success(); }) == 3);
  for (std::uint32_t i = 0; i < 4; ++i)
    if (st.id_of(i) == events[2].id) CHECK(st.error(i) == R"({"errorType":"C"})");
}

TEST_CASE("38 R: a late answer is refused with 410 once, and then with 400") {
  scene s(2);
  s.settings.function.max_concurrency = 2;
  s.settings.function.timeout = 300ms;
  stage st(std::move(s));
  const runtime r = st.runtime();
  const event late = r.next();
  const runtime other{r.process, st.connect(r.process)};
  other.park();
  st.await([](const auto& log) { return count<fact::failed>(log) > 0; });
  check_refused(r.respond(late), 410, "InvokeTimeout", "Invoke timeout");
  check_wrong_id(r.respond(late));
  // The process goes on and serves the next event.
  CHECK(other.line.read().status == 200);
  st.end();
  // RIE's code for managed instances: without the request id.
  CHECK(parsed(st.error(0)) ==
        nlohmann::json{{"errorType", "Sandbox.Timedout"},
                       {"errorMessage", "Task timed out after 0.30 seconds"}});
  CHECK(st.seen().invocations[0].how == outcome::timed_out);
}

TEST_CASE("an extension of a managed instance may ask for the end alone") {
  scene s;
  s.settings.function.max_concurrency = 2;
  s.add_extension("alpha");
  stage st(std::move(s));
  extension alpha = st.extension("alpha");
  check_extension_refused(alpha.enroll(R"({"events":["INVOKE"]})"), "Extension.InvalidEventType");
  alpha.enter("[]");
  const runtime r = st.runtime();
  alpha.park();
  r.serve();
  st.end(1);
}

}  // namespace lambdaprof
