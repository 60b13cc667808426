// SPDX-License-Identifier: Apache-2.0
// Reproducible chance: the same seed gives the same numbers with every compiler and library, which
// the distributions of <random> do not promise.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.hpp"

namespace lambdaprof {

class random {
 public:
  explicit random(std::uint64_t seed);

  std::uint64_t bits();
  /// In [0, 1).
  double unit();
  /// In [low, high).
  double uniform(double low, double high) { return low + (high - low) * unit(); }
  /// In [0, n); n > 0.
  std::uint64_t below(std::uint64_t n);
  double exponential(double mean);
  double normal();
  /// An index, drawn with probability proportional to its weight; one that is not positive is never
  /// drawn, and at least one is.
  std::size_t pick(std::span<const double> weights);
  /// An independent stream for another purpose.
  random fork() { return random(bits()); }

 private:
  std::uint64_t state_[4];
};

}  // namespace lambdaprof
