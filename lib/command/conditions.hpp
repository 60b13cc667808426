// SPDX-License-Identifier: Apache-2.0
// From a profile to the conditions of a run: what is run, where, under which assumptions.
#pragma once

#include <string>

#include "base/result.hpp"
#include "journal/header.hpp"
#include "profile/profile.hpp"
#include "run/settings.hpp"

namespace lambdaprof::command {

/// Finds the executable and the task folder and writes them into the profile, absolute.
result<void> resolve(profile::profile& p);

/// A fault of kind `host` if the profile requires what cannot be enforced here.
result<void> can_enforce(const profile::profile& p);

run::settings settings_of(const profile::profile& p);

/// The journal's header; the profile is resolved.
journal::header conditions_of(const profile::profile& p, std::string command_line);

}  // namespace lambdaprof::command
