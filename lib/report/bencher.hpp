// SPDX-License-Identifier: Apache-2.0
// Bencher Metric Format: one benchmark for each metric of each variant, "resize: cold start", so
// that a threshold on Bencher's own measure `latency` (ns) is in force for every time.
// `peak-memory` is in bytes, `cost` in dollars for a million. The value is the median, its bounds
// are those of 95 %.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

std::string render_bencher(std::span<const subject> subjects, const trial::findings& f);

}  // namespace lambdaprof::report
