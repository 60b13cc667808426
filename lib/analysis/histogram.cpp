// SPDX-License-Identifier: Apache-2.0
#include "analysis/histogram.hpp"

#include <algorithm>
#include <cmath>

#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

constexpr double widest_linear_ratio = 20;

}  // namespace

std::vector<bin> histogram(std::span<const double> sorted, std::size_t bins) {
  ensure(bins > 0, "a histogram has bins");
  if (sorted.empty()) return {};
  const double min = sorted.front();
  const double max = sorted.back();
  if (min == max) return {{min, max, sorted.size()}};

  const bool is_logarithmic = min > 0 && max / min > widest_linear_ratio;
  const auto edge = [&](std::size_t k) {
    if (k == 0) return min;
    if (k == bins) return max;
    const double part = static_cast<double>(k) / static_cast<double>(bins);
    return is_logarithmic ? std::exp(std::lerp(std::log(min), std::log(max), part))
                          : std::lerp(min, max, part);
  };

  std::vector<bin> all;
  all.reserve(bins);
  auto from = sorted.begin();
  for (std::size_t k = 0; k < bins; ++k) {
    const double high = edge(k + 1);
    const auto to = k + 1 == bins ? sorted.end() : std::lower_bound(from, sorted.end(), high);
    all.push_back({edge(k), high, static_cast<std::size_t>(to - from)});
    from = to;
  }
  return all;
}

}  // namespace lambdaprof::analysis
