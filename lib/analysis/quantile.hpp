// SPDX-License-Identifier: Apache-2.0
// Quantiles with distribution-free intervals, and how many samples one needs before it may be
// shown.
#pragma once

#include <optional>
#include <span>

namespace lambdaprof::analysis {

struct interval {
  double low = 0;
  double high = 0;
};

/// The q-quantile of a sorted, non-empty sample: linear between order statistics (Hyndman-Fan type
/// 7).
double quantile(std::span<const double> sorted, double q);

/// Ranks (1-based) of the two order statistics that enclose the q-quantile with at least
/// `confidence`, from the binomial law with (1-confidence)/2 in either tail; none if n cannot
/// support it.
struct ranks {
  std::size_t low;
  std::size_t high;
};
std::optional<ranks> quantile_ranks(std::size_t n, double q, double confidence = 0.95);

/// The interval of those order statistics.
std::optional<interval> quantile_interval(std::span<const double> sorted, double q,
                                          double confidence = 0.95);

/// The smallest n for which `quantile_ranks` exists.
std::size_t samples_needed(double q, double confidence = 0.95);

}  // namespace lambdaprof::analysis
