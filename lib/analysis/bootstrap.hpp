// SPDX-License-Identifier: Apache-2.0
// How far a quantile of pairs of measurements could have come out otherwise. For tails, of which
// signed ranks say nothing; descriptive, so no verdict rests on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "analysis/quantile.hpp"

namespace lambdaprof::analysis {

/// The interval of ln(q-quantile of the variant / q-quantile of the base), all values positive: the
/// middle `confidence` of what `resamples` draws of as many pairs, with replacement, make of it.
/// None below two pairs. The same seed gives the same interval.
///
/// With few values beyond the quantile it is too narrow: see `quantile_ranks` for whether there are
/// enough.
std::optional<interval> bootstrap_quantile_shift(std::span<const double> base,
                                                 std::span<const double> variant, double q,
                                                 std::uint64_t seed, double confidence = 0.95,
                                                 std::size_t resamples = 2000);

}  // namespace lambdaprof::analysis
