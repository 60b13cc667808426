// SPDX-License-Identifier: Apache-2.0
// The keys of trials, experiments and gates.
#pragma once

#include <vector>

#include "profile/fields.hpp"

namespace lambdaprof::profile {

std::vector<field> trial_fields();
std::vector<field> simulation_fields();
std::vector<field> gate_fields();

}  // namespace lambdaprof::profile
