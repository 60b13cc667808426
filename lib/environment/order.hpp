// SPDX-License-Identifier: Apache-2.0
// Everything that an environment can ask of its world.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/id.hpp"
#include "base/time.hpp"
#include "environment/extension_session.hpp"
#include "environment/function.hpp"
#include "environment/runtime_session.hpp"
#include "journal/outcome.hpp"

namespace lambdaprof::environment {

namespace order {

/// Start a process; answered by `started` or `launch_failed`. An on-demand init runs at full speed,
/// one inside an invocation, or ahead of all, with the share of CPU that the memory size buys.
struct launch {
  bool at_full_speed;
  environment::capacity capacity = environment::capacity::on_demand;
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
/// Let the runtime go on that waits in /restore/next.
struct resume {};
/// SIGKILL to all processes, and all their children; answered by `exited` of each. Without
/// extensions Lambda sends no SIGTERM (lambda-protocol §3.5).
struct kill {};
/// SIGTERM, or SIGKILL, to the runtime alone.
struct terminate_runtime {};
struct kill_runtime {};

/// Start the process of an external extension; answered by `extension_started` or
/// `extension_launch_failed`.
struct launch_extension {
  std::uint32_t extension;
  bool at_full_speed;
  environment::capacity capacity = environment::capacity::on_demand;
};
struct kill_extension {
  std::uint32_t extension;
};
/// Answer the call of an extension that was just reported.
struct answer_extension {
  extension_reply kind;
  extension_state state = extension_state::started;
  extension_call call = extension_call::enroll;
  std::string name = {};        ///< of the extension, or of the event that is not known
  std::string identifier = {};  ///< of one that has registered
  bool with_account_id = false;
  journal::telemetry_api api = journal::telemetry_api::telemetry;
  std::uint32_t extension = 0;  ///< that has subscribed
};
/// That call waits for an event of that extension.
struct hold_extension {
  std::uint32_t extension;
};
/// Answer it with the event INVOKE.
struct tell_invoke {
  std::uint32_t extension;
  invocation_id inv;
  span remaining;
};
/// Answer it with the event SHUTDOWN, after all telemetry there is.
struct tell_shutdown {
  std::uint32_t extension;
  span remaining;
  journal::shutdown_reason reason;
};
/// The environment is gone: nothing of it is needed any more.
struct dismantle {};

}  // namespace order

using any_order =
    std::variant<order::launch, order::freeze, order::thaw, order::deliver, order::answer,
                 order::resume, order::kill, order::terminate_runtime, order::kill_runtime,
                 order::launch_extension, order::kill_extension, order::answer_extension,
                 order::hold_extension, order::tell_invoke, order::tell_shutdown, order::dismantle>;

}  // namespace lambdaprof::environment
