// SPDX-License-Identifier: Apache-2.0
// Variants against their base, metric by metric: how much they differ, how sure that is, and what
// could have been found where nothing was.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trial/arm.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::trial {

/// Which of the arms the others are compared with: that of the role `base`, else the first.
std::size_t base_of(std::span<const arm> arms);

/// Every variant against the base in every metric that is compared, for as far as there are
/// samples; what cannot be compared is a caveat. Arms of one trial are paired, others are not.
void compare(std::span<const arm> arms, std::uint64_t seed, findings& to);

/// Whether the headline of every variant has an interval of at most this half width, as a ratio.
bool is_precise(const findings& f, double precision);

/// Why the figures of two runs should not be compared, if so: another plan, model or machine.
std::optional<std::string> incomparable(const journal::header& a, const journal::header& b);

}  // namespace lambdaprof::trial
