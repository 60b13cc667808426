// SPDX-License-Identifier: Apache-2.0
// Everything that an environment can ask of its world.
#pragma once

#include <variant>

#include "base/id.hpp"
#include "base/time.hpp"
#include "environment/runtime_session.hpp"

namespace lambdaprof::environment {

namespace order {

/// Start a process; answered by `started` or `launch_failed`. An on-demand init runs at full speed,
/// one inside an invocation with the share of CPU that the memory size buys.
struct launch {
  bool at_full_speed;
};
/// From here on only that share, and everything stands still: nothing is to be done.
struct freeze {};
struct thaw {};
/// Answer the parked /next, or the next one that comes, with this event; the share of CPU is in
/// force.
struct deliver {
  invocation_id inv;
  span remaining;
};
/// Answer the call that was just reported. For a refusal: what was called, in which state.
struct answer {
  reply kind;
  runtime_state state;
  runtime_call call;
};
/// SIGKILL to the process and all its children; answered by `exited`. Without extensions Lambda
/// sends no SIGTERM (lambda-protocol §3.5).
struct kill {};
/// The environment is gone: nothing of it is needed any more.
struct dismantle {};

}  // namespace order

using any_order = std::variant<order::launch, order::freeze, order::thaw, order::deliver,
                               order::answer, order::kill, order::dismantle>;

}  // namespace lambdaprof::environment
