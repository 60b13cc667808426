// SPDX-License-Identifier: Apache-2.0
// What follows from the load that was written: its plan, its events, and whether it can be meant.
#pragma once

#include <vector>

#include "profile/profile.hpp"

namespace lambdaprof::profile {

/// Sequential events in a cycle: what was given, else 20, else (after a burst of several) none.
std::uint32_t warm_of(const load_settings& load);

/// The plan that was written, or the cycles: fresh start or idle time, burst, sequential events.
load::plan plan_of(const profile& p);

/// The plan of one block of a trial, which begins with nothing: what was written, or one cycle.
load::plan block_plan_of(const profile& p);

/// The events as the load sends them.
std::vector<load::event> events_of(const profile& p);

/// What only the whole profile shows, once the flags are applied: keys that exclude each other, a
/// plan without events or beyond 10 million, more than 4 KB of variables, an empty name of the
/// executable; the same for each variant. Whether these can be compared is left to
/// `check_variants`.
result<void> check(const profile& p);

}  // namespace lambdaprof::profile
