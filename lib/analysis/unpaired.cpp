// SPDX-License-Identifier: Apache-2.0
#include "analysis/unpaired.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/binomial.hpp>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "analysis/order.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> all(values.begin(), values.end());
  std::sort(all.begin(), all.end());
  return all;
}

/// Numbers the doubles in their order, with one number for both zeros; its own inverse on numbers
/// and bits.
std::int64_t mirror_negative(std::int64_t bits) {
  return bits < 0 ? INT64_MIN - bits : bits;
}

/// All differences of two sorted samples in their order. There may be too many to hold them, but
/// how many are not above a value is counted in one pass.
class differences {
 public:
  differences(std::span<const double> base, std::span<const double> variant)
      : base_(sorted(base)), variant_(sorted(variant)) {
    ensure(std::isfinite(least()) && std::isfinite(greatest()), "a difference is finite");
  }

  std::size_t size() const { return base_.size() * variant_.size(); }

  /// 1-based. The smallest double with so many differences up to it, which is one of them.
  double ranked(std::size_t rank) const {
    std::int64_t low = mirror_negative(std::bit_cast<std::int64_t>(least()));
    std::int64_t high = mirror_negative(std::bit_cast<std::int64_t>(greatest()));
    while (low < high) {
      const std::int64_t middle = std::midpoint(low, high);
      if (up_to(std::bit_cast<double>(mirror_negative(middle))) >= rank) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return std::bit_cast<double>(mirror_negative(low));
  }

  double median() const {
    const std::size_t half = size() / 2;
    if (size() % 2 == 1) return ranked(half + 1);
    return std::midpoint(ranked(half), ranked(half + 1));
  }

 private:
  double least() const { return variant_.front() - base_.back(); }
  double greatest() const { return variant_.back() - base_.front(); }

  std::size_t up_to(double limit) const {
    std::size_t count = 0;
    std::size_t first = 0;
    for (const double v : variant_) {
      while (first < base_.size() && v - base_[first] > limit) ++first;
      count += base_.size() - first;
    }
    return count;
  }

  std::vector<double> base_, variant_;
};

/// Of all ways to choose `count` of the ascending ranks, the part whose sum is 0, 1, …, `most`
/// above the least. Counted in doubles by additions of what is positive only.
std::vector<double> chances_of_sums(std::span<const std::size_t> ranks, std::size_t count,
                                    std::size_t most) {
  std::vector<std::vector<double>> ways(count + 1, std::vector<double>(most + 1, 0.0));
  std::vector<std::size_t> reached(count + 1, 0);  // by the sums of so many
  ways[0][0] = 1;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    // Enough ranks must be left to complete the choice.
    const std::size_t left = ranks.size() - i;
    const std::size_t fewest = count > left ? count - left : 0;
    for (std::size_t chosen = std::min(i + 1, count); chosen > fewest; --chosen) {
      const std::size_t beyond_least = ranks[i] - ranks[chosen - 1];
      if (beyond_least > most) continue;
      const std::vector<double>& from = ways[chosen - 1];
      std::vector<double>& to = ways[chosen];
      const std::size_t last = std::min(reached[chosen - 1], most - beyond_least);
      for (std::size_t sum = 0; sum <= last; ++sum) to[sum + beyond_least] += from[sum];
      reached[chosen] = std::max(reached[chosen], last + beyond_least);
    }
  }
  const auto all = boost::math::binomial_coefficient<double>(static_cast<unsigned>(ranks.size()),
                                                             static_cast<unsigned>(count));
  for (double& w : ways[count]) w /= all;
  return std::move(ways[count]);
}

/// Both moments of how often a value of one sample lies above one of the other, without ties.
struct count_law {
  double mean;
  double variance;
};
count_law law_of(std::size_t n, std::size_t m) {
  const double product = static_cast<double>(n) * static_cast<double>(m);
  return {product / 2, product * static_cast<double>(n + m + 1) / 12};
}

/// The ranks of both samples together, doubled so that the mean of two is whole.
struct common_ranks {
  std::vector<std::size_t> doubled;  ///< ascending
  std::size_t of_smaller = 0;        ///< doubled sum of those of the smaller sample
  double ties = 0;                   ///< the sum of t^3 - t over all t equal values
};

common_ranks rank_together(std::span<const double> smaller, std::span<const double> larger) {
  const std::vector<double> ours = sorted(smaller);
  std::vector<double> all(larger.begin(), larger.end());
  all.insert(all.end(), ours.begin(), ours.end());
  std::sort(all.begin(), all.end());
  common_ranks ranks;
  auto own = ours.begin();
  for (std::size_t first = 0; first < all.size();) {
    std::size_t end = first + 1;
    while (end < all.size() && all[end] == all[first]) ++end;
    const std::size_t doubled_rank = first + 1 + end;
    ranks.doubled.insert(ranks.doubled.end(), end - first, doubled_rank);
    for (; own != ours.end() && *own == all[first]; ++own) ranks.of_smaller += doubled_rank;
    const auto tied = static_cast<double>(end - first);
    ranks.ties += tied * tied * tied - tied;
    first = end;
  }
  return ranks;
}

double exact_p(common_ranks ranks, std::size_t count) {
  std::vector<std::size_t>& each = ranks.doubled;
  std::size_t sum = ranks.of_smaller;
  // From the end that it is nearer to. Its mean is n + m + 1 for each rank, doubled.
  if (sum > count * (each.size() + 1)) {
    const std::size_t both_ends = each.front() + each.back();
    std::reverse(each.begin(), each.end());
    for (std::size_t& rank : each) rank = both_ends - rank;
    sum = count * both_ends - sum;
  }
  // Without ties, doubling is in vain.
  if (std::all_of(each.begin(), each.end(), [](std::size_t rank) { return rank % 2 == 0; })) {
    for (std::size_t& rank : each) rank /= 2;
    sum /= 2;
  }
  const auto end = each.begin() + static_cast<std::ptrdiff_t>(count);
  const std::size_t beyond_least = sum - std::accumulate(each.begin(), end, std::size_t{0});
  const std::vector<double> chances = chances_of_sums(each, count, beyond_least);
  const double up_to_it = std::accumulate(chances.begin(), chances.end(), 0.0);
  // With ties the law need not be symmetric.
  const double from_it = 1 - up_to_it + chances.back();
  return std::min(1.0, 2 * std::min(up_to_it, from_it));
}

double normal_p(const common_ranks& ranks, std::size_t n, std::size_t m) {
  const auto all = static_cast<double>(n + m);
  const auto [mean, variance] = law_of(n, m);
  const double corrected = variance * (1 - ranks.ties / (all * (all * all - 1)));
  const double count = static_cast<double>(ranks.of_smaller - n * (n + 1)) / 2;
  const double distance = std::abs(count - mean) - 0.5;
  if (distance <= 0) return 1;
  return 2 * cdf(boost::math::normal(), -distance / std::sqrt(corrected));
}

}  // namespace

two_sample_shift unpaired(std::span<const double> base, std::span<const double> variant,
                          double confidence) {
  ensure(!base.empty() && !variant.empty(), "an empty sample has no shift");
  ensure(are_finite(base) && are_finite(variant), "a sample is finite");
  two_sample_shift shift;
  const differences all(base, variant);
  shift.estimate = all.median();
  if (const std::size_t margin = mann_whitney_margin(base.size(), variant.size(), confidence);
      margin > 0)
    shift.bounds = interval{all.ranked(margin), all.ranked(all.size() + 1 - margin)};

  // Which of the two is called the smaller changes nothing but the work.
  const bool is_base_smaller = base.size() < variant.size();
  const std::span<const double> smaller = is_base_smaller ? base : variant;
  const std::span<const double> larger = is_base_smaller ? variant : base;
  const common_ranks ranks = rank_together(smaller, larger);
  shift.p = all.size() <= largest_exact_product ? exact_p(ranks, smaller.size())
                                                : normal_p(ranks, smaller.size(), larger.size());
  return shift;
}

std::size_t mann_whitney_margin(std::size_t n, std::size_t m, double confidence) {
  ensure(confidence > 0 && confidence < 1, "a confidence lies inside (0, 1)");
  if (n == 0 || m == 0) return 0;
  const double tail = (1 - confidence) / 2;
  if (n * m > largest_exact_product) {
    const auto [mean, variance] = law_of(n, m);
    const double quantile_of_tail = boost::math::quantile(boost::math::normal(), tail);
    const double last = mean + quantile_of_tail * std::sqrt(variance) + 0.5;
    return last < 1 ? 0 : static_cast<std::size_t>(last);
  }
  std::vector<std::size_t> ranks(n + m);
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  // The largest k for which a count below k is rare enough.
  std::size_t k = 0;
  double below = 0;
  for (const double chance : chances_of_sums(ranks, std::min(n, m), n * m / 2)) {
    below += chance;
    if (below > tail) break;
    ++k;
  }
  return k;
}

}  // namespace lambdaprof::analysis
