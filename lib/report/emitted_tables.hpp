// SPDX-License-Identifier: Apache-2.0
// What the function itself tells by its lines, as tables, and what to know of that.
#pragma once

#include <span>
#include <vector>

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

/// When each mark was seen; without rows where none was looked for, and so below.
table marks(const analysis::summary& s);

/// The metrics that the function emits, init, first and warm invocations apart.
table metrics(const analysis::summary& s);

/// The means of the metrics in which the variants of a trial differ.
table metrics_by_variant(std::span<const subject> subjects);

/// What init spent its time on, as it was traced.
table init_steps(const analysis::summary& s);

/// Marks that never came, lines that were no good, and what may be lost.
std::vector<remark> remarks_on_emitted(const subject& s);

}  // namespace lambdaprof::report
