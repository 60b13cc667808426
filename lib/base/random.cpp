// SPDX-License-Identifier: Apache-2.0
// xoshiro256** seeded by splitmix64 (Blackman and Vigna, prng.di.unimi.it).
#include "base/random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace lambdaprof {

random::random(std::uint64_t seed) {
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15U;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    word = z ^ (z >> 31);
  }
}

std::uint64_t random::bits() {
  const std::uint64_t drawn = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return drawn;
}

double random::unit() {
  return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

std::uint64_t random::below(std::uint64_t n) {
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % n;
  std::uint64_t drawn = bits();
  while (drawn >= limit) drawn = bits();
  return drawn % n;
}

double random::exponential(double mean) {
  return -mean * std::log1p(-unit());
}

double random::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-unit()));
  return radius * std::cos(2.0 * std::numbers::pi * unit());
}

std::size_t random::pick(std::span<const double> weights) {
  double total = 0;
  for (const double w : weights) total += std::max(w, 0.0);
  double left = unit() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return last;
}

}  // namespace lambdaprof
