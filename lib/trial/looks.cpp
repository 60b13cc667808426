// SPDX-License-Identifier: Apache-2.0
#include "trial/looks.hpp"

#include <algorithm>
#include <bit>

namespace lambdaprof::trial {

std::vector<look> looks(std::size_t max_blocks) {
  std::vector<look> all;
  for (std::size_t n = first_look; n < max_blocks; n *= 2) {
    all.push_back({n, 0});
    if (n > max_blocks / 2) break;  // twice as many could be more than there are numbers
  }
  all.push_back({max_blocks, 0});
  double rest = 1;
  for (std::size_t i = all.size(); i-- > 1;) all[i].part = rest /= 2;
  all.front().part = rest;
  return all;
}

bool is_a_look(std::size_t blocks, std::size_t max_blocks) {
  if (blocks >= max_blocks) return true;
  if (blocks < first_look) return false;
  if (blocks % first_look == 0 && std::has_single_bit(blocks / first_look)) return true;
  // Each block at first, then each twentieth part more: looking at all of a long trial after each
  // of its blocks would take longer than the blocks.
  std::size_t next = first_look;
  while (next < blocks) next += std::max<std::size_t>(1, next / 20);
  return next == blocks;
}

}  // namespace lambdaprof::trial
