// SPDX-License-Identifier: Apache-2.0
// How the processes of an environment are ended (lambda-protocol §3.5): at once where there is no
// extension; else SIGTERM to the runtime, then SHUTDOWN to the extensions, each with its time.
#include <algorithm>

#include "environment/limits.hpp"
#include "environment/machine.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;

void machine::retire(instant now, journal::retirement why, effects e) {
  if (state_ == machine_state::retiring || state_ == machine_state::gone) return;
  interrupt_all(now, e);
  write(now, fact::retired{why}, e);
  if (state_ == machine_state::down) return vanish(now, e);
  // A runtime that is left to exit by itself after /init/error has not been ended yet.
  const bool is_under_way = state_ == machine_state::resetting && ending_ != ending::by_itself;
  state_ = machine_state::retiring;
  if (!is_under_way) end(now, journal::shutdown_reason::spindown, e);
}

void machine::reset(instant now, journal::shutdown_reason why, effects e) {
  if (state_ == machine_state::retiring) return;
  if (is_reset_after_failure()) {
    state_ = machine_state::resetting;
    write(now, fact::reset{}, e);
  } else {
    write(now, fact::retired{journal::retirement::broken}, e);
    state_ = machine_state::retiring;
  }
  end(now, why, e);
}

void machine::end(instant now, journal::shutdown_reason why, effects e) {
  deadline_ = never;
  if (runtime_ == process_state::none && !extensions_.is_any_alive())
    return processes_are_gone(now, e);
  if (!extensions_.is_any_registered()) return kill_all(e);
  thaw(now, e);
  ending_reason_ = why;
  write(now, fact::shutdown_began{why}, e);
  const bool has_external = extensions_.all().front().external;
  ending_deadline_ = now + (has_external ? shutdown_budget_external : shutdown_budget_internal);
  if (runtime_ == process_state::none) return end_extensions(now, e);
  ending_ = ending::runtime;
  if (runtime_ == process_state::ordered) {
    e.orders.emplace_back(order::kill_runtime{});
    return;
  }
  deadline_ = now + (extensions_.is_any_internal() ? runtime_share_internal : runtime_share);
  e.orders.emplace_back(order::terminate_runtime{});
}

void machine::end_extensions(instant now, effects e) {
  ending_ = ending::extensions;
  deadline_ = std::max(ending_deadline_, now);
  for (std::uint32_t i = 0; i < extensions_.all().size(); ++i) {
    const extension& x = extensions_.at(i);
    if (x.process == process_state::none) continue;
    if (!x.wants_shutdown || x.has_given_up()) {
      e.orders.emplace_back(order::kill_extension{i});
    } else if (x.is_held) {
      tell_shutdown(now, i, e);
    }  // else it is told when it asks
  }
}

void machine::tell_shutdown(instant now, std::uint32_t number, effects e) {
  extensions_.at(number).is_held = false;
  const span remaining = std::max(ending_deadline_ - now, span{});
  e.orders.emplace_back(order::tell_shutdown{number, remaining, ending_reason_});
}

void machine::go_on_ending(instant now, effects e) {
  if (runtime_ == process_state::none && !extensions_.is_any_alive())
    return processes_are_gone(now, e);
  // While a runtime was left to exit by itself, or another one to be killed, nothing had begun.
  if (ending_ == ending::by_itself) return reset(now, journal::shutdown_reason::failure, e);
  if (ending_ == ending::runtime && runtime_ == process_state::none) end_extensions(now, e);
}

void machine::expire_ending(instant now, effects e) {
  switch (ending_) {
    case ending::by_itself:
      // It has posted an error of its init and did not exit.
      return reset(now, journal::shutdown_reason::failure, e);
    case ending::runtime:
      e.orders.emplace_back(order::kill_runtime{});
      return;
    default:
      return kill_all(e);
  }
}

void machine::kill_all(effects e) {
  ending_ = ending::killed;
  deadline_ = never;
  e.orders.emplace_back(order::kill{});
}

void machine::processes_are_gone(instant now, effects e) {
  deadline_ = never;
  ending_ = ending::none;
  is_frozen_ = false;
  session_ = runtime_state::started;
  extensions_.begin({}, 0);
  if (state_ == machine_state::retiring) return vanish(now, e);
  state_ = machine_state::down;
}

void machine::vanish(instant now, effects e) {
  state_ = machine_state::gone;
  write(now, fact::gone{}, e);
  e.orders.emplace_back(order::dismantle{});
}

}  // namespace lambdaprof::environment
