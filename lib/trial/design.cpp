// SPDX-License-Identifier: Apache-2.0
#include "trial/design.hpp"

#include <numeric>
#include <utility>

#include "base/random.hpp"

namespace lambdaprof::trial {

block_design design_of(std::uint64_t seed, std::uint32_t block, std::size_t variants) {
  random chance(seed + (std::uint64_t{block} << 32U));
  block_design d;
  d.padding = static_cast<std::uint32_t>(chance.below(most_padding));
  d.order.resize(variants);
  std::iota(d.order.begin(), d.order.end(), std::size_t{0});
  for (std::size_t left = variants; left > 1; --left)
    std::swap(d.order[left - 1], d.order[chance.below(left)]);
  return d;
}

}  // namespace lambdaprof::trial
