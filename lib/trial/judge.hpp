// SPDX-License-Identifier: Apache-2.0
// What the blocks measured so far prove about budgets (lambda-models D4). A verdict once given
// stands, unless the machine turns out to be noisy: the error rates hold for all looks together.
// They are of the machine as it was while it was measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "journal/header.hpp"
#include "trial/arm.hpp"
#include "trial/budget.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::trial {

/// Judges all budgets of the trial, which have been read before, and the self-tests. The arms are
/// of one trial, and maybe of a committed baseline.
void judge(std::span<const arm> arms, const journal::trial_facts& facts, findings& to);

/// Whether further blocks are of no use: each verdict is given, or cannot be any more.
bool is_decided(const findings& f);

/// The error rate of one side of one verdict. All have to be within, so that each may err alike;
/// but one that is over is enough, so that those errors add up.
double alpha_of(ruling side, double alpha, std::size_t budgets);

}  // namespace lambdaprof::trial
