// SPDX-License-Identifier: Apache-2.0
// How inits and invocations divide between the runtime and its extensions, which work side by side:
// each is over when the last of them has asked for its next event.
#pragma once

#include "analysis/summary.hpp"

namespace lambdaprof::analysis {

/// Of environments with extensions; without any figures where there are none.
division divide(const timeline& t);

}  // namespace lambdaprof::analysis
