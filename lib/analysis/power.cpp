// SPDX-License-Identifier: Apache-2.0
#include "analysis/power.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numbers>

#include "analysis/paired.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {

std::optional<double> smallest_detectable(double deviation, std::size_t n, double alpha,
                                          double power) {
  ensure(std::isfinite(deviation) && deviation >= 0, "a deviation is finite and not negative");
  ensure(power >= alpha && power < 1, "a power lies between its error rate and 1");
  if (signed_rank_margin(n, 1 - alpha) == 0) return std::nullopt;
  const auto size = static_cast<double>(n);
  const boost::math::students_t law(size - 1);
  const double away = quantile(complement(law, alpha / 2)) + quantile(law, power);
  return away * deviation * std::sqrt(std::numbers::pi / 3 / size);
}

}  // namespace lambdaprof::analysis
