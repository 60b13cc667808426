// SPDX-License-Identifier: Apache-2.0
// Order statistics of values that need not be sorted for more than one or two of them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lambdaprof::analysis {

/// The value of this rank (1-based); puts no smaller one behind it and no larger one before it.
double ranked(std::vector<double>& values, std::size_t rank);

/// Of at least one value, whose order it changes.
double median(std::vector<double>& values);

bool are_finite(std::span<const double> values);

}  // namespace lambdaprof::analysis
