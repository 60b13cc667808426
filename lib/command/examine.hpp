// SPDX-License-Identifier: Apache-2.0
// From what was measured, or read, to what a trial has found: nothing is kept of findings, they are
// made of the samples each time.
#pragma once

#include <span>

#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::command {

/// Whether the subjects have been compared: the variants of a trial, or runs beside each other.
bool is_trial(std::span<const report::subject> subjects);

/// Of the variants of one trial, and maybe a committed baseline: comparisons, verdicts, self-tests.
/// Of runs that are of no trial: how the others differ from the first, and why that tells less.
trial::findings examine(std::span<const report::subject> subjects);

/// The verdicts and self-tests alone, for as long as more is being measured.
trial::findings judge(std::span<const report::subject> subjects);

}  // namespace lambdaprof::command
