// SPDX-License-Identifier: Apache-2.0
#include "analysis/histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "base/result.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;

namespace {

std::vector<std::size_t> counts_of(const std::vector<bin>& bins) {
  std::vector<std::size_t> counts;
  for (const bin& b : bins) counts.push_back(b.count);
  return counts;
}

}  // namespace

TEST_CASE("nothing has no bins and equal samples have one") {
  CHECK(histogram({}, 5).empty());
  const std::vector<bin> one = histogram(std::vector<double>{3, 3, 3}, 5);
  REQUIRE(one.size() == 1);
  CHECK(one[0].low == 3);
  CHECK(one[0].high == 3);
  CHECK(one[0].count == 3);
}

TEST_CASE("a histogram without bins is a bug of ours") {
  CHECK_THROWS_AS(histogram(std::vector<double>{1, 2}, 0), broken_law);
}

TEST_CASE("a narrow sample has bins of equal width, closed below") {
  const std::vector<bin> bins = histogram(std::vector<double>{0, 1, 2, 3, 4, 4, 8}, 4);
  CHECK(counts_of(bins) == std::vector<std::size_t>{2, 2, 2, 1});
  CHECK(bins[1].low == 2);
  CHECK(bins[1].high == 4);
}

TEST_CASE("a sample of more than a factor of 20 has bins of equal ratio") {
  const std::vector<bin> wide = histogram(std::vector<double>{1, 5, 50, 500, 1000}, 3);
  CHECK(counts_of(wide) == std::vector<std::size_t>{2, 1, 2});
  CHECK(wide[0].high == doctest::Approx(10));
  CHECK(wide[1].high == doctest::Approx(100));
  const std::vector<bin> just_not = histogram(std::vector<double>{1, 20}, 2);
  CHECK(just_not[0].high == doctest::Approx(10.5));
  const std::vector<bin> with_zero = histogram(std::vector<double>{0, 1000}, 2);
  CHECK(with_zero[0].high == doctest::Approx(500));
  const std::vector<bin> negative = histogram(std::vector<double>{-1, 1000}, 2);
  CHECK(negative[0].high == doctest::Approx(499.5));
}

TEST_CASE("bins join without gaps and count every sample once") {
  lambdaprof::random chance(11);
  const auto check = [](std::vector<double> sample, std::size_t wanted) {
    std::sort(sample.begin(), sample.end());
    const std::vector<bin> bins = histogram(sample, wanted);
    REQUIRE(bins.size() == wanted);
    CHECK(bins.front().low == sample.front());
    CHECK(bins.back().high == sample.back());
    std::size_t total = 0;
    for (std::size_t k = 0; k < bins.size(); ++k) {
      CHECK(std::isfinite(bins[k].high));
      CHECK(bins[k].low <= bins[k].high);
      if (k > 0) CHECK(bins[k].low == bins[k - 1].high);
      const bool is_last = k + 1 == bins.size();
      CHECK(bins[k].count ==
            static_cast<std::size_t>(std::count_if(sample.begin(), sample.end(), [&](double x) {
              return x >= bins[k].low && (is_last ? x <= bins[k].high : x < bins[k].high);
            })));
      total += bins[k].count;
    }
    CHECK(total == sample.size());
  };
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> sample(2 + chance.below(200));
    const double spread = trial % 2 == 0 ? 0.1 : 3;
    for (double& x : sample) x = std::exp(spread * chance.normal());
    check(sample, 1 + chance.below(30));
  }
  check({1, std::nextafter(1.0, 2.0)}, 10);
  check({std::numeric_limits<double>::denorm_min(), 1e308}, 10);
  check({-1e308, 1e308}, 10);
}
