// SPDX-License-Identifier: Apache-2.0
#include "report/csv.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "report/sample.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;

namespace {

std::vector<std::string> rows_of(const subject& s) {
  std::vector<std::string> rows;
  std::istringstream all(render_csv(std::vector{s}));
  for (std::string row; std::getline(all, row);) rows.push_back(row);
  return rows;
}

}  // namespace

TEST_CASE("only the invocation that began an environment has init_ms and cold_ms") {
  support::journal_builder b;
  b.at(100).cold(0, 0, {.init_cpu = 8, .handler_cpu = 3}).later(1).warm(0, 1, {.cpu_total = 12.5});
  const auto rows = rows_of(support::subject_of(b.build()));
  REQUIRE(rows.size() == 3);
  CHECK(rows[1] ==
        ",0,0,0,cold,success,100.000000,18.000000,5.000000,12.000000,17.000000,3.000000,2,false");
  CHECK(rows[2] == ",0,1,0,warm,success,120.000000,5.000000,5.000000,,,1.500000,2,false");
}

TEST_CASE("what did not happen is empty") {
  support::journal_builder b;
  b.at(1).arrived(0).throttled(0).arrived(1, {.discarded = true});
  const auto rows = rows_of(support::subject_of(b.build()));
  REQUIRE(rows.size() == 3);
  CHECK(rows[1] == ",,0,0,,throttled,1.000000,,,,,,0,false");
  CHECK(rows[2] == ",,1,0,,interrupted,1.000000,,,,,,0,true");
}

TEST_CASE("what a function tells has columns, where it tells anything") {
  support::journal_builder b;
  b.conditions().marks = {{"ready", "initialized"}};
  const auto emits = [&](const char* hit) {
    b.log_line(0, std::string(R"({"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"n",)") +
                      R"("Dimensions":[[]],"Metrics":[{"Name":"Hit"}]}]},"Hit":)" + hit + "}");
  };
  b.at(1).arrived(0).launch_ordered(0, 0).process_started(0, 1).later(4);
  b.log_line(0, "initialized in 4 ms").later(1).init_finished(0, 3);
  b.delivered(0, 0, journal::start_kind::cold);
  emits("0");
  b.responded(0, 0).runtime_ready(0, 0, 4).settled(0, 0);
  b.later(1).arrived(1).delivered(0, 1, journal::start_kind::warm);
  emits("[1,3]");
  b.responded_with(0, 1, 503);
  b.runtime_ready(0, 1, 5).settled(0, 1);
  const auto rows = rows_of(support::subject_of(b.build()));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].ends_with(",discarded,http_status,mark.ready_ms,emf.Hit"));
  CHECK(rows[1].ends_with(",false,,4.000000,0"));
  CHECK(rows[2].ends_with(",false,503,,1 3"));
}

TEST_CASE("a name with commas, quotes and line breaks is quoted as RFC 4180 says") {
  support::journal_builder b;
  b.conditions().function.name = "a,\"b\"\nc";
  b.at(1).arrived(0).throttled(0);
  const std::string all = render_csv(std::vector{support::subject_of(b.build())});
  CHECK(all.substr(all.find('\n') + 1).starts_with("\"a,\"\"b\"\"\nc\",,0,"));
}
