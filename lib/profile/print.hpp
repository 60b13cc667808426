// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "profile/profile.hpp"

namespace lambdaprof::profile {

/// The profile in force as a profile file, each value with its origin as a comment. Reading it back
/// gives the same profile; of `load` it has either the plan or the other keys.
std::string print_profile(const profile& p);

/// The JSON Schema (2020-12) of profile files.
std::string profile_schema();

}  // namespace lambdaprof::profile
