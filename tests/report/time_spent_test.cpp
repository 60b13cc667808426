// SPDX-License-Identifier: Apache-2.0
#include "report/time_spent.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace lambdaprof {
namespace {

using analysis::account;
using analysis::summary;

account with_one_thread() {
  account a;
  a.n = 4;
  a.wall_ms = 100;
  a.user_ms = 20;
  a.system_ms = 10;
  a.throttled_ms = 40;
  a.rest = {5, 25, 0};
  a.minor_faults = 12;
  return a;
}

std::vector<std::string> row_of(const report::table& t, std::size_t row) {
  return t.rows.at(row);
}

TEST_CASE("the parts of a phase stand beside its wall time, and only phases that were sampled") {
  summary s;
  CHECK(report::time_spent(s).rows.empty());
  s.cold = with_one_thread();
  const report::table t = report::time_spent(s);
  REQUIRE(t.rows.size() == 1);
  CHECK(row_of(t, 0) == std::vector<std::string>{"first", "100.0", "20.0", "10.0", "40.0", "5.0",
                                                 "25.0", "0", "12.0", "4"});
  CHECK(t.footnote.empty());
}

TEST_CASE("where threads overlap no parts are claimed, and stalls and storage are said below") {
  summary s;
  s.init = with_one_thread();
  s.init.rest.reset();
  s.init.cpu_some_ms = 3;
  s.init.cpu_full_ms = 1;
  s.init.io_some_ms = s.init.io_full_ms = 0;
  s.init.read_bytes = 8192;
  s.init.major_faults = 2;
  const report::table t = report::time_spent(s);
  CHECK(row_of(t, 0)[5] == "–");
  CHECK(row_of(t, 0)[6] == "–");
  CHECK(t.footnote ==
        "init: loader, runtime and your code look alike from outside · "
        "–: several threads were busy, so parts overlap · "
        "a thread at least waited: init 3.00 ms for a CPU (all: 1.00) · "
        "from storage: init 8.00 KB in 2.00 major faults");
}

TEST_CASE("frozen debt says who ran on and what it cost, and warns only where it cost something") {
  summary s;
  CHECK(report::at_standstill(s).lines.empty());
  s.after_init.looked_at = 5;
  CHECK(report::at_standstill(s).lines.at(0).text == "no thread ran on after inits");
  CHECK(report::notable_debt(s).empty());
  s.after_init.with_work = 3;
  s.after_init.most_threads = 2;
  s.after_init.carried_ms = analysis::summarize({1, 2, 3});
  CHECK(report::at_standstill(s).lines.at(0).text ==
        "up to 2 threads ran on after 3 of 5 inits for 2.00 ms of the next event's CPU");
  CHECK(report::notable_debt(s).starts_with("init was over before its work was"));
  s.after_init.carried_ms = analysis::figure{};
  CHECK(report::notable_debt(s).starts_with("init was over before its work was"));
  CHECK(report::at_standstill(s).lines.at(0).text.ends_with(
      "too short to tell what they paid for that)"));
  s.after_init.looked_at = 50;
  s.after_init.carried_ms = analysis::summarize({0.01});
  CHECK(report::notable_debt(s).empty());
  s.after_response.after_ms = analysis::summarize({7.5});
  CHECK(report::notable_debt(s).starts_with("work went on after the response"));
}

}  // namespace
}  // namespace lambdaprof
