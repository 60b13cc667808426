// SPDX-License-Identifier: Apache-2.0
#include "analysis/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/order.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

/// A sample that is sorted once, so that none drawn from it need be.
class resampled {
 public:
  explicit resampled(std::span<const double> values)
      : values_(values), ascending_(values.size()), drawn_(values.size()) {
    std::iota(ascending_.begin(), ascending_.end(), std::size_t{0});
    std::sort(ascending_.begin(), ascending_.end(),
              [values](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  }

  /// Of the sample that has each value as often as told.
  double quantile_of(std::span<const std::uint32_t> times, double q) {
    auto end = drawn_.begin();
    for (const std::size_t i : ascending_) end = std::fill_n(end, times[i], values_[i]);
    return quantile(drawn_, q);
  }

 private:
  std::span<const double> values_;
  std::vector<std::size_t> ascending_;
  std::vector<double> drawn_;
};

}  // namespace

std::optional<interval> bootstrap_quantile_shift(std::span<const double> base,
                                                 std::span<const double> variant, double q,
                                                 std::uint64_t seed, double confidence,
                                                 std::size_t resamples) {
  ensure(base.size() == variant.size(), "a pair has two values");
  ensure(are_finite(base) && are_finite(variant), "a sample is finite");
  ensure(confidence > 0 && confidence < 1, "a confidence lies inside (0, 1)");
  ensure(resamples > 0, "no resamples have no interval");
  const auto is_positive = [](double v) { return v > 0; };
  ensure(std::all_of(base.begin(), base.end(), is_positive) &&
             std::all_of(variant.begin(), variant.end(), is_positive),
         "only positive values have a ratio");
  const std::size_t n = base.size();
  if (n < 2) return std::nullopt;

  lambdaprof::random chance(seed);
  resampled of_base(base);
  resampled of_variant(variant);
  std::vector<std::uint32_t> times(n);
  std::vector<double> shifts(resamples);
  for (double& shift : shifts) {
    std::fill(times.begin(), times.end(), 0U);
    for (std::size_t i = 0; i < n; ++i) ++times[chance.below(n)];
    shift = std::log(of_variant.quantile_of(times, q)) - std::log(of_base.quantile_of(times, q));
  }
  std::sort(shifts.begin(), shifts.end());
  const double tail = (1 - confidence) / 2;
  return interval{quantile(shifts, tail), quantile(shifts, 1 - tail)};
}

}  // namespace lambdaprof::analysis
