// SPDX-License-Identifier: Apache-2.0
// How variants differ, in figures: a group of rows for each metric, the base first.
#pragma once

#include <span>
#include <string>

#include "report/document.hpp"
#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

/// Without comparisons: the figures of the variants alone.
table comparison_table(std::span<const subject> subjects, const trial::findings& f);

/// The cold start in one line: which variant is the fastest, or that no difference was found.
paragraph headline(const trial::findings& f);

/// How much more would have been found: "12.3 %", or "14.0 ×".
std::string detectable_text(double part);

/// "cold start of async 0.970 × [0.941, 1.01] (descriptive)"; empty without one.
std::string tail_of(const trial::comparison& c);

}  // namespace lambdaprof::report
