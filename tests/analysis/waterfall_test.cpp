// SPDX-License-Identifier: Apache-2.0
#include "analysis/waterfall.hpp"

#include <doctest/doctest.h>

#include "support/journal_builder.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;
using namespace lambdaprof::support;
using journal::outcome;
using journal::start_kind;

namespace {

std::vector<bar> bars_of(const journal_builder& b, std::size_t environment = 0) {
  const timeline t = read_timeline(b.build());
  return waterfall(t, t.environments.at(environment));
}

struct part {
  std::string name;
  double length_ms;
};

/// The bars are these, each beginning to the nanosecond where the one before ends.
void check(const std::vector<bar>& bars, const std::vector<part>& parts) {
  REQUIRE(bars.size() == parts.size());
  span reached{};
  for (std::size_t i = 0; i < bars.size(); ++i) {
    CAPTURE(i);
    CHECK(bars[i].name == parts[i].name);
    CHECK(ms(bars[i].length_ms) == ms(parts[i].length_ms));
    CHECK(ms(bars[i].start_ms) == reached);
    reached += ms(bars[i].length_ms);
  }
}

}  // namespace

TEST_CASE("a cold start is a chain of parts from the due instant on") {
  journal_builder b;
  b.at(10.123457).arrived(0, {.due_ms = 10}).launch_ordered(0, 0);
  b.at(12.7).process_started(0, 11);
  b.at(30.000001).init_finished(0);
  b.at(31).delivered(0, 0, start_kind::cold);
  b.at(36.5).responded(0, 0);
  b.at(40).runtime_ready(0, 0).settled(0, 0);
  check(bars_of(b), {{"queued", 1},
                     {"spawn and exec", 1.7},
                     {"init", 17.300001},
                     {"wait", 0.999999},
                     {"handler", 5.5},
                     {"after response", 3.5}});
}

TEST_CASE("no wait is no bar, but every other part is shown even if it took no time") {
  check(
      bars_of(journal_builder().cold(0, 0, {.queued = 0, .after = 0})),
      {{"queued", 0}, {"spawn and exec", 2}, {"init", 10}, {"handler", 5}, {"after response", 0}});
}

TEST_CASE("the handler of a failure ends with the failure") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(9).init_finished(0).delivered(0, 0, start_kind::cold);
  b.at(12).failed(0, 0, outcome::killed, "{}");
  check(bars_of(b), {{"queued", 1}, {"spawn and exec", 1}, {"init", 7}, {"handler", 3}});
}

TEST_CASE("a journal that was cut short shows what is known") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(9).init_finished(0).delivered(0, 0, start_kind::cold);
  check(bars_of(b), {{"queued", 1}, {"spawn and exec", 1}, {"init", 7}});
  // The run was stopped: it is over, but there was never an answer.
  b.at(20).settled(0, 0, outcome::interrupted);
  check(bars_of(b), {{"queued", 1}, {"spawn and exec", 1}, {"init", 7}});
}

TEST_CASE("nothing is drawn beyond a gap, which only a damaged journal has") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(9).delivered(0, 0, start_kind::cold);
  b.at(12).responded(0, 0).settled(0, 0);
  check(bars_of(b), {{"queued", 1}, {"spawn and exec", 1}});
}

TEST_CASE("without a cold invocation there is no picture") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(9).init_finished(0);
  CHECK(bars_of(b).empty());
}

TEST_CASE("a process started for another event is where the picture begins") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  SUBCASE("the event was due during the init") {
    b.at(5).arrived(1);
    b.at(9).init_finished(0).delivered(0, 1, start_kind::cold);
    b.at(12).responded(0, 1);
    check(bars_of(b), {{"spawn and exec", 1}, {"init", 7}, {"handler", 3}});
  }
  SUBCASE("the event was due after the init") {
    b.at(9).init_finished(0);
    b.at(59).arrived(1);
    b.at(60).delivered(0, 1, start_kind::cold);
    b.at(62).responded(0, 1);
    check(bars_of(b),
          {{"spawn and exec", 1}, {"init", 7}, {"idle", 50}, {"wait", 1}, {"handler", 2}});
  }
}
