// SPDX-License-Identifier: Apache-2.0
// From a profile to the conditions of a run: what is run, where, under which assumptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "journal/header.hpp"
#include "profile/profile.hpp"
#include "run/settings.hpp"

namespace lambdaprof::command {

/// Finds the executable and the task folder and writes them into the profile, absolute.
result<void> resolve(profile::profile& p);

/// So many files this process has to open to measure so many variants in turn.
std::uint64_t descriptors_of(std::size_t variants);

/// `descriptors` is how many files this process may open: each environment takes some.
run::settings settings_of(const profile::profile& p, std::uint64_t descriptors);

/// The journal's header; the profile is resolved, `model` begins its assumptions.
journal::header conditions_of(const profile::profile& p, const run::settings& s,
                              std::vector<journal::assumption> model, std::string command_line);

}  // namespace lambdaprof::command
