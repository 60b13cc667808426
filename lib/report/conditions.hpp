// SPDX-License-Identifier: Apache-2.0
// Under which conditions something was measured, as blocks of a document.
#pragma once

#include <span>
#include <string>

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

/// "512 MB · timeout 3 s · 20 × (fresh, 1 + 20 sequential)", of a run or of the variants of a
/// trial.
std::string subtitle(std::span<const subject> subjects);

/// The model with its assumptions, the machine, and what of the time was skipped; of a run or of
/// the variants of a trial, whose sizes of memory may differ.
facts conditions(std::span<const subject> subjects);

/// Of that one start, which need not be the median of an even number; what queued or came after the
/// response is a bar, but no part of its figure.
std::string title_of_waterfall(const subject& s);

}  // namespace lambdaprof::report
