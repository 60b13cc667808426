// SPDX-License-Identifier: Apache-2.0
// What a trial has found: how variants differ from their base, and what is proved about budgets.
// Passive; made by compare.hpp and judge.hpp, worded by `report`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/quantile.hpp"

namespace lambdaprof::trial {

/// One metric of one variant against the base. Values are in the metric's unit, ratios are variant
/// to base. Everything is finite.
struct comparison {
  std::string metric;
  std::string base;
  std::string variant;
  std::string group;    ///< that both are of: "128 MB"; empty: of all
  bool judges = false;  ///< the trial is judged by this metric
  bool is_paired = true;
  std::size_t blocks = 0;   ///< pairs; unpaired: the smaller sample
  std::size_t dropped = 0;  ///< blocks that one of the two has no sample of
  double base_value = 0;    ///< medians
  double variant_value = 0;
  double ratio = 1;                          ///< Hodges-Lehmann over log differences
  std::optional<analysis::interval> bounds;  ///< of the ratio, 95 %; none from too few blocks
  double p = 1;                              ///< two-sided
  double p_holm = 1;                         ///< of all comparisons of its family, see compare.hpp
  bool is_found = false;                     ///< p_holm below 5 %
  /// The difference in the metric's unit: Hodges-Lehmann over plain differences.
  double difference = 0;
  std::optional<analysis::interval> difference_bounds;
  double deviation = 0;  ///< robust, of one log difference
  /// A ratio of 1 + this (or more) would have been found in four of five trials like this, among as
  /// many comparisons; none where nothing can be found at all.
  std::optional<double> detectable;
  double lag_one = 0;  ///< autocorrelation of the log differences
  double effective = 0;
  /// Ratio of the p90s of the headline, from 100 blocks on: descriptive.
  std::optional<double> tail_ratio;
  std::optional<analysis::interval> tail_bounds;
};

enum class ruling : std::uint8_t { within, over, inconclusive };
inline constexpr std::string_view ruling_names[] = {"within", "over", "inconclusive"};
inline std::string_view name(ruling r) {
  return ruling_names[static_cast<std::size_t>(r)];
}

/// What is proved about one budget.
struct verdict {
  std::string metric;  ///< "cold.first_ms"
  std::string budget;  ///< "p50 <= baseline + 10%"
  trial::ruling ruling = trial::ruling::inconclusive;
  std::string unit;             ///< of value, bounds and limit: "ms", "MB", "$", or "ratio"
  std::optional<double> value;  ///< none without a sample
  std::optional<double> low;    ///< one-sided bounds at `alpha` each, valid at any look
  std::optional<double> high;
  double limit = 0;
  std::size_t n = 0;         ///< pairs of a relative budget, samples of an absolute one
  bool may_change = true;    ///< by further blocks, as far as they are allowed
  double alpha = 0.05;       ///< error rate of "within"
  double alpha_over = 0.05;  ///< and of "over", of all budgets together
  std::string reason;        ///< why it ended there: "proved at look 2 of 4 (40 pairs)"
};

/// A program against itself: what is found there, the machine has put there.
struct self_test {
  enum class state : std::uint8_t { quiet, noisy, unresolved };
  std::string metric;
  state found = state::unresolved;
  double ratio = 1;
  std::optional<analysis::interval> bounds;
  double confidence = 0.99;
  std::size_t blocks = 0;
  double lag_one = 0;
  double effective = 0;
};

struct findings {
  std::vector<comparison> comparisons;
  std::vector<verdict> verdicts;
  std::vector<self_test> self_tests;
  std::size_t blocks = 0;            ///< measured ones
  std::string stopped;               ///< why no further block was measured
  std::vector<std::string> caveats;  ///< what speaks against trusting this, worst first
};

/// Over if anything is over, else inconclusive if anything is, else within.
ruling overall(const std::vector<verdict>& verdicts);

}  // namespace lambdaprof::trial
