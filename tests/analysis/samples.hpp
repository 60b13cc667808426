// SPDX-License-Identifier: Apache-2.0
// The data of the tests with reference values; reference/samples.py makes the same.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/random.hpp"

namespace lambdaprof::analysis {

/// Sums of three uniform numbers, which round nowhere; on a grid there are ties and zeros.
inline std::vector<double> differences(std::uint64_t seed, std::size_t n, double shift, int grid) {
  lambdaprof::random chance(seed);
  std::vector<double> values(n);
  for (double& v : values) {
    const double first = chance.unit();
    const double second = chance.unit();
    v = first + second + chance.unit() - 1.5 + shift;
    if (grid > 0) v = std::floor(v * grid) / grid;
  }
  return values;
}

/// To nine digits, also of what is small.
inline doctest::Approx near(double value) {
  return doctest::Approx(value).epsilon(1e-9).scale(1e-200);
}

}  // namespace lambdaprof::analysis
