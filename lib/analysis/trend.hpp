// SPDX-License-Identifier: Apache-2.0
// Whether a quantity grows from one invocation to the next, or only moves: Theil and Sen's slope
// with Kendall's interval, which single steps and outliers do not decide.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/quantile.hpp"

namespace lambdaprof::analysis {

/// Per value of the series.
struct trend {
  std::size_t n = 0;  ///< values that it rests on
  double slope = 0;
  std::optional<interval> bounds;  ///< 99 %; none below 8 values
  double late_slope = 0;           ///< of the second half of them
};

/// Without the first quarter of the series, in which caches fill. Of a long series every so-many-th
/// value is taken.
trend trend_of(std::span<const double> series);

/// It surely grows, by so much per value at least, and has not come to rest.
bool is_growth(const trend& t, double least);

}  // namespace lambdaprof::analysis
