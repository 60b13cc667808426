// SPDX-License-Identifier: Apache-2.0
#include "analysis/quantile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;

TEST_CASE("a quantile is linear between the order statistics") {
  const std::vector<double> four{1, 2, 4, 8};
  CHECK(quantile(four, 0) == 1);
  CHECK(quantile(four, 1) == 8);
  CHECK(quantile(four, 0.5) == 3);
  CHECK(quantile(four, 0.25) == doctest::Approx(1.75));
  CHECK(quantile(four, 0.9) == doctest::Approx(6.8));
  const std::vector<double> one{7};
  CHECK(quantile(one, 0.999) == 7);
}

TEST_CASE("a quantile asked of nothing, or outside 0 and 1, is a bug of ours") {
  const std::vector<double> none;
  const std::vector<double> one{7};
  CHECK_THROWS_AS(quantile(none, 0.5), broken_law);
  CHECK_THROWS_AS(quantile(one, 1.01), broken_law);
  CHECK_THROWS_AS(quantile_ranks(10, 1), broken_law);
  CHECK_THROWS_AS(samples_needed(0.5, 1), broken_law);
}

TEST_CASE("the 95 % interval of a median has the published ranks") {
  const struct {
    std::size_t n, low, high;
  } published[] = {{6, 1, 6},    {10, 2, 9},   {20, 6, 15},  {30, 10, 21},
                   {40, 14, 27}, {60, 22, 39}, {100, 40, 61}};
  for (const auto& p : published) {
    CAPTURE(p.n);
    const std::optional<ranks> r = quantile_ranks(p.n, 0.5);
    REQUIRE(r);
    CHECK(r->low == p.low);
    CHECK(r->high == p.high);
  }
  for (const std::size_t too_few : {0, 1, 5}) CHECK_FALSE(quantile_ranks(too_few, 0.5));
}

TEST_CASE("a quantile needs as many samples as the binomial law says") {
  CHECK(samples_needed(0.5) == 6);
  CHECK(samples_needed(0.9) == 36);
  CHECK(samples_needed(0.95) == 72);
  CHECK(samples_needed(0.99) == 368);
  CHECK(samples_needed(0.999) == 3688);
  CHECK(samples_needed(0.01) == samples_needed(0.99));
  CHECK(samples_needed(0.5, 0.99) == 8);
}

TEST_CASE("ranks exist exactly from the needed number of samples on") {
  for (const double q : {0.01, 0.1, 0.5, 0.9, 0.95, 0.99})
    for (const double confidence : {0.5, 0.9, 0.95, 0.999}) {
      CAPTURE(q);
      CAPTURE(confidence);
      const std::size_t n = samples_needed(q, confidence);
      CHECK(quantile_ranks(n, q, confidence));
      CHECK(quantile_ranks(n + 1, q, confidence));
      CHECK_FALSE(quantile_ranks(n - 1, q, confidence));
    }
}

TEST_CASE("the ranks of q and of 1 - q mirror each other") {
  for (const std::size_t n : {50, 100, 1000}) {
    const std::optional<ranks> upper = quantile_ranks(n, 0.9);
    const std::optional<ranks> lower = quantile_ranks(n, 0.1);
    REQUIRE(upper);
    REQUIRE(lower);
    CHECK(lower->low == n + 1 - upper->high);
    CHECK(lower->high == n + 1 - upper->low);
  }
}

TEST_CASE("an interval is made of the order statistics of its ranks") {
  std::vector<double> sample;
  for (int i = 1; i <= 20; ++i) sample.push_back(i * 1.5);
  const std::optional<interval> bounds = quantile_interval(sample, 0.5);
  REQUIRE(bounds);
  CHECK(bounds->low == 6 * 1.5);
  CHECK(bounds->high == 15 * 1.5);
  sample.resize(5);
  CHECK_FALSE(quantile_interval(sample, 0.5));
}

TEST_CASE("intervals cover the true quantile as often as they claim") {
  lambdaprof::random chance(7);
  constexpr int trials = 4000;
  for (const double q : {0.5, 0.9}) {
    int covered = 0;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<double> sample(60);
      for (double& x : sample) x = chance.unit();
      std::sort(sample.begin(), sample.end());
      const std::optional<interval> bounds = quantile_interval(sample, q);
      REQUIRE(bounds);
      covered += bounds->low <= q && q <= bounds->high;
    }
    // At least 95 %; four standard errors of 4000 trials are 1.4 %.
    CHECK(covered > trials * 0.936);
    CHECK(covered < trials);
  }
}
