// SPDX-License-Identifier: Apache-2.0
#include "trial/committed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numbers>
#include <optional>

#include "analysis/order.hpp"
#include "analysis/paired.hpp"

namespace lambdaprof::trial {
namespace {

/// What the middle half of normal values tells of their deviation, as a part of what they all do.
constexpr double robust_efficiency = 0.37;
/// The logarithm of a bound that says nothing: nobody has a ratio of 10^100.
constexpr double nothing_known = 230;

/// The logarithm of a figure in units of the calibration, and the variance of that.
struct location {
  double estimate = 0;
  double variance = 0;
  double freedom = 1;  ///< how well the variance is known, as that of so many normal values and one
  double median = 0;   ///< of the figure itself
  std::size_t n = 0;
};

/// Memory does not depend on how fast a machine is.
bool is_of_time(const budget& b) {
  return b.metric->unit != "MB";
}

/// With n = 0 where too many blocks are missing to tell anything.
location location_of(const arm& calibration, const arm& of, const budget& b, std::size_t blocks) {
  const bool is_time = is_of_time(b);
  const pairs p = pair_up(is_time ? calibration : of, is_time ? analysis::cold_metric() : *b.metric,
                          of, *b.metric, blocks);
  location l;
  if (p.base.size() < fewest_blocks || has_dropped_too_many(p)) return l;
  l.n = p.base.size();
  const std::vector<double> values = above_zero(p.variant);
  const std::vector<double> unit =
      is_time ? above_zero(p.base) : std::vector<double>(values.size(), 1.0);
  const std::vector<double> logs = analysis::log_ratios(unit, values);
  l.estimate = analysis::signed_rank(logs).estimate;
  const double effective =
      std::max(1.0, analysis::effective_size(l.n, analysis::lag_one_autocorrelation(logs)));
  const double deviation = analysis::robust_deviation(logs);
  // Of the Hodges-Lehmann estimate, where the values are normal.
  l.variance = deviation * deviation * std::numbers::pi / 3 / effective;
  l.freedom = robust_efficiency * static_cast<double>(l.n - 1);
  std::vector<double> in_any_order = values;
  l.median = analysis::median(in_any_order);
  return l;
}

double normal_quantile(double alpha) {
  return boost::math::quantile(boost::math::complement(boost::math::normal(), alpha));
}

/// How far the difference of both may be off, with an error of alpha. What machines differ by is
/// known, but not the variances (Welch and Satterthwaite).
double margin_of(const location& now, const location& then, double machine_deviation,
                 double alpha) {
  const double variance = now.variance + then.variance + machine_deviation * machine_deviation;
  const double unknown =
      now.variance * now.variance / now.freedom + then.variance * then.variance / then.freedom;
  if (!(unknown > 0)) return normal_quantile(alpha) * std::sqrt(variance);
  const boost::math::students_t law(variance * variance / unknown);
  return boost::math::quantile(boost::math::complement(law, alpha)) * std::sqrt(variance);
}

std::optional<double> ratio_of(double log) {
  return std::abs(log) < nothing_known ? std::optional(std::exp(log)) : std::nullopt;
}

}  // namespace

double smallest_margin(double machine_deviation, double alpha) {
  return std::expm1(normal_quantile(alpha) * machine_deviation);
}

verdict judge_committed(const with_baseline& arms, const budget& b, double machine_deviation,
                        std::size_t max_blocks, const rates& alpha) {
  verdict v = unjudged(b, alpha);
  const std::size_t wanted = std::min(committed_look, max_blocks);
  const std::size_t measured = arms.variant.blocks().size();
  const location now = location_of(arms.calibration, arms.variant, b, wanted);
  const location then = location_of(arms.saved_calibration, arms.saved, b, 0);
  v.n = now.n;
  v.may_change = measured < wanted;
  if (measured < wanted) {
    v.reason = fmt::format("{} blocks, and the look takes {}", measured, wanted);
    return v;
  }
  if (now.n == 0 || then.n == 0) {
    v.reason = fmt::format("{} too few blocks without a failure, it takes {} and nine of ten",
                           now.n == 0 ? "there are" : "the baseline has", fewest_blocks);
    return v;
  }
  const double log_ratio = now.estimate - then.estimate;
  double theta = std::log1p(b.limit);
  if (b.of == budget::kind::plus_baseline) {
    const double baseline_here = now.median / std::exp(log_ratio);
    theta = std::log(std::max(1e-9, 1 + b.limit / baseline_here));
    v.unit = "ratio";
    v.limit = std::exp(theta);
  }
  const double low = log_ratio - margin_of(now, then, machine_deviation, alpha.over);
  const double high = log_ratio + margin_of(now, then, machine_deviation, alpha.within);
  v.value = ratio_of(log_ratio);
  v.low = ratio_of(low);
  v.high = ratio_of(high);
  v.reason = fmt::format("{} blocks against {} of the baseline{}; machines differ by {:.3g} %",
                         now.n, then.n, is_of_time(b) ? ", both in units of the calibration" : "",
                         100 * machine_deviation);
  if (high <= theta) v.ruling = ruling::within;
  if (low > theta) v.ruling = ruling::over;
  v.reason = (v.ruling == ruling::inconclusive ? "not proved by " : "proved by ") + v.reason;
  return v;
}

}  // namespace lambdaprof::trial
