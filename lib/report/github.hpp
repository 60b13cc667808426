// SPDX-License-Identifier: Apache-2.0
// Annotations of a GitHub workflow, one workflow command a line. Nothing is said as long as nothing
// is wrong. What is over comes first, since of each kind a step shows ten and drops the others.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

std::string render_github(std::span<const subject> subjects, const trial::findings& f);

}  // namespace lambdaprof::report
