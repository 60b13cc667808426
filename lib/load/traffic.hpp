// SPDX-License-Identifier: Apache-2.0
// A load over a long time in one word, as "poisson:0.5".
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "load/plan.hpp"

namespace lambdaprof::load {

/// "poisson:0.5" and "steady:0.5" a second, "burst:20,15m": 20 at once, then 15 minutes of nothing.
/// Its plan lasts for `length` after a warm-up that is discarded.
result<plan> traffic_plan(std::string_view text, span warm_up, span length);

}  // namespace lambdaprof::load
