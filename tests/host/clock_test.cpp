// SPDX-License-Identifier: Apache-2.0
#include "host/clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace lambdaprof::host {

TEST_CASE("the clock of a run never goes back") {
  const clock time;
  instant last = time.now();
  CHECK(last >= instant{});
  for (int i = 0; i < 1000; ++i) {
    const instant now = time.now();
    CHECK(now >= last);
    last = now;
  }
}

TEST_CASE("an instant keeps its distance to others on the clock of the timers") {
  const clock time;
  const instant now = time.now();
  CHECK(time.steady(now + std::chrono::hours(2)) - time.steady(now) == std::chrono::hours(2));
  CHECK(time.steady(now) <= std::chrono::steady_clock::now());
  CHECK(time.steady(never) == std::chrono::steady_clock::time_point::max());
}

TEST_CASE("the time of day is written as ISO 8601 in UTC with milliseconds") {
  const std::string text = utc_now();
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.dddZ";
  REQUIRE(text.size() == shape.size());
  CHECK(std::equal(text.begin(), text.end(), shape.begin(),
                   [](char c, char s) { return s == 'd' ? c >= '0' && c <= '9' : c == s; }));
  CHECK(text >= "2024");
  // 2024-01-01 and 2100-01-01.
  CHECK(wall_ms() > 1'704'067'200'000);
  CHECK(wall_ms() < 4'102'444'800'000);
}

}  // namespace lambdaprof::host
