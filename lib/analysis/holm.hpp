// SPDX-License-Identifier: Apache-2.0
// Many questions at once: p values that may be held against one limit together.
#pragma once

#include <span>
#include <vector>

namespace lambdaprof::analysis {

/// Adjusted p values, in the order given (Holm 1979). If those are rejected that are at most alpha,
/// then the chance of any wrong rejection among all is at most alpha, however they depend on each
/// other.
std::vector<double> holm(std::span<const double> p);

}  // namespace lambdaprof::analysis
