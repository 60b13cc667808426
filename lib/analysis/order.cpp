// SPDX-License-Identifier: Apache-2.0
#include "analysis/order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lambdaprof::analysis {

double ranked(std::vector<double>& values, std::size_t rank) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double median(std::vector<double>& values) {
  const std::size_t half = values.size() / 2;
  const double upper = ranked(values, half + 1);
  if (values.size() % 2 == 1) return upper;
  return std::midpoint(
      *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half)), upper);
}

bool are_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace lambdaprof::analysis
