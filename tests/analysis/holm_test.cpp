// SPDX-License-Identifier: Apache-2.0
#include "analysis/holm.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

void check_adjusted(const std::vector<double>& p, const std::vector<double>& expected) {
  const std::vector<double> adjusted = holm(p);
  REQUIRE(adjusted.size() == expected.size());
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(adjusted[i] == doctest::Approx(expected[i]));
}

}  // namespace

TEST_CASE("Holm's p values are those of published examples") {
  // Only the first and the last of these are rejected at .05.
  check_adjusted({0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02});
  // As p.adjust(c(.042, .001, .031, .014, .007), "holm") of R.
  check_adjusted({0.042, 0.001, 0.031, 0.014, 0.007}, {0.062, 0.005, 0.062, 0.042, 0.028});
  check_adjusted({0.05, 0.05, 0.05}, {0.15, 0.15, 0.15});
}

TEST_CASE("one p value stays, none stay none, and no adjusted one leaves 0 to 1") {
  check_adjusted({}, {});
  check_adjusted({0.3}, {0.3});
  check_adjusted({1, 0, 1}, {1, 0, 1});
  check_adjusted({0.9, 0.8}, {1, 1});
}

TEST_CASE("adjusted p values keep their order and are at most those of Bonferroni") {
  lambdaprof::random chance(1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> p(1 + chance.below(12));
    for (double& v : p) v = chance.unit() * chance.unit();
    const std::vector<double> adjusted = holm(p);
    for (std::size_t i = 0; i < p.size(); ++i) {
      CHECK(adjusted[i] >= p[i]);
      CHECK(adjusted[i] <= std::min(1.0, p[i] * static_cast<double>(p.size())));
      for (std::size_t j = 0; j < p.size(); ++j)
        if (p[i] < p[j]) CHECK(adjusted[i] <= adjusted[j]);
    }
  }
}

TEST_CASE("what is no p value is a bug of ours") {
  const std::vector<double> bad[] = {{-0.1}, {1.1}, {0.5, NAN}};
  for (const std::vector<double>& p : bad) CHECK_THROWS_AS(holm(p), broken_law);
}

}  // namespace lambdaprof::analysis
