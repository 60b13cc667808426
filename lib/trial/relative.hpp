// SPDX-License-Identifier: Apache-2.0
// A budget relative to a baseline that has its turns in the same blocks: signed ranks at each look.
#pragma once

#include <cstddef>

#include "trial/arm.hpp"
#include "trial/budget.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::trial {

/// The error rates of both sides of a verdict.
struct rates {
  double within;
  double over;
};

/// What of an empty verdict is known before anything is measured.
verdict unjudged(const budget& b, const rates& alpha);

verdict judge_relative(const arm& base, const arm& variant, const budget& b, std::size_t max_blocks,
                       const rates& alpha);

}  // namespace lambdaprof::trial
