// SPDX-License-Identifier: Apache-2.0
// What a comparison could have found, for those that found nothing.
#pragma once

#include <cstddef>
#include <optional>

namespace lambdaprof::analysis {

/// The smallest shift that the signed ranks of n differences find in `power` of all cases, at a
/// two-sided error rate of alpha, where the differences scatter with this deviation (see
/// `robust_deviation`). None if so few can never find one.
///
/// For normal differences, of which signed ranks need pi/3 times as many as a t-test; with heavier
/// tails they find smaller shifts. Student's quantiles keep it true down to about 8 pairs.
std::optional<double> smallest_detectable(double deviation, std::size_t n, double alpha = 0.05,
                                          double power = 0.8);

}  // namespace lambdaprof::analysis
