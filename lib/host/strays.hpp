// SPDX-License-Identifier: Apache-2.0
// Processes that a function left behind: whoever loses its parent becomes a child of ours, because
// `keeper` made us a subreaper.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::host {

/// Our living children that are not in `known`; those that have ended are reaped on the way.
std::vector<int> strays(std::span<const int> known);

/// Our living children outside `known` whose AWS_LAMBDA_RUNTIME_API is 127.0.0.1:`port`; those that
/// have ended are reaped on the way.
std::vector<int> strays_of_port(std::uint16_t port, std::span<const int> known = {});

/// Kills these processes and all that descend from them, and reaps those that are or become our
/// children. False if some were still there after `limit`.
bool kill_and_reap(std::vector<int> pids, span limit = std::chrono::seconds(2));

}  // namespace lambdaprof::host
