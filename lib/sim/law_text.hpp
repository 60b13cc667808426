// SPDX-License-Identifier: Apache-2.0
// Laws as people write them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sim/model.hpp"

namespace lambdaprof::sim {

/// "fixed:100ms", "exponential:10ms", "lognormal:100ms,0.3" (median, and standard deviation of the
/// logarithm); a duration alone is fixed.
result<law> parse_law(std::string_view text);
/// "20 samples, 12 to 30 ms" of what was measured.
std::string spell(const law& l);

}  // namespace lambdaprof::sim
