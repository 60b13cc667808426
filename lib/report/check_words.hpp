// SPDX-License-Identifier: Apache-2.0
// The words that findings and figures of a check share.
#pragma once

#include <string>

#include "report/check.hpp"

namespace lambdaprof::report {

/// "12", "3.20 MB".
std::string amount(const growth& g, double value);

/// "+1.00 [+0.98, +1.02]", with its interval where there is one.
std::string slope(const growth& g);

}  // namespace lambdaprof::report
