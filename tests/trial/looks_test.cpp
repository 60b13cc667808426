// SPDX-License-Identifier: Apache-2.0
#include "trial/looks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace lambdaprof {
namespace {

using trial::is_a_look;
using trial::look;
using trial::looks;

TEST_CASE("160 blocks are looked at four times, for an eighth, an eighth, a quarter and a half") {
  const std::vector<look> all = looks(160);
  const look expected[] = {{20, 0.125}, {40, 0.125}, {80, 0.25}, {160, 0.5}};
  REQUIRE(all.size() == std::size(expected));
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].blocks == expected[i].blocks);
    CHECK(all[i].part == expected[i].part);
  }
}

TEST_CASE("the last look is at the last block, and all parts together are the whole") {
  for (std::size_t most = 1; most < 3000; ++most) {
    CAPTURE(most);
    const std::vector<look> all = looks(most);
    REQUIRE(all.back().blocks == most);
    double parts = 0;
    std::size_t before = 0;
    for (const look& l : all) {
      REQUIRE(l.blocks > before);
      REQUIRE(l.part > 0);
      before = l.blocks;
      parts += l.part;
    }
    REQUIRE(parts == 1);
    if (all.size() > 1) {
      REQUIRE(all.front().blocks == trial::first_look);
      REQUIRE(all.back().part == 0.5);
      REQUIRE(all[0].part == all[1].part);
    }
  }
}

TEST_CASE("a trial that ends before the first look has one, at its end") {
  for (const std::size_t most : {std::size_t{1}, std::size_t{7}, trial::first_look}) {
    CHECK(looks(most).size() == 1);
    CHECK(looks(most).front().part == 1);
  }
  CHECK(looks(21).size() == 2);
}

TEST_CASE("there is an end to the looks of any number of blocks") {
  CHECK(looks(std::numeric_limits<std::size_t>::max()).size() < 64);
}

TEST_CASE("what can be asked at any time is asked at every look, and before none") {
  for (const std::size_t most : {1U, 19U, 20U, 21U, 50U, 160U, 1000U, 10'000U}) {
    CAPTURE(most);
    for (const look& l : looks(most)) CHECK(is_a_look(l.blocks, most));
    for (std::size_t n = 1; n < trial::first_look && n < most; ++n) CHECK_FALSE(is_a_look(n, most));
    CHECK(is_a_look(most + 1, most));
  }
}

TEST_CASE("a long trial is asked after each of its first blocks, and then not much more often") {
  for (std::size_t n = 20; n <= 40; ++n) CHECK(is_a_look(n, 100'000));
  CHECK_FALSE(is_a_look(41, 100'000));
  std::size_t times = 0;
  std::size_t last = 20;
  for (std::size_t n = 20; n <= 100'000; ++n) {
    if (!is_a_look(n, 100'000)) continue;
    ++times;
    CHECK(static_cast<double>(n) <= 1.06 * static_cast<double>(last) + 1);
    last = n;
  }
  CHECK(times < 250);
}

}  // namespace
}  // namespace lambdaprof
