// SPDX-License-Identifier: Apache-2.0
#include "sim/law_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

using namespace lambdaprof;
using namespace lambdaprof::sim;
using namespace std::chrono_literals;

TEST_CASE("laws are read, spelled and read back") {
  for (const char* text : {"fixed:100ms", "exponential:10ms", "lognormal:100ms,0.3"}) {
    const auto l = parse_law(text);
    REQUIRE(l);
    CHECK(spell(*l) == text);
  }
  CHECK(spell(*parse_law("20ms")) == "fixed:20ms");
  for (const char* text : {"", "fast", "normal:1s", "fixed:", "fixed:1s,2s", "exponential:1",
                           "lognormal:1s", "lognormal:1s,9", "lognormal:1s,x", "fixed:2h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_law(text));
  }
}

TEST_CASE("what was measured is drawn with replacement, each as often") {
  const law l =
      resampled{std::make_shared<const std::vector<span>>(std::vector<span>{1ms, 2ms, 9ms})};
  CHECK(spell(l) == "3 samples, 1.00 ms to 9.00 ms");
  lambdaprof::random chance(3);
  int ones = 0;
  for (int i = 0; i < 3000; ++i) {
    const span s = draw(l, chance);
    CHECK((s == 1ms || s == 2ms || s == 9ms));
    ones += s == 1ms ? 1 : 0;
  }
  CHECK(ones > 900);
  CHECK(ones < 1100);
}
