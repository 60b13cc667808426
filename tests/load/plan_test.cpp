// SPDX-License-Identifier: Apache-2.0
#include "load/plan.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace lambdaprof::load;
using namespace std::chrono_literals;

TEST_CASE("a warm-up of the same cycle is said in passing") {
  const plan cycle{fresh{}, burst{1}, sequential{20}};
  CHECK(describe({repeat{1, true, cycle}, repeat{20, false, cycle}}) ==
        "20 × (fresh, 1 + 20 sequential) after 1 to warm up");
  CHECK(describe({fresh{}, repeat{1, true, cycle}, repeat{20, false, cycle}, burst{2}}) ==
        "fresh, 20 × (fresh, 1 + 20 sequential) after 1 to warm up, 2 at once");
  CHECK(describe({repeat{1, true, {burst{3}}}, repeat{20, false, cycle}}) ==
        "1 × (3 at once) discarded, 20 × (fresh, 1 + 20 sequential)");
}

TEST_CASE("a plan is described as people would say it") {
  CHECK(describe({repeat{20, false, {fresh{}, burst{1}, sequential{20}}}}) ==
        "20 × (fresh, 1 + 20 sequential)");
  CHECK(describe(
            {repeat{1, true, {fresh{}, burst{1}}}, repeat{5, false, {idle{15min}, burst{50}}}}) ==
        "1 × (fresh, 1 event) discarded, 5 × (idle 15 m, 50 at once)");
  CHECK(describe({steady{100, 10s}, poisson{0.5, 5min}}) ==
        "100/s for 10 s, Poisson 0.5/s for 5 m");
  CHECK(describe({repeat{2, false, {repeat{3, false, {burst{2}, sequential{4}}}, fresh{}}}}) ==
        "2 × (3 × (2 at once, 4 sequential), fresh)");
  CHECK(describe({burst{1}, burst{1}, sequential{3}, sequential{1}}) ==
        "1 event, 1 + 3 sequential, 1 sequential");
  CHECK(describe({}) == "");
}

TEST_CASE("the expected events of a plan are counted through its repetitions") {
  CHECK(expected_events({}) == 0);
  CHECK(expected_events({fresh{}, idle{15min}}) == 0);
  CHECK(expected_events({burst{50}, sequential{7}}) == 57);
  CHECK(expected_events({steady{100, 10s}}) == doctest::Approx(1000));
  CHECK(expected_events({poisson{0.25, 1min}}) == doctest::Approx(15));
  CHECK(expected_events({burst{1}, repeat{20, false, {fresh{}, burst{1}, sequential{20}}}}) == 421);
  CHECK(expected_events({repeat{3, true, {repeat{4, false, {burst{5}}}, burst{1}}}}) == 63);
}

TEST_CASE("a plan beyond every integer is still counted") {
  plan p{burst{1'000'000}};
  for (int i = 0; i < 8; ++i) p = {repeat{1'000'000, false, p}};
  CHECK(expected_events(p) == doctest::Approx(1e54));
}
