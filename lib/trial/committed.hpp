// SPDX-License-Identifier: Apache-2.0
// A budget relative to a baseline that was measured elsewhere or earlier. Both are divided by a
// workload that had its turns in the blocks of either trial; what machines differ by beyond that is
// in the interval.
#pragma once

#include <cstddef>

#include "trial/relative.hpp"

namespace lambdaprof::trial {

struct with_baseline {
  const arm& saved;
  const arm& saved_calibration;
  const arm& variant;
  const arm& calibration;
};

/// Looked at once, after `committed_look` blocks: what decides is the difference of the machines,
/// which more blocks do not make smaller.
verdict judge_committed(const with_baseline& arms, const budget& b, double machine_deviation,
                        std::size_t max_blocks, const rates& alpha);

inline constexpr std::size_t committed_look = 40;

/// Of fewer blocks, on either side, nobody knows how much they scatter.
inline constexpr std::size_t fewest_blocks = 10;

/// The smallest margin, as a part of the baseline, that can be proved at all.
double smallest_margin(double machine_deviation, double alpha);

}  // namespace lambdaprof::trial
