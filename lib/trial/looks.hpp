// SPDX-License-Identifier: Apache-2.0
// When a trial is looked at, and what of the error rate each look may spend (lambda-models D4). The
// rates of all looks add up to that of the trial, so a verdict may be given at any of them.
#pragma once

#include <cstddef>
#include <vector>

namespace lambdaprof::trial {

struct look {
  std::size_t blocks = 0;
  double part = 1;  ///< of the error rate
};

/// 20, 40, 80, … and the last block, the last look with half of the rate, the one before with a
/// quarter, and so on; the first two share what is left equally.
std::vector<look> looks(std::size_t max_blocks);

/// Where what may be asked at any time is asked: each block at first, later fewer, but always where
/// `looks` has one.
bool is_a_look(std::size_t blocks, std::size_t max_blocks);

/// From here on a trial may end.
inline constexpr std::size_t first_look = 20;

}  // namespace lambdaprof::trial
