// SPDX-License-Identifier: Apache-2.0
// What can never be proved is refused before anything is measured.
#pragma once

#include "base/result.hpp"
#include "profile/profile.hpp"

namespace lambdaprof::command {

/// A fault if a budget of the profile has no sample, no baseline or too few blocks, whatever will
/// be measured. A committed baseline is one from elsewhere.
result<void> check_budgets(const profile::profile& p, bool has_baseline, bool is_committed);

}  // namespace lambdaprof::command
