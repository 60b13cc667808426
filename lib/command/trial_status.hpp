// SPDX-License-Identifier: Apache-2.0
// The end of a trial: its report, and the status that says how it went.
#pragma once

#include "command/console.hpp"
#include "command/outputs.hpp"

namespace lambdaprof::command {

bool is_interrupted(std::span<const report::subject> subjects);

/// Whether an invocation failed, warm-ups included: whoever asked for success asked for it from the
/// first event on.
bool has_failed(std::span<const report::subject> subjects);

/// Writes everything and returns the status. Interruptions and failures of the function come before
/// verdicts; an inconclusive one counts as the trial has it.
int report_trial(const content& what, const outputs& out, bool ignores_failures, const console& c);

/// The same of what was measured before: the status tells whether it could be read and written.
int report_saved(const content& what, const outputs& out, const console& c);

}  // namespace lambdaprof::command
