// SPDX-License-Identifier: Apache-2.0
#include "analysis/trend.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/random.hpp"

using namespace lambdaprof;
using analysis::is_growth;
using analysis::trend_of;

namespace {

template <class F>
std::vector<double> series(std::size_t n, F value) {
  std::vector<double> all;
  for (std::size_t i = 0; i < n; ++i) all.push_back(value(static_cast<double>(i)));
  return all;
}

}  // namespace

TEST_CASE("a steady growth has its slope, whatever the noise around it") {
  lambdaprof::random chance(1);
  const auto t = trend_of(series(200, [&](double i) { return 3 * i + chance.normal() * 20; }));
  CHECK(t.n == 150);
  CHECK(t.slope == doctest::Approx(3).epsilon(.05));
  REQUIRE(t.bounds);
  CHECK(t.bounds->low < 3);
  CHECK(t.bounds->high > 3);
  CHECK(is_growth(t, 1));
  CHECK_FALSE(is_growth(t, 4));
}

TEST_CASE("one more in every ten is growth") {
  const auto t = trend_of(series(100, [](double i) { return static_cast<int>(i / 10); }));
  CHECK(t.slope == doctest::Approx(.1).epsilon(.05));
  CHECK(is_growth(t, .05));
}

TEST_CASE("what stands still does not grow, and its interval is a point") {
  const auto t = trend_of(series(40, [](double) { return 12; }));
  CHECK(t.slope == 0);
  REQUIRE(t.bounds);
  CHECK(t.bounds->low == 0);
  CHECK(t.bounds->high == 0);
  CHECK_FALSE(is_growth(t, .05));
}

TEST_CASE("a single step, a cache that fills and an outlier are no growth") {
  CHECK_FALSE(is_growth(trend_of(series(100, [](double i) { return i < 60 ? 5 : 6; })), .05));
  CHECK_FALSE(is_growth(trend_of(series(100, [](double i) { return i < 20 ? i : 20; })), .05));
  CHECK_FALSE(is_growth(trend_of(series(100, [](double i) { return i < 50 ? i : 50; })), .05));
  CHECK_FALSE(is_growth(trend_of(series(100, [](double i) { return i == 70 ? 900 : 5; })), .05));
}

TEST_CASE("noise is taken for growth no more often than the interval claims") {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    lambdaprof::random chance(seed);
    const auto t = trend_of(series(60, [&](double) { return chance.normal(); }));
    found += t.bounds && t.bounds->low > 0 ? 1 : 0;
  }
  CHECK(found <= 6);  // 0.5 % of 300 would be 1.5
}

TEST_CASE("few values prove nothing, and many are thinned out") {
  CHECK_FALSE(is_growth(trend_of(series(9, [](double i) { return i; })), .05));
  CHECK_FALSE(trend_of({}).bounds);
  CHECK(is_growth(trend_of(series(12, [](double i) { return i; })), .05));
  const auto t = trend_of(series(20000, [](double i) { return 2 * i; }));
  CHECK(t.n <= 600);
  CHECK(t.slope == doctest::Approx(2));
}
