// SPDX-License-Identifier: Apache-2.0
// The raw samples as comma-separated values: one row per invocation, quoted as RFC 4180 says, times
// in milliseconds to the nanosecond, empty where there is nothing to say. Lines end in a bare
// newline. Columns of restores, first bytes and extensions are there only where some function has
// them.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"

namespace lambdaprof::report {

std::string render_csv(std::span<const subject> subjects);

}  // namespace lambdaprof::report
