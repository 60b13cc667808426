// SPDX-License-Identifier: Apache-2.0
#include "analysis/bootstrap.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/samples.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

std::vector<double> around(double level, std::uint64_t seed, std::size_t n, int grid = 0) {
  std::vector<double> values = differences(seed, n, 0, grid);
  for (double& v : values) v += level;
  return values;
}

}  // namespace

TEST_CASE("the interval of a quantile's shift is what the same draws give elsewhere") {
  // reference/bootstrap.py with NumPy 2.4.6
  const struct {
    std::uint64_t seed;
    std::size_t n;
    double q, confidence;
    std::size_t resamples;
    double low, high;
  } references[] = {{1, 20, 0.5, 0.95, 200, 0.20353367642357578, 0.22721130082489288},
                    {2, 101, 0.9, 0.9, 300, 0.2051189681076078, 0.225509578388141},
                    {3, 2, 0.5, 0.95, 50, 0.19980638126987174, 0.2156599812404109}};
  for (const auto& r : references) {
    CAPTURE(r.seed);
    const auto found =
        bootstrap_quantile_shift(around(20, r.seed, r.n), around(25, r.seed + 100, r.n, 8), r.q,
                                 r.seed + 200, r.confidence, r.resamples);
    REQUIRE(found);
    CHECK(found->low == near(r.low));
    CHECK(found->high == near(r.high));
  }
}

TEST_CASE("blocks are drawn whole, so that what both share is not in the interval") {
  const auto base = around(20, 4, 50);
  std::vector<double> variant = base;
  for (double& v : variant) v *= 1.25;
  const auto found = bootstrap_quantile_shift(base, variant, 0.5, 1);
  REQUIRE(found);
  CHECK(found->low == near(std::log(1.25)));
  CHECK(found->high == near(std::log(1.25)));
}

TEST_CASE(
    "the same seed gives the same interval of a quantile's shift, another seed a similar one") {
  const auto base = around(20, 5, 100);
  const auto variant = around(22, 6, 100);
  const auto first = bootstrap_quantile_shift(base, variant, 0.9, 1);
  const auto again = bootstrap_quantile_shift(base, variant, 0.9, 1);
  const auto other = bootstrap_quantile_shift(base, variant, 0.9, 2);
  REQUIRE(first);
  REQUIRE(again);
  REQUIRE(other);
  CHECK(first->low == again->low);
  CHECK(first->high == again->high);
  CHECK(first->low < first->high);
  CHECK(other->low == doctest::Approx(first->low).epsilon(0.01));
  CHECK(other->high == doctest::Approx(first->high).epsilon(0.01));
}

TEST_CASE("the interval of a quantile's shift holds it about as often as it claims") {
  lambdaprof::random chance(7);
  constexpr int trials = 300;
  for (const double q : {0.5, 0.9}) {
    CAPTURE(q);
    int covered = 0;
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
      std::vector<double> base(60);
      std::vector<double> variant(60);
      for (std::size_t i = 0; i < base.size(); ++i) {
        const double drift = 0.2 * chance.normal();
        base[i] = std::exp(drift + 0.1 * chance.normal());
        variant[i] = 1.1 * std::exp(drift + 0.1 * chance.normal());
      }
      const auto found = bootstrap_quantile_shift(base, variant, q, trial, 0.95, 400);
      REQUIRE(found);
      covered += found->low <= std::log(1.1) && std::log(1.1) <= found->high;
    }
    // Four standard errors of 300 trials are 5 %.
    CHECK(covered > trials * 0.9);
  }
}

TEST_CASE("fewer than two pairs have no interval of a quantile's shift") {
  const std::vector<double> none;
  const std::vector<double> one{1};
  CHECK_FALSE(bootstrap_quantile_shift(none, none, 0.5, 1));
  CHECK_FALSE(bootstrap_quantile_shift(one, one, 0.5, 1));
}

TEST_CASE("a bootstrap of what has no ratio is a bug of ours") {
  const std::vector<double> two{1, 2};
  const std::vector<double> three{1, 2, 3};
  const std::vector<double> zero{0, 1};
  const std::vector<double> infinite{1, INFINITY};
  CHECK_THROWS_AS(bootstrap_quantile_shift(two, three, 0.5, 1), broken_law);
  CHECK_THROWS_AS(bootstrap_quantile_shift(two, zero, 0.5, 1), broken_law);
  CHECK_THROWS_AS(bootstrap_quantile_shift(infinite, two, 0.5, 1), broken_law);
  CHECK_THROWS_AS(bootstrap_quantile_shift(two, two, 0.5, 1, 1.0), broken_law);
  CHECK_THROWS_AS(bootstrap_quantile_shift(two, two, 0.5, 1, 0.9, 0), broken_law);
  CHECK_THROWS_AS(bootstrap_quantile_shift(two, two, 1.5, 1), broken_law);
}

}  // namespace lambdaprof::analysis
