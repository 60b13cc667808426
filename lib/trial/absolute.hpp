// SPDX-License-Identifier: Apache-2.0
// A budget that is a fixed limit: how many samples lie above it, by a test that may be asked after
// every block.
#pragma once

#include <cstddef>

#include "trial/relative.hpp"

namespace lambdaprof::trial {

verdict judge_absolute(const arm& variant, const budget& b, std::size_t max_blocks,
                       const rates& alpha);

/// A fault if so few samples cannot prove the budget whatever they are; it says how many it takes.
result<void> can_be_proved(const budget& b, double alpha, std::size_t most_samples);

}  // namespace lambdaprof::trial
