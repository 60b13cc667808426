// SPDX-License-Identifier: Apache-2.0
#include "fleet/keep_alive.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace lambdaprof;
using namespace lambdaprof::fleet;
using namespace std::chrono_literals;

TEST_CASE("every keep-alive is read, spelled and read back") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"none", "none"},
      {"fixed:10m", "fixed:10m"},
      {"fixed:0s", "fixed:0s"},
      {"uniform:300s,360s", "uniform:5m,6m"},
      {"uniform:1s,1s", "uniform:1s,1s"},
      {"exponential:1.5s", "exponential:1s500ms"},
      {"aws-2025", "uniform:5m,6m"},
      {"aws-2020", "fixed:10m20s"},
      {"fixed:8760h", "fixed:8760h"},
  };
  for (const auto& [text, spelled] : rows) {
    CAPTURE(text);
    const auto read = parse_keep_alive(text);
    REQUIRE(read);
    CHECK(spell(*read) == spelled);
    const auto again = parse_keep_alive(spelled);
    REQUIRE(again);
    CHECK(spell(*again) == spelled);
  }
}

TEST_CASE("the default is the law measured in 2025") {
  CHECK(spell(keep_alive{}) == spell(*parse_keep_alive("aws-2025")));
}

TEST_CASE("what is no keep-alive is refused with the reason") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "its law is unknown"},
      {"aws", "its law is unknown"},
      {"None", "its law is unknown"},
      {"none:1s", "its law is unknown"},
      {"10m", "its law is unknown"},
      {":10m", "its law is unknown"},
      {"fixed", "one duration is expected"},
      {"fixed:", "it is empty"},
      {"fixed:1s,2s", "one duration is expected"},
      {"fixed:1s,", "it is empty"},
      {"fixed:-1s", "it is negative"},
      {"fixed:10", "the unit is missing"},
      {"exponential:1s,2s", "one duration is expected"},
      {"exponential:8761h", "longer than a year"},
      {"uniform:1s", "two durations are expected"},
      {"uniform:1s,2s,3s", "two durations are expected"},
      {"uniform:2s,1s", "the first duration is above the second"},
      {"uniform:,1s", "it is empty"},
  };
  for (const auto& [text, why] : rows) {
    CAPTURE(text);
    const auto read = parse_keep_alive(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find(why) != std::string::npos);
    CHECK(read.error().hint.find("aws-2025") != std::string::npos);
  }
}

TEST_CASE("a draw follows its law") {
  lambdaprof::random chance(3);
  constexpr int many = 20'000;
  double uniform = 0;
  double exponential = 0;
  for (int i = 0; i < many; ++i) {
    CHECK(draw(keep_none{}, chance) == 0s);
    CHECK(draw(keep_fixed{10min}, chance) == 10min);
    const span u = draw(keep_uniform{}, chance);
    REQUIRE(u >= 300s);
    REQUIRE(u <= 360s);
    uniform += seconds(u) / many;
    const span e = draw(keep_exponential{10min}, chance);
    REQUIRE(e >= 0s);
    exponential += seconds(e) / many;
  }
  CHECK(uniform == doctest::Approx(330).epsilon(0.003));
  CHECK(exponential == doctest::Approx(600).epsilon(0.04));
  CHECK(draw(keep_uniform{7s, 7s}, chance) == 7s);
}

TEST_CASE("the longest exponential law does not overflow") {
  lambdaprof::random chance(4);
  for (int i = 0; i < 20'000; ++i) REQUIRE(draw(keep_exponential{8760h}, chance) >= 0s);
}
