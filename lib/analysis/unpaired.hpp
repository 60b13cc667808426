// SPDX-License-Identifier: Apache-2.0
// What two samples that were not measured in pairs say of the difference between their sources:
// the test of Mann and Whitney and the Hodges-Lehmann estimate that belongs to it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/quantile.hpp"

namespace lambdaprof::analysis {

/// How far the variant lies from the base. Of logarithms, e to the power of each is a ratio.
struct two_sample_shift {
  double estimate = 0;             ///< Hodges-Lehmann: the median of all variant - base
  std::optional<interval> bounds;  ///< none if samples so small cannot support the confidence
  double p = 1;                    ///< two-sided, of the hypothesis that both have one law
};

/// Of two samples of at least one value each. Exact if their laws differ by a shift only and all
/// values are independent, which runs after each other on one machine are not; beyond
/// `largest_exact_product` from the normal law.
///
/// Equal values count in the estimate and in the interval, which then holds the shift more often
/// than it claims. For `p` they share the mean of their ranks, over all ways to divide these among
/// the samples, and the less likely tail is doubled; other than in wilcox.test of R it stays exact.
two_sample_shift unpaired(std::span<const double> base, std::span<const double> variant,
                          double confidence = 0.95);

/// The largest product of both sizes for which all ways to divide the ranks are counted.
inline constexpr std::size_t largest_exact_product = 10'000;

/// The rank (1-based) of the difference at which the interval begins; it ends as far from the other
/// end. 0 if samples of these sizes cannot support the confidence.
std::size_t mann_whitney_margin(std::size_t n, std::size_t m, double confidence);

}  // namespace lambdaprof::analysis
