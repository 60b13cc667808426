// SPDX-License-Identifier: Apache-2.0
#include "load/traffic.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof;
using namespace lambdaprof::load;
using namespace std::chrono_literals;

TEST_CASE("traffic is a warm-up that is discarded, and the same again") {
  const auto p = traffic_plan("poisson:0.5", 4h, 24h);
  REQUIRE(p);
  CHECK(expected_events(*p) == doctest::Approx(0.5 * 28 * 3600));
  CHECK(describe(*p) == "1 × (Poisson 0.5/s for 4 h) discarded, 1 × (Poisson 0.5/s for 24 h)");
  const auto b = traffic_plan("burst:20,15m", 1h, 24h);
  REQUIRE(b);
  CHECK(describe(*b) == "96 × (20 at once, idle 15 m) after 5 to warm up");
  CHECK(expected_events(*traffic_plan("steady:2", 1s, 10s)) == 22);
}

TEST_CASE("what is no traffic is named") {
  for (const char* text :
       {"0.5", "poisson", "poisson:", "poisson:0", "poisson:-1", "poisson:1e9", "poisson:nan",
        "steady:x", "burst:20", "burst:0,1m", "burst:2,0s", "burst:2,1", "uniform:3"}) {
    const auto p = traffic_plan(text, 1h, 1h);
    CAPTURE(text);
    REQUIRE_FALSE(p);
    CHECK(p.error().message.find("is no traffic") != std::string::npos);
  }
}
