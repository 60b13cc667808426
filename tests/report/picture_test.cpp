// SPDX-License-Identifier: Apache-2.0
#include "report/picture.hpp"

#include <doctest/doctest.h>

#include "report/width.hpp"

using namespace lambdaprof::report;

TEST_CASE(
    "a histogram shows its highest bin full, a single sample at all, and an empty bin as a gap") {
  const auto lines = draw(histograms{{{"x", {100, 50, 1, 0, 100}, "1", "9"}}}, 7);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "x █▄▁ █");
  CHECK(lines[1] == "  1   9");
}

TEST_CASE("histograms stand side by side where they fit and below each other where not") {
  const histogram one{"cold", std::vector<std::size_t>(36, 1), "1.0", "2.0 ms"};
  const histograms both{{one, one}};
  CHECK(draw(both, 98).size() == 2);
  CHECK(draw(both, 60).size() == 4);
  for (const std::size_t width : {30U, 60U, 98U})
    for (const std::string& line : draw(both, width)) CHECK(width_of(line) <= width);
}

TEST_CASE("a few bins fill the picture") {
  const auto lines = draw(histograms{{{"c", {1, 2}, "1", "2"}}}, 98);
  CHECK(width_of(lines[0]) == 2 + 36);
}

TEST_CASE("the bars of a waterfall begin where the one before ended, and none is invisible") {
  const auto lines = draw(
      waterfall{{{"a", 0, 10, "10 ms"}, {"b", 10, 0.001, "0 ms"}, {"c", 10, 10, "10 ms"}}}, 30);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "a  ██████████            10 ms");
  CHECK(lines[1] == "b            ▏            0 ms");
  CHECK(lines[2] == "c            ██████████  10 ms");
}

TEST_CASE("a waterfall without any length is drawn without trouble") {
  CHECK(draw(waterfall{{{"a", 0, 0, "0 ms"}}}, 40).size() == 1);
  CHECK(draw(waterfall{}, 40).empty());
}
