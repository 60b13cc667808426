// SPDX-License-Identifier: Apache-2.0
// The input of github-action-benchmark with `tool: customSmallerIsBetter`: the median of each
// metric of each variant. It knows its charts by the names here, so these hold nothing that
// changes.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

std::string render_benchmark_action(std::span<const subject> subjects, const trial::findings& f);

}  // namespace lambdaprof::report
