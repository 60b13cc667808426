// SPDX-License-Identifier: Apache-2.0
// A sample in a few bins, for a picture of its shape. Figures come from `summary`, never from bins.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lambdaprof::analysis {

/// Samples in [low, high), in the last bin [low, high].
struct bin {
  double low = 0;
  double high = 0;
  std::size_t count = 0;
};

/// From the smallest to the largest of a sorted sample; log-spaced if that is more than a factor
/// of 20. None for an empty sample, one for a sample of equal values; otherwise `bins` > 0 of them.
std::vector<bin> histogram(std::span<const double> sorted, std::size_t bins);

}  // namespace lambdaprof::analysis
