// SPDX-License-Identifier: Apache-2.0
#include "analysis/trend.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "analysis/order.hpp"

namespace lambdaprof::analysis {
namespace {

constexpr double z_of_99_percent = 2.5758;
constexpr std::size_t fewest_for_bounds = 8;
constexpr std::size_t most_of_a_series = 600;

std::vector<double> slopes_of(std::span<const double> values) {
  std::vector<double> slopes;
  slopes.reserve(values.size() * values.size() / 2);
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i + 1; j < values.size(); ++j)
      slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
  return slopes;
}

/// Of Kendall's S, where ties make it smaller.
double variance_of_s(std::span<const double> values) {
  const auto part = [](double n) { return n * (n - 1) * (2 * n + 5) / 18; };
  std::map<double, std::size_t> equal;
  for (const double v : values) ++equal[v];
  double variance = part(static_cast<double>(values.size()));
  for (const auto& [value, n] : equal) variance -= part(static_cast<double>(n));
  return std::max(variance, 0.0);
}

double slope_of(std::span<const double> values) {
  std::vector<double> slopes = slopes_of(values);
  return slopes.empty() ? 0 : median(slopes);
}

}  // namespace

trend trend_of(std::span<const double> series) {
  series = series.subspan(series.size() / 4);
  const std::size_t stride = (series.size() + most_of_a_series - 1) / most_of_a_series;
  std::vector<double> values;
  for (std::size_t i = 0; i < series.size(); i += std::max<std::size_t>(stride, 1))
    values.push_back(series[i]);
  trend t;
  t.n = values.size();
  std::vector<double> slopes = slopes_of(values);
  if (slopes.empty()) return t;
  const auto per_value = 1 / static_cast<double>(stride);
  t.slope = median(slopes) * per_value;
  t.late_slope = slope_of(std::span(values).subspan(values.size() / 2)) * per_value;
  if (t.n < fewest_for_bounds) return t;
  const double margin = z_of_99_percent * std::sqrt(variance_of_s(values));
  const auto count = static_cast<double>(slopes.size());
  const auto rank = [&](double r) { return static_cast<std::size_t>(std::clamp(r, 1.0, count)); };
  t.bounds = interval{ranked(slopes, rank(std::floor((count - margin) / 2))) * per_value,
                      ranked(slopes, rank(std::ceil((count + margin) / 2) + 1)) * per_value};
  return t;
}

bool is_growth(const trend& t, double least) {
  return t.bounds && t.bounds->low > 0 && t.slope >= least && t.late_slope >= least / 2;
}

}  // namespace lambdaprof::analysis
