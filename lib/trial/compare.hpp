// SPDX-License-Identifier: Apache-2.0
// Variants against their base, metric by metric: how much they differ, how sure that is, and what
// could have been found where nothing was.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trial/arm.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::trial {

/// Which of the arms the others of its group are compared with: that of the role `base`, else the
/// first of the group.
std::size_t base_of(std::span<const arm> arms, std::string_view group);

/// What is always compared, and what the trial is judged by.
bool is_compared(const analysis::metric& m, const journal::trial_facts& t);

/// Every variant against the base of its group in every metric that is compared, for as far as
/// there are samples; what cannot be compared is a caveat. Arms of one trial are paired, others are
/// not. p is corrected by Holm over all of a family: what the trial is judged by, and the rest.
void compare(std::span<const arm> arms, std::uint64_t seed, findings& to);

/// Whether the headline of every variant has an interval of at most this half width, as a ratio.
bool is_precise(const findings& f, double precision);

/// Why the figures of two runs should not be compared, if so: another plan, model or machine.
std::optional<std::string> incomparable(const journal::header& a, const journal::header& b);

}  // namespace lambdaprof::trial
