// SPDX-License-Identifier: Apache-2.0
#include "analysis/quantile.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <numeric>

#include "base/result.hpp"

namespace lambdaprof::analysis {

double quantile(std::span<const double> sorted, double q) {
  ensure(!sorted.empty(), "an empty sample has no quantile");
  ensure(q >= 0 && q <= 1, "a quantile lies between 0 and 1");
  const double place = static_cast<double>(sorted.size() - 1) * q;
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

std::optional<ranks> quantile_ranks(std::size_t n, double q, double confidence) {
  ensure(q > 0 && q < 1, "an interval is for a quantile inside (0, 1)");
  ensure(confidence > 0 && confidence < 1, "a confidence lies inside (0, 1)");
  if (n == 0) return std::nullopt;
  const double tail = (1 - confidence) / 2;
  // How many of the n samples lie below the true quantile. The order statistic of rank r lies above
  // it if fewer than r do, and below it if at least r do.
  const boost::math::binomial_distribution<double> samples_below(static_cast<double>(n), q);
  const auto is_rarely_above = [&](std::size_t rank) {
    return cdf(samples_below, static_cast<double>(rank - 1)) <= tail;
  };
  const auto is_often_below = [&](std::size_t rank) {
    return cdf(complement(samples_below, static_cast<double>(rank - 1))) > tail;
  };
  // By hand, because clang 14 cannot search std::views::iota of libstdc++ 12.
  const auto first_without = [n](const auto& holds) {
    std::size_t low = 1;
    std::size_t end = n + 1;
    while (low < end) {
      const std::size_t middle = std::midpoint(low, end);
      if (holds(middle)) {
        low = middle + 1;
      } else {
        end = middle;
      }
    }
    return low;
  };
  const std::size_t after_low = first_without(is_rarely_above);
  const std::size_t high = first_without(is_often_below);
  if (after_low == 1 || high > n) return std::nullopt;
  return ranks{after_low - 1, high};
}

std::optional<interval> quantile_interval(std::span<const double> sorted, double q,
                                          double confidence) {
  const std::optional<ranks> r = quantile_ranks(sorted.size(), q, confidence);
  if (!r) return std::nullopt;
  return interval{sorted[r->low - 1], sorted[r->high - 1]};
}

std::size_t samples_needed(double q, double confidence) {
  ensure(q > 0 && q < 1, "an interval is for a quantile inside (0, 1)");
  ensure(confidence > 0 && confidence < 1, "a confidence lies inside (0, 1)");
  // All samples must rarely lie on one side. The logarithm can be off by one at an edge; the ranks
  // decide.
  const double exact = std::log((1 - confidence) / 2) / std::log(std::max(q, 1 - q));
  auto n = static_cast<std::size_t>(std::max(1.0, std::floor(exact)));
  while (n > 1 && quantile_ranks(n - 1, q, confidence)) --n;
  while (!quantile_ranks(n, q, confidence)) ++n;
  return n;
}

}  // namespace lambdaprof::analysis
