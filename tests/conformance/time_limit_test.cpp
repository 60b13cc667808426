// SPDX-License-Identifier: Apache-2.0
// Checklist 50 to 52: the limits of time, and an init that is repeated inside an invocation.
#include <doctest/doctest.h>

#include <thread>

#include "conformance/answers.hpp"
#include "conformance/log_lines.hpp"
#include "conformance/stage.hpp"
#include "environment/machine_bench.hpp"
#include "report/lambda_log.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
using journal::outcome;
using journal::start_kind;
namespace order = environment::order;
namespace signal = environment::signal;

}  // namespace

TEST_CASE("50 A: a function that takes too long is told so and its process replaced") {
  scene s(2);
  s.settings.function.timeout = 1s;
  stage st(s);
  const runtime first = st.runtime();
  const int old_pid = first.process.pid();
  first.next();
  CHECK(first.process.ends());
  const runtime second = st.runtime();
  CHECK(second.process.pid() != old_pid);
  second.serve();
  st.end(2);
  // REC, since November 2025; the configured seconds with two decimals.
  check_platform_error(st.error(0), "Sandbox.Timedout", st.id_of(0),
                       "Task timed out after 1.00 seconds");
  CHECK(st.seen().invocations[0].how == outcome::timed_out);
  CHECK(st.seen().invocations[0].handler().value() >= 1s);
  CHECK(st.seen().invocations[1].is_success());
  CHECK(st.seen().invocations[1].start == start_kind::suppressed);
}

// In the pure core, because nobody wants to wait for it; sandbox/world_test does once.
TEST_CASE("51 D: an init of more than 10 s is ended and repeated with the function's timeout") {
  environment::bench b;
  b.f.timeout = 3s;
  b.launched();
  CHECK(b.m.deadline() == instant(10s));
  b.at(10s);
  b.orders.clear();
  b.m.expire(b.now, b.e());
  CHECK(b.ordered<order::kill>());
  b.say(signal::exited{0, 9, false, {}});
  b.give(0);
  REQUIRE(b.ordered<order::launch>());
  b.say(signal::started{b.now, 43});
  CHECK(b.m.deadline() == instant(13s));
  b.at(12s);
  b.ask();
  CHECK(b.count<environment::fact::delivered>() == 1);
  // REC: 9999.79 ms there.
  report::lambda_log log(b.log);
  std::vector<std::string> lines;
  for (const auto& line : log.read()) lines.push_back(line.text);
  CHECK(lines_with(lines, "INIT_REPORT") ==
        std::vector<std::string>{
            "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout"});
}

TEST_CASE("52 D: an init inside an invocation is in its Duration and has no Init Duration") {
  stage st;
  st.process().order("exit 1");
  const runtime r = st.runtime();
  std::this_thread::sleep_for(60ms);
  r.serve();
  st.end(1);
  CHECK(st.seen().invocations[0].start == start_kind::suppressed);
  const auto reports = lines_with(st.log(), "REPORT");
  REQUIRE(reports.size() == 1);
  CHECK(!field(reports[0], "Init Duration").has_value());
  CHECK(number(reports[0], "Duration") >= 60);
}

}  // namespace lambdaprof
