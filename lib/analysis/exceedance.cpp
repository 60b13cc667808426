// SPDX-License-Identifier: Apache-2.0
#include "analysis/exceedance.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>

#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

/// Below it, doubles have fewer digits.
constexpr double smallest_exact = 1e-290;

/// A rate and what is left to 1, which need not be exact if one of them is tiny.
struct rate {
  double is;
  double rest;
};

/// ln of I_x(a, b) / (dI/dx), where I is the incomplete beta function.
double log_inverse_hazard(double a, double b, rate x) {
  const bool is_low = x.is <= x.rest;
  const double part = is_low ? boost::math::ibeta(a, b, x.is) : boost::math::ibetac(b, a, x.rest);
  const double slope = is_low ? boost::math::ibeta_derivative(a, b, x.is)
                              : boost::math::ibeta_derivative(b, a, x.rest);
  if (part > smallest_exact && slope > smallest_exact) return std::log(part) - std::log(slope);
  if (x.is * (a + b) < a) {
    // Far out on the left both vanish. Their ratio is a series of positive terms, which shrink at
    // least as a geometric one with a ratio below x (a + b) / (a + 1) or x.
    double sum = 1;
    double term = 1;
    for (double i = 0; term > sum * 1e-17; ++i) {
      term *= x.is * (a + b + i) / (a + 1 + i);
      sum += term;
    }
    return std::log(sum * x.rest / a) + std::log(x.is);
  }
  // Far out on the right the slope vanishes alone.
  const double log_beta =
      boost::math::lgamma(a) + boost::math::lgamma(b) - boost::math::lgamma(a + b);
  return std::log(part) - (a - 1) * std::log(x.is) - (b - 1) * std::log(x.rest) + log_beta;
}

/// ln of the mean likelihood of k of n over all rates below x, weighted with the law of arcsine,
/// relative to the likelihood of x. Against every rate from x up this is an e-process.
double log_evidence_below(std::size_t k, std::size_t n, rate x) {
  const double a = static_cast<double>(k) + 0.5;
  const double b = static_cast<double>(n - k) + 0.5;
  const double weight = 2 * std::asin(std::sqrt(x.is));  // of all these rates
  return log_inverse_hazard(a, b, x) - (std::log(x.is) + std::log(x.rest)) / 2 - std::log(weight);
}

void ensure_sensible(std::size_t k, std::size_t n, double q) {
  ensure(k <= n, "no more samples exceed a limit than there are");
  ensure(q > 0 && q < 1, "a limit is for a quantile inside (0, 1)");
}

double proof(double alpha) {
  ensure(alpha > 0 && alpha < 1, "an error rate lies inside (0, 1)");
  return -std::log(alpha);
}

/// The smallest number for which it holds, which it does from there on and at `most`.
template <class Law>
std::size_t first_with(std::size_t most, const Law& holds) {
  std::size_t low = 0;
  while (low < most) {
    const std::size_t middle = std::midpoint(low, most);
    if (holds(middle)) {
      most = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/// The rate nearest to `kept` that is denied, where all further out are.
template <class Law>
double nearest_denied(double kept, double denied, const Law& is_denied) {
  while (std::abs(kept - denied) > 1e-13 * std::max(kept, denied)) {
    const double middle = std::midpoint(kept, denied);
    if (middle == kept || middle == denied) break;
    (is_denied(middle) ? denied : kept) = middle;
  }
  return denied;
}

}  // namespace

double log_e_within(std::size_t k, std::size_t n, double q) {
  ensure_sensible(k, n, q);
  return log_evidence_below(k, n, {1 - q, q});
}

double log_e_over(std::size_t k, std::size_t n, double q) {
  ensure_sensible(k, n, q);
  return log_evidence_below(n - k, n, {q, 1 - q});
}

std::size_t samples_to_prove(double q, double alpha) {
  const double needed = proof(alpha);
  std::size_t enough = 1;
  while (log_e_within(0, enough, q) < needed) enough *= 2;
  return first_with(enough, [&](std::size_t n) { return log_e_within(0, n, q) >= needed; });
}

interval anytime_interval(std::size_t k, std::size_t n, double alpha) {
  ensure(k <= n, "no more samples exceed a limit than there are");
  const double needed = proof(alpha);
  interval rates{0, 1};
  if (n == 0) return rates;
  const double seen = static_cast<double>(k) / static_cast<double>(n);
  if (k > 0)
    rates.low = nearest_denied(seen, 0, [&](double p) {
      return log_evidence_below(n - k, n, {1 - p, p}) >= needed;
    });
  if (k < n)
    rates.high = nearest_denied(seen, 1, [&](double p) {
      return log_evidence_below(k, n, {p, 1 - p}) >= needed;
    });
  return rates;
}

quantile_bounds anytime_quantile(std::span<const double> sorted, double q, double alpha) {
  const double needed = proof(alpha);
  const std::size_t n = sorted.size();
  quantile_bounds bounds;
  if (n == 0) return bounds;
  // As many above a limit prove it exceeded, or more.
  const auto proves_over = [&](std::size_t k) { return log_e_over(k, n, q) >= needed; };
  if (proves_over(n)) bounds.low = sorted[n - first_with(n, proves_over)];
  // So many no longer prove it kept.
  const auto is_too_many = [&](std::size_t k) { return log_e_within(k, n, q) < needed; };
  if (const std::size_t k = first_with(n, is_too_many); k > 0) bounds.high = sorted[n - k];
  return bounds;
}

}  // namespace lambdaprof::analysis
