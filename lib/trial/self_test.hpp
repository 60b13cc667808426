// SPDX-License-Identifier: Apache-2.0
// The A/A test of a trial: two copies of one program have their turns in each block like all
// others.
#pragma once

#include <optional>
#include <span>

#include "trial/arm.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::trial {

/// The share of quiet machines that one of all self-tests of a trial calls noisy.
inline constexpr double false_alarm = 0.01;
inline constexpr double largest_difference = 0.02;

/// Of one metric, one of `tests` that are made. Quiet if the interval holds 1 and the ratio lies
/// within 2 %, noisy if the interval does not hold 1, else (or with too few blocks) unresolved.
self_test test_itself(const pairs& p, const analysis::metric& m, std::size_t tests);

/// What the repeat of an arm is a repeat of: the base, or the only variant where there is none.
struct repeated {
  const arm* original;
  const arm* repeat;
};
std::optional<repeated> find_repeat(std::span<const arm> arms);

}  // namespace lambdaprof::trial
