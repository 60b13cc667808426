// SPDX-License-Identifier: Apache-2.0
// What is said of a sample.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/quantile.hpp"

namespace lambdaprof::analysis {

/// A tail quantile: its value only where the sample supports it, and the sample that it needs.
struct tail {
  double q = 0;
  std::optional<double> value;
  std::optional<interval> bounds;
  std::size_t needs = 0;
};

/// One figure in milliseconds (or another unit its name ends in) over n samples; all else is 0 if n
/// is 0, but `tails` always says what each of them needs.
struct figure {
  std::size_t n = 0;
  double p50 = 0;
  std::optional<interval> p50_bounds;  ///< 95 %; none below 6 samples
  double min = 0;
  double max = 0;
  double mean = 0;
  double sd = 0;            ///< 0 below 2 samples
  std::vector<tail> tails;  ///< p90, p95, p99, p99.9
  std::vector<double> sorted;
};

/// `samples` in any order; all finite.
figure summarize(std::vector<double> samples);

}  // namespace lambdaprof::analysis
