// SPDX-License-Identifier: Apache-2.0
#include "analysis/holm.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "base/result.hpp"

namespace lambdaprof::analysis {

std::vector<double> holm(std::span<const double> p) {
  ensure(std::all_of(p.begin(), p.end(), [](double v) { return v >= 0 && v <= 1; }),
         "a p value lies between 0 and 1");
  std::vector<std::size_t> ascending(p.size());
  std::iota(ascending.begin(), ascending.end(), std::size_t{0});
  std::sort(ascending.begin(), ascending.end(),
            [p](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const auto still_open = static_cast<double>(p.size() - i);
    largest = std::max(largest, std::min(1.0, p[ascending[i]] * still_open));
    adjusted[ascending[i]] = largest;
  }
  return adjusted;
}

}  // namespace lambdaprof::analysis
