// SPDX-License-Identifier: Apache-2.0
// JUnit XML as Jenkins, GitLab and others read it: a test case for each verdict and each self test.
// A noisy machine is a skipped case, as a JUnit assumption that does not hold is: it is not for the
// code to put right, so it must not turn a job red that the exit status leaves green.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

enum class when_inconclusive : std::uint8_t { skip, fail };

std::string render_junit(std::span<const subject> subjects, const trial::findings& f,
                         when_inconclusive then);

}  // namespace lambdaprof::report
