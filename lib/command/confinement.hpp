// SPDX-License-Identifier: Apache-2.0
// What of Lambda's limits this host can enforce on a function, and what the report says of it.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "host/cgroup_site.hpp"
#include "journal/header.hpp"
#include "profile/profile.hpp"
#include "sandbox/environment.hpp"

namespace lambdaprof::command {

/// `groups` outlives what is returned.
sandbox::confinement confinement_of(const profile::profile& p, host::cgroup_site& groups);

/// The assumptions about CPU, memory and freezing.
std::vector<journal::assumption> assumptions_of(const profile::profile& p,
                                                const host::cgroup_abilities& can);

/// A fault of kind `host` if the profile requires what cannot be enforced here.
result<void> can_enforce(const profile::profile& p, const host::cgroup_abilities& can);

}  // namespace lambdaprof::command
