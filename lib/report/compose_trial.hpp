// SPDX-License-Identifier: Apache-2.0
// A trial as a document: what was decided, how the variants differ, where their cold starts went,
// and what speaks against believing it.
#pragma once

#include <span>

#include "report/document.hpp"
#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

/// At least one subject. Without figures where a journal broke a law.
document compose_trial(std::span<const subject> subjects, const trial::findings& f);

}  // namespace lambdaprof::report
