// SPDX-License-Identifier: Apache-2.0
#include "load/events.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "base/result.hpp"

using namespace lambdaprof;
using load::event;
using load::event_set;

TEST_CASE("events without a weight are sent in turn, again and again") {
  event_set events({event{"1", 0}, event{"2", 0}, event{"3", 0}}, lambdaprof::random(1));
  std::vector<std::string> sent;
  for (int i = 0; i < 7; ++i) sent.push_back(events.payload(events.next()));
  CHECK(sent == std::vector<std::string>{"1", "2", "3", "1", "2", "3", "1"});
}

TEST_CASE("a single event is always sent") {
  event_set events({event{}}, lambdaprof::random(1));
  for (int i = 0; i < 3; ++i) CHECK(events.payload(events.next()) == "{}");
}

TEST_CASE("events with weights are drawn in their proportion") {
  event_set events({event{"rare", 1}, event{"never", 0}, event{"often", 3}}, lambdaprof::random(2));
  std::array<int, 3> sent{};
  constexpr int many = 40'000;
  for (int i = 0; i < many; ++i) ++sent[events.next()];
  CHECK(sent[0] / double{many} == doctest::Approx(0.25).epsilon(0.05));
  CHECK(sent[1] == 0);
  CHECK(sent[2] / double{many} == doctest::Approx(0.75).epsilon(0.02));
}

TEST_CASE("the same seed draws the same events") {
  const std::vector<event> both{event{"a", 1}, event{"b", 1}};
  event_set one(both, lambdaprof::random(9));
  event_set two(both, lambdaprof::random(9));
  event_set other(both, lambdaprof::random(10));
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto drawn = one.next();
    CHECK(drawn == two.next());
    differs = other.next() != drawn || differs;
  }
  CHECK(differs);
}

TEST_CASE("a set without events is a bug") {
  CHECK_THROWS_AS(event_set({}, lambdaprof::random(1)), broken_law);
}
