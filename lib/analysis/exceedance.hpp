// SPDX-License-Identifier: Apache-2.0
// Proof that a quantile is within a limit, or over it, from nothing but how many samples exceed the
// limit. It may be looked at after every sample: a beta-binomial e-process (Robbins 1970; Ramdas et
// al. 2023) goes above 1/alpha at any time with a chance of at most alpha if what it denies is
// true.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/quantile.hpp"

namespace lambdaprof::analysis {

/// ln of the evidence that the q-quantile is not above a limit that k of n independent samples
/// exceed: against all rates of exceeding from 1-q up. At ln(1/alpha) it is proved.
double log_e_within(std::size_t k, std::size_t n, double q);

/// ln of the evidence that the q-quantile is above that limit.
double log_e_over(std::size_t k, std::size_t n, double q);

/// The smallest n for which no sample above the limit proves it kept. Of 1-q: for which n of n
/// samples above it prove it exceeded.
std::size_t samples_to_prove(double q, double alpha);

/// The rates of exceeding, of which k of n samples deny none: with an error of at most alpha on
/// either side at any time. All from 0 to 1 if n is 0.
interval anytime_interval(std::size_t k, std::size_t n, double alpha);

/// What a sample proves of its quantile, with an error of at most alpha on either side at any time.
struct quantile_bounds {
  std::optional<double> low;   ///< every limit below it is proved to be exceeded
  std::optional<double> high;  ///< this limit and every larger one is proved to be kept
};
quantile_bounds anytime_quantile(std::span<const double> sorted, double q, double alpha);

}  // namespace lambdaprof::analysis
