// SPDX-License-Identifier: Apache-2.0
// All that can happen to a run, and all that it can ask for.
#pragma once

#include <variant>

#include "base/id.hpp"
#include "environment/order.hpp"
#include "environment/signal.hpp"

namespace lambdaprof::run {

/// The run begins, or an instant that `next_wake` named has come.
struct woke {};

/// Of one environment; `attempt` tells its processes apart, so that a late word of a dead one is
/// ignored.
struct environment_signal {
  environment_id env;
  std::uint32_t attempt;
  environment::any_signal signal;
};

/// Stop: no further event, end what is under way, keep what was measured.
struct stop {};

/// Of a trial that is resting: play the plan once more, as this block.
struct begin_block {
  std::uint32_t block;
  std::uint32_t padding;
  bool discarded;
};

/// Of a trial that is resting: there will be no further block.
struct no_more_blocks {};

using happening = std::variant<woke, environment_signal, stop, begin_block, no_more_blocks>;

struct order {
  environment_id env;
  std::uint32_t attempt;
  environment::any_order what;
};

}  // namespace lambdaprof::run
