// SPDX-License-Identifier: Apache-2.0
// A function whose init is a fixed amount of computing. Built twice, with 15.5 % more of it in the
// slower one, which makes its cold start 15 % longer.
#include <cstdint>

#include "runtime/lambda_runtime.hpp"

namespace {

constexpr std::uint64_t steps = 10'000'000ULL * LAMBDAPROF_PER_MILLE / 1000;

std::uint64_t compute(std::uint64_t x) {
  for (std::uint64_t i = 0; i < steps; ++i) x = x * 6364136223846793005U + 1442695040888963407U;
  return x;
}

volatile std::uint64_t computed = 0;

}  // namespace

int main(int argc, char**) {
  computed = compute(static_cast<std::uint64_t>(argc));
  sample::lambda_runtime runtime;
  while (true) runtime.respond(runtime.next(), "{}");
}
