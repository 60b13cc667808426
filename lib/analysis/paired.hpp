// SPDX-License-Identifier: Apache-2.0
// What pairs of measurements say of the difference between two things: Wilcoxon's signed ranks and
// the Hodges-Lehmann estimate that belongs to them. Knows nothing of what was measured.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "analysis/quantile.hpp"

namespace lambdaprof::analysis {

/// ln(variant) - ln(base) of each pair; all are positive, and there are as many of each.
std::vector<double> log_ratios(std::span<const double> base, std::span<const double> variant);

/// How far the differences lie from 0. For log ratios, e to the power of each is a ratio.
struct paired_shift {
  double estimate = 0;             ///< Hodges-Lehmann: the median of all Walsh averages
  std::optional<interval> bounds;  ///< none if so few pairs cannot support the confidence
  double p = 1;                    ///< two-sided, of the hypothesis that there is no shift
};

/// Signed-rank statistics of at least one difference. Exact if they are symmetric about the shift,
/// which pairs measured in random order make true of a shift of 0; beyond `largest_exact_sample`
/// from the normal law.
///
/// Differences of 0 and equal ones count in the estimate and in the interval, which then holds the
/// shift more often than it claims (Noether 1967). For `p` zeros are dropped and equal sizes share
/// the mean of their ranks, as wilcox.test of R does; other than there it stays exact.
paired_shift signed_rank(std::span<const double> differences, double confidence = 0.95);

inline constexpr std::size_t largest_exact_sample = 300;

/// The averages of any two of the values and of each with itself, in no order: n(n+1)/2.
std::vector<double> walsh_averages(std::span<const double> values);

/// The rank (1-based) of the Walsh average at which the interval begins; it ends as far from the
/// other end. 0 if n cannot support the confidence.
std::size_t signed_rank_margin(std::size_t n, double confidence);

/// How much each value is like the one before, from -1 to 1; 0 if all are equal.
double lag_one_autocorrelation(std::span<const double> series);

/// The number of independent values that tell as much as n with this autocorrelation:
/// n(1-r)/(1+r), but never more than n.
double effective_size(std::size_t n, double autocorrelation);

/// The standard deviation of normal values as the middle half of them tells it: 1.4826 times the
/// median distance from the median, of at least one value.
double robust_deviation(std::span<const double> values);

}  // namespace lambdaprof::analysis
