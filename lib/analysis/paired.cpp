// SPDX-License-Identifier: Apache-2.0
#include "analysis/paired.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <numeric>

#include "analysis/order.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

/// The number of Walsh averages, and the sum of all ranks.
constexpr std::size_t triangle(std::size_t n) {
  return n * (n + 1) / 2;
}

/// Of all ways to give each rank a sign, the part in which the positive ones sum up to 0, 1, …,
/// `most`. Counted in doubles, where 2^300 still fits and nothing but additions of what is positive
/// can round.
std::vector<double> chances_of_sums(std::span<const std::size_t> ranks, std::size_t most) {
  std::vector<double> ways(most + 1, 0.0);
  ways[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : ranks) {
    reached = std::min(reached + rank, most);
    for (std::size_t sum = reached; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  }
  for (double& w : ways) w = std::ldexp(w, -static_cast<int>(ranks.size()));
  return ways;
}

/// Both moments of the rank sum of n values without ties.
struct rank_law {
  double mean;
  double variance;
};
rank_law law_of(std::size_t n) {
  const auto size = static_cast<double>(n);
  return {size * (size + 1) / 4, size * (size + 1) * (2 * size + 1) / 24};
}

/// Rank sums of values whose zeros are gone. Ranks are doubled, so that the mean of two is whole.
struct signed_ranks {
  std::vector<std::size_t> doubled;
  std::size_t positive = 0;   ///< doubled sum of the ranks of positive values
  double tie_correction = 0;  ///< what ties take from the variance of the sum
};

signed_ranks rank_by_size(std::span<const double> values) {
  std::vector<double> sorted;
  for (const double v : values)
    if (v != 0) sorted.push_back(v);
  std::sort(sorted.begin(), sorted.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  signed_ranks all;
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t end = first + 1;
    while (end < sorted.size() && std::abs(sorted[end]) == std::abs(sorted[first])) ++end;
    const std::size_t doubled_rank = first + 1 + end;
    for (std::size_t i = first; i < end; ++i) {
      all.doubled.push_back(doubled_rank);
      if (sorted[i] > 0) all.positive += doubled_rank;
    }
    const auto tied = static_cast<double>(end - first);
    all.tie_correction += (tied * tied * tied - tied) / 48;
    first = end;
  }
  return all;
}

double two_sided_p(const signed_ranks& ranks) {
  const std::size_t n = ranks.doubled.size();
  // The law is symmetric: what counts is the smaller of the two sums.
  const std::size_t smaller = std::min(ranks.positive, 2 * triangle(n) - ranks.positive);
  if (n <= largest_exact_sample) {
    const std::vector<double> chances = chances_of_sums(ranks.doubled, smaller);
    return std::min(1.0, 2 * std::accumulate(chances.begin(), chances.end(), 0.0));
  }
  const auto [mean, variance] = law_of(n);
  const double distance = std::max(0.0, mean - static_cast<double>(smaller) / 2 - 0.5);
  const boost::math::normal standard;
  return 2 * cdf(standard, -distance / std::sqrt(variance - ranks.tie_correction));
}

}  // namespace

std::vector<double> log_ratios(std::span<const double> base, std::span<const double> variant) {
  ensure(base.size() == variant.size(), "a pair has two values");
  std::vector<double> all;
  all.reserve(base.size());
  for (std::size_t i = 0; i < base.size(); ++i) {
    ensure(base[i] > 0 && variant[i] > 0, "only positive values have a ratio");
    all.push_back(std::log(variant[i]) - std::log(base[i]));
  }
  return all;
}

paired_shift signed_rank(std::span<const double> differences, double confidence) {
  ensure(!differences.empty(), "no pairs have no difference");
  ensure(are_finite(differences), "a difference is finite");
  paired_shift shift;
  std::vector<double> averages = walsh_averages(differences);
  shift.estimate = median(averages);
  if (const std::size_t margin = signed_rank_margin(differences.size(), confidence); margin > 0) {
    const double low = ranked(averages, margin);
    shift.bounds = interval{low, ranked(averages, averages.size() + 1 - margin)};
  }
  shift.p = two_sided_p(rank_by_size(differences));
  return shift;
}

std::vector<double> walsh_averages(std::span<const double> values) {
  std::vector<double> averages;
  averages.reserve(triangle(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i; j < values.size(); ++j) averages.push_back((values[i] + values[j]) / 2);
  return averages;
}

std::size_t signed_rank_margin(std::size_t n, double confidence) {
  ensure(confidence > 0 && confidence < 1, "a confidence lies inside (0, 1)");
  const double tail = (1 - confidence) / 2;
  if (n > largest_exact_sample) {
    const auto [mean, variance] = law_of(n);
    const double quantile_of_tail = boost::math::quantile(boost::math::normal(), tail);
    const double last = mean + quantile_of_tail * std::sqrt(variance) + 0.5;
    return last < 1 ? 0 : static_cast<std::size_t>(last);
  }
  std::vector<std::size_t> ranks(n);
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  // The largest k for which a sum below k is rare enough.
  std::size_t k = 0;
  double below = 0;
  for (const double chance : chances_of_sums(ranks, triangle(n) / 2)) {
    below += chance;
    if (below > tail) break;
    ++k;
  }
  return k;
}

double lag_one_autocorrelation(std::span<const double> series) {
  ensure(!series.empty(), "an empty series is like nothing");
  // Their mean need not be exactly what they all are.
  if (std::adjacent_find(series.begin(), series.end(), std::not_equal_to<>()) == series.end())
    return 0;
  const double mean =
      std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
  double together = 0;
  double alone = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double off = series[i] - mean;
    alone += off * off;
    if (i > 0) together += off * (series[i - 1] - mean);
  }
  return together / alone;
}

double effective_size(std::size_t n, double autocorrelation) {
  ensure(autocorrelation >= -1 && autocorrelation <= 1, "a correlation lies between -1 and 1");
  return static_cast<double>(n) *
         (autocorrelation <= 0 ? 1 : (1 - autocorrelation) / (1 + autocorrelation));
}

double robust_deviation(std::span<const double> values) {
  ensure(!values.empty(), "an empty sample has no spread");
  constexpr double of_normal = 1.482602218505602;  // 1 / the upper quartile of the normal law
  std::vector<double> distances(values.begin(), values.end());
  const double middle = median(distances);
  for (double& d : distances) d = std::abs(d - middle);
  return of_normal * median(distances);
}

}  // namespace lambdaprof::analysis
