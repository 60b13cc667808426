// SPDX-License-Identifier: Apache-2.0
// A committed baseline: a result that `gate --update` has written, here or on another machine.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "command/contestants.hpp"
#include "report/subject.hpp"

namespace lambdaprof::command {

/// Its function and its calibration, in the roles that they have in the trial of `candidate`. A
/// fault where it was not made for that: no calibration, another function or plan, other limits.
result<std::vector<report::subject>> read_baseline(const std::string& path,
                                                   const contestant& candidate);

}  // namespace lambdaprof::command
