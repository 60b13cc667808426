// SPDX-License-Identifier: Apache-2.0
#include "analysis/power.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/paired.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {

TEST_CASE(
    "the smallest detectable shift follows from the normal law, of few pairs from Student's") {
  // (1.959964 + 0.841621) sqrt(pi / 3) = 2.866929
  CHECK(*smallest_detectable(1, 1'000'000) == doctest::Approx(2.866929e-3).epsilon(1e-5));
  // (2.575829 + 1.281552) sqrt(pi / 3) = 3.947359
  CHECK(*smallest_detectable(1, 1'000'000, 0.01, 0.9) ==
        doctest::Approx(3.947359e-3).epsilon(1e-5));
  // (2.262157 + 0.883404) sqrt(pi / 30) = 1.017925
  CHECK(*smallest_detectable(0.1, 10) == doctest::Approx(0.1017925).epsilon(1e-5));
  CHECK(*smallest_detectable(0, 20) == 0);
}

TEST_CASE("too few pairs detect nothing") {
  CHECK_FALSE(smallest_detectable(0.1, 0));
  CHECK_FALSE(smallest_detectable(0.1, 5));
  CHECK(smallest_detectable(0.1, 6));
  CHECK_FALSE(smallest_detectable(0.1, 7, 0.01));
}

TEST_CASE("signed ranks find the smallest detectable shift about as often as it says") {
  lambdaprof::random chance(1);
  constexpr int trials = 1000;
  for (const std::size_t n : {8, 10, 20, 40, 80}) {
    CAPTURE(n);
    const double shift = *smallest_detectable(0.1, n);
    int found = 0;
    std::vector<double> d(n);
    for (int trial = 0; trial < trials; ++trial) {
      for (double& v : d) v = 0.1 * chance.normal() + shift;
      found += signed_rank(d).p <= 0.05;
    }
    // Four standard errors of 1000 trials are 5 %.
    CHECK(found > trials * 0.74);
    CHECK(found < trials * 0.86);
  }
}

TEST_CASE("a deviation or a power that cannot be is a bug of ours") {
  CHECK_THROWS_AS(smallest_detectable(-1, 20), broken_law);
  CHECK_THROWS_AS(smallest_detectable(NAN, 20), broken_law);
  CHECK_THROWS_AS(smallest_detectable(1, 20, 0), broken_law);
  CHECK_THROWS_AS(smallest_detectable(1, 20, 0.05, 1), broken_law);
}

}  // namespace lambdaprof::analysis
