// SPDX-License-Identifier: Apache-2.0
// A function whose cold start is a fixed amount of work: creating a process, computing, and fresh
// memory. What it takes tells how fast a machine starts functions. Never change the amounts: what
// committed baselines were divided by would be another thing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "runtime/lambda_runtime.hpp"

namespace {

constexpr std::uint64_t steps = 4'000'000;  // about 5 ms
constexpr std::size_t page = 4096;
constexpr std::size_t pages = 2048;  // 8 MB, about 2 ms

/// A chain of multiplications, which no compiler and no wider CPU can shorten.
std::uint64_t compute(std::uint64_t x) {
  for (std::uint64_t i = 0; i < steps; ++i) x = x * 6364136223846793005U + 1442695040888963407U;
  return x;
}

void touch_fresh_memory(std::uint64_t value) {
  auto* const memory = static_cast<volatile std::uint8_t*>(std::malloc(pages * page));
  if (memory == nullptr) std::abort();
  for (std::size_t i = 0; i < pages; ++i) memory[i * page] = static_cast<std::uint8_t>(value + i);
}

}  // namespace

int main(int argc, char**) {
  touch_fresh_memory(compute(static_cast<std::uint64_t>(argc)));
  sample::lambda_runtime runtime;
  while (true) runtime.respond(runtime.next(), "{}");
}
