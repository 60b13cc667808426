// SPDX-License-Identifier: Apache-2.0
#include "analysis/figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

constexpr std::array tail_quantiles{0.9, 0.95, 0.99, 0.999};

}  // namespace

figure summarize(std::vector<double> samples) {
  ensure(std::all_of(samples.begin(), samples.end(), [](double x) { return std::isfinite(x); }),
         "a sample is a finite number");
  figure f;
  f.n = samples.size();
  f.sorted = std::move(samples);
  std::sort(f.sorted.begin(), f.sorted.end());
  for (const double q : tail_quantiles) {
    tail& t = f.tails.emplace_back();
    t.q = q;
    t.needs = samples_needed(q);
    t.bounds = quantile_interval(f.sorted, q);
    if (t.bounds) t.value = quantile(f.sorted, q);
  }
  if (f.n == 0) return f;

  f.p50 = quantile(f.sorted, 0.5);
  f.p50_bounds = quantile_interval(f.sorted, 0.5);
  f.min = f.sorted.front();
  f.max = f.sorted.back();
  // Welford: the mean of squares minus the square of the mean would lose all digits of a small
  // spread.
  double squares = 0;
  double seen = 0;
  for (const double x : f.sorted) {
    const double from_old_mean = x - f.mean;
    f.mean += from_old_mean / ++seen;
    squares += from_old_mean * (x - f.mean);
  }
  if (f.n > 1) f.sd = std::sqrt(squares / (seen - 1));
  return f;
}

}  // namespace lambdaprof::analysis
