// SPDX-License-Identifier: Apache-2.0
// What a trial does by chance: in each block every variant has its turn, in an order of its own,
// and all with stacks that begin at a place of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lambdaprof::trial {

/// Blocks that are measured and thrown away before the others.
inline constexpr std::uint32_t warm_up_blocks = 2;

struct block_design {
  std::vector<std::size_t> order;  ///< of the variants
  std::uint32_t padding = 0;       ///< bytes, below `most_padding`
};
inline constexpr std::uint32_t most_padding = 4096;

/// Of one block; the same for the same seed.
block_design design_of(std::uint64_t seed, std::uint32_t block, std::size_t variants);

}  // namespace lambdaprof::trial
