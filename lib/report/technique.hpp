// SPDX-License-Identifier: Apache-2.0
// What each variant of a trial is worth, in sentences: whether it helps, in time and in dollars,
// how small an effect could have been seen, and where that turns.
#pragma once

#include <span>

#include "report/document.hpp"
#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

/// The shortest answer to what the trial asks, by the first metric it is judged by that anything
/// was found of: where each of some variants does most. Empty if it is judged by none.
paragraph answer(std::span<const subject> subjects, const trial::findings& f);

/// One line for each variant and each metric that the trial is judged by, groups together. Nothing
/// of a trial that is judged by no metric.
facts worth_of_techniques(std::span<const subject> subjects, const trial::findings& f);

}  // namespace lambdaprof::report
