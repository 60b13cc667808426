// SPDX-License-Identifier: Apache-2.0
// Budgets in a file of their own.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "trial/budget.hpp"

namespace lambdaprof::profile {

/// The file holds what `budgets` is in a profile; comments are allowed.
result<std::vector<trial::budget>> read_budgets(const std::string& path);

}  // namespace lambdaprof::profile
