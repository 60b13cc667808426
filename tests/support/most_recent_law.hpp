// SPDX-License-Identifier: Apache-2.0
// The exact share of cold starts under most-recently-used reuse (lambda-models C1): Poisson
// arrivals, exponential service, a fixed keep-alive, no limit, no init.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace lambdaprof::support {

struct reuse_law {
  double cold = 0;  ///< share of the arrivals
  double live = 0;  ///< environments, on average
};

/// By k and j: the probability that from j busy ones it takes longer than `keep` to reach k + 1.
/// Uniformisation: the chain jumps at the rate of its fastest state, and stays if it has nothing
/// to do.
inline std::vector<double> late_passage(std::size_t k, double rate, double leave, double keep) {
  const double pace = rate + static_cast<double>(k) * leave;
  const double jumps = pace * keep;
  std::vector<double> survives(k + 1, 1.0);
  std::vector<double> next(k + 1);
  std::vector<double> late(k + 1, 0.0);
  const auto most = static_cast<std::size_t>(jumps + 12 * std::sqrt(jumps) + 40);
  for (std::size_t n = 0; n <= most; ++n) {
    const auto so_many = static_cast<double>(n);
    const double weight = std::exp(so_many * std::log(jumps) - jumps - std::lgamma(so_many + 1));
    double greatest = 0;
    for (std::size_t j = 0; j <= k; ++j) {
      late[j] += weight * survives[j];
      greatest = std::max(greatest, survives[j]);
      const double dies = static_cast<double>(j) * leave;
      next[j] = ((j < k ? rate * survives[j + 1] : 0.0) + (j > 0 ? dies * survives[j - 1] : 0.0) +
                 (pace - rate - dies) * survives[j]) /
                pace;
    }
    if (greatest < 1e-14) break;
    survives.swap(next);
  }
  return late;
}

/// `rate` a second; service and keep-alive in seconds.
inline reuse_law most_recent_law(double rate, double service, double keep) {
  const double load = rate * service;
  const auto most = static_cast<std::size_t>(load + 12 * std::sqrt(load) + 20);
  std::vector<double> busy(most + 1);
  for (std::size_t k = 0; k <= most; ++k)
    busy[k] = std::exp(static_cast<double>(k) * std::log(load) - load -
                       std::lgamma(static_cast<double>(k) + 1));
  reuse_law law;
  for (std::size_t k = 0; k <= most; ++k) {
    const std::vector<double> late = late_passage(k, rate, 1 / service, keep);
    law.cold += busy[k] * late[k];
    double no_more_than_k = 0;
    for (std::size_t j = 0; j <= k; ++j) no_more_than_k += busy[j] * late[j];
    law.live += 1 - no_more_than_k;
  }
  return law;
}

}  // namespace lambdaprof::support
