// SPDX-License-Identifier: Apache-2.0
#include "environment/machine.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "environment/error_body.hpp"
#include "environment/limits.hpp"
#include "environment/unconfirmed.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;
using journal::outcome;
using journal::shutdown_reason;

machine::machine(environment_id self, const function& f, std::uint64_t seed,
                 environment::capacity c)
    : self_(self), function_(f), seed_(seed), capacity_(c) {}

void machine::launch(instant now, invocation_id cause, effects e) {
  ensure(state_ == machine_state::launching && attempt_ == 0, "an environment is launched once");
  cause_ = cause;
  begin_init(now, cause, e);
}

void machine::begin_init(instant now, invocation_id cause, effects e) {
  state_ = machine_state::launching;
  session_ = runtime_state::started;
  runtime_ = process_state::none;
  is_init_limited_ = is_runtime_initialized_ = false;
  e.log.append(now, self_, cause, fact::launch_ordered{attempt_, is_suppressed_, is_provisioned()});
  constexpr std::uint64_t spread = 0x9e3779b97f4a7c15U;
  const auto& files = function_.extensions;
  extensions_.begin(files, seed_ ^ ((std::uint64_t{self_.value} << 32 | attempt_) + 1) * spread);
  if (files.empty()) return launch_runtime(e);
  if (files.size() > most_extensions) {
    extensions_.begin({}, 0);
    return break_down(now, outcome::extension_launch, too_many_extensions_error(request_id()), e);
  }
  for (std::uint32_t i = 0; i < files.size(); ++i)
    e.orders.emplace_back(order::launch_extension{i, has_full_speed(), capacity_});
}

void machine::launch_runtime(effects e) {
  runtime_ = process_state::ordered;
  e.orders.emplace_back(order::launch{has_full_speed(), capacity_});
}

span machine::init_time() const {
  const bool is_long = function_.snap_start || function_.max_concurrency > 0 || is_provisioned();
  return is_long ? std::max(long_init_limit, function_.timeout) : init_limit;
}

void machine::limit_init(instant began) {
  if (is_suppressed_ || is_init_limited_) return;
  is_init_limited_ = true;
  deadline_ = began + init_time();
}

void machine::init_failed(instant now, outcome why, std::string_view payload, effects e,
                          std::string_view type) {
  write(now, fact::init_failed{why, e.log.keep(payload), keep_type(type, e)}, e);
  deadline_ = never;
  fail_all(now, why, payload, e, type);
}

journal::start_kind machine::kind_of_next(bool is_used) const {
  if (is_used) return journal::start_kind::warm;
  return is_provisioned() ? journal::start_kind::provisioned : journal::start_kind::cold;
}

journal::text_id machine::keep_type(std::string_view type, effects e) {
  return type.empty() ? journal::text_id{} : e.log.keep(type);
}

void machine::step(instant now, const any_signal& s, effects e) {
  if (state_ == machine_state::gone) return;
  std::visit([&](const auto& one) { on(now, one, e); }, s);
}

void machine::expire(instant now, effects e) {
  deadline_ = never;
  switch (state_) {
    case machine_state::launching:
    case machine_state::initializing: {
      if (session_ == runtime_state::restoring && is_restore_limited_by_invocation_)
        return restore_failed(now, outcome::timed_out,
                              timeout_error(request_id(), function_.timeout), {}, e);
      if (session_ == runtime_state::restoring)
        return restore_failed(now, outcome::restore_error, restore_timeout_error(request_id()), {},
                              e);
      const span limit = is_suppressed_ ? function_.timeout : init_time();
      init_failed(now, outcome::timed_out, timeout_error(request_id(), limit), e);
      return reset(now,
                   unconfirmed::init_time_out_is_a_timeout ? shutdown_reason::timeout
                                                           : shutdown_reason::failure,
                   e);
    }
    case machine_state::resetting:
    case machine_state::retiring:
      return expire_ending(now, e);
    default:
      return expire_invocation(now, e);
  }
}

void machine::on(instant now, const signal::started& s, effects e) {
  // The instants of the process are real, so they lie before `now` but never before the entry
  // above.
  write(now, fact::process_started{s.began, s.pid, s.mapped_bytes, s.cached_bytes}, e);
  runtime_ = process_state::running;
  if (state_ != machine_state::launching) return;
  state_ = machine_state::initializing;
  limit_init(s.began);
  if (session_ != runtime_state::started) runtime_initialized(now, journal::cpu_unknown, e);
}

void machine::on(instant now, const signal::launch_failed& s, effects e) {
  write(now, fact::launch_failed{e.log.keep(s.reason)}, e);
  runtime_ = process_state::none;
  if (is_ending()) return go_on_ending(now, e);
  break_down(now, outcome::launch_error, launch_error(request_id(), s.reason), e);
}

void machine::on(instant now, const signal::asked_next& s, effects e) {
  if (is_ending() || !after(session_, runtime_call::next)) {
    refuse(now, runtime_call::next, signal::id_check::current, e);
    return;
  }
  parked();
  if (state_ == machine_state::launching) {
    // An extension may do the work of the runtime, as the Lambda Web Adapter does.
    session_ = runtime_state::ready;
    return;
  }
  if (state_ != machine_state::initializing) return refuse_or_serve_next(now, s.cpu, e);
  if (session_ == runtime_state::restoring) {
    session_ = runtime_state::ready;
    deadline_ = never;
    write(now, fact::restore_finished{s.cpu}, e);
    return serve(now, e);
  }
  session_ = runtime_state::ready;
  runtime_initialized(now, s.cpu, e);
}

void machine::on(instant now, const signal::asked_restore& s, effects e) {
  if (is_ending() || !after(session_, runtime_call::restore_next)) {
    refuse(now, runtime_call::restore_next, signal::id_check::current, e);
    return;
  }
  session_ = runtime_state::restore_ready;
  if (state_ != machine_state::launching) runtime_initialized(now, s.cpu, e);
}

void machine::runtime_initialized(instant now, span cpu, effects e) {
  if (!extensions_.empty() && !is_runtime_initialized_) write(now, fact::runtime_initialized{}, e);
  is_runtime_initialized_ = true;
  finish_init(now, cpu, e);
}

void machine::finish_init(instant now, span cpu, effects e) {
  const bool is_waiting =
      session_ == runtime_state::ready || session_ == runtime_state::restore_ready;
  if (state_ != machine_state::initializing || !is_waiting || extensions_.is_any_initializing())
    return;
  write(now, fact::init_finished{cpu}, e);
  const instant end_of_invocation = is_suppressed_ ? deadline_ : never;
  deadline_ = never;
  if (session_ == runtime_state::ready) return serve(now, e);
  session_ = runtime_state::restoring;
  is_restore_limited_by_invocation_ = end_of_invocation < now + restore_limit;
  deadline_ = std::min(end_of_invocation, now + restore_limit);
  write(now, fact::restore_began{}, e);
  e.orders.emplace_back(order::resume{});
}

void machine::thaw(instant now, effects e) {
  if (!is_frozen_) return;
  is_frozen_ = false;
  write(now, fact::thawed{}, e);
  e.orders.emplace_back(order::thaw{});
}

void machine::answer(reply kind, runtime_call call, effects e) const {
  e.orders.emplace_back(order::answer{kind, session_, call});
}

bool machine::refuse(instant now, runtime_call call, signal::id_check id, effects e) {
  if (!is_ending() && id == signal::id_check::current && after(session_, call)) return false;
  const reply kind = id == signal::id_check::other   ? reply::invalid_request_id
                     : id == signal::id_check::stale ? reply::stale_attempt
                                                     : reply::invalid_transition;
  answer(kind, call, e);
  // That it comes too late while we are killing it is our doing, no fault of the function's.
  if (is_ending()) return true;
  switch (kind) {
    case reply::invalid_request_id:
      note_refusal(now, 400, "a post for another request id", e);
      return true;
    case reply::stale_attempt:
      note_refusal(now, 410, "a post for an attempt that is over", e);
      return true;
    default:
      note_refusal(
          now, 403,
          std::string(target_name(call)) + " called in state " + std::string(name(session_)), e);
      return true;
  }
}

void machine::on(instant now, const signal::reported_init_error& s, effects e) {
  if (refuse(now, runtime_call::report_init_error, signal::id_check::current, e)) return;
  const bool was_restoring = session_ == runtime_state::restoring;
  session_ = was_restoring ? runtime_state::restore_error : runtime_state::init_error;
  answer(reply::accepted, runtime_call::report_init_error, e);
  if (was_restoring) return restore_failed(now, outcome::restore_error, s.body, s.type, e);
  init_failed(now, outcome::init_error, s.body, e, s.type);
  runtime_gave_up(now, e);
}

void machine::on(instant now, const signal::reported_restore_error& s, effects e) {
  if (refuse(now, runtime_call::report_restore_error, signal::id_check::current, e)) return;
  session_ = runtime_state::restore_error;
  answer(reply::accepted, runtime_call::report_restore_error, e);
  restore_failed(now, outcome::restore_error, s.body, s.type, e);
}

void machine::restore_failed(instant now, outcome why, std::string_view payload,
                             std::string_view type, effects e) {
  write(now, fact::restore_failed{why, e.log.keep(payload), keep_type(type, e)}, e);
  fail_all(now, why, payload, e, type);
  if (session_ == runtime_state::restore_error) return runtime_gave_up(now, e);
  reset(now, shutdown_reason::timeout, e);
}

void machine::runtime_gave_up(instant now, effects e) {
  if (!is_reset_after_failure() || runtime_ != process_state::running)
    return reset(now, shutdown_reason::failure, e);
  state_ = machine_state::resetting;
  ending_ = ending::by_itself;
  deadline_ = now + init_error_grace;
}

void machine::on(instant now, const signal::exited& s, effects e) {
  write(now, fact::exited{s.status, s.by_signal, e.log.keep(s.used)}, e);
  runtime_ = process_state::none;
  if (is_ending()) return go_on_ending(now, e);
  const outcome why = s.out_of_memory    ? outcome::out_of_memory
                      : s.by_signal != 0 ? outcome::killed
                                         : outcome::exited;
  break_down(now, why,
             s.out_of_memory ? out_of_memory_error(request_id())
                             : exit_error(request_id(), s.status, s.by_signal, s.core_dumped),
             e);
}

}  // namespace lambdaprof::environment
