// SPDX-License-Identifier: Apache-2.0
#include "environment/standard_machine.hpp"

#include "base/result.hpp"
#include "environment/answer_check.hpp"
#include "environment/error_body.hpp"
#include "environment/limits.hpp"
#include "environment/unconfirmed.hpp"
#include "journal/request_id.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;
using journal::outcome;
using journal::start_kind;

std::string standard_machine::request_id() const {
  return journal::request_id(seed_, invocation_ ? invocation_ : cause());
}

void standard_machine::assign(instant now, invocation_id inv, effects e) {
  ensure(is_available(), "an event is given to an available environment only");
  invocation_ = inv;
  answered_ = false;
  answer_ = outcome::success;
  invocation_deadline_ = now + function_.timeout;
  deadline_ = invocation_deadline_;
  if (state_ == machine_state::ready) {
    thaw(now, e);
    return deliver(now, kind_of_next(used_), e);
  }
  ++attempt_;
  is_suppressed_ = true;
  used_ = false;
  begin_init(now, inv, e);
}

void standard_machine::freeze(instant now, effects e) {
  if (state_ != machine_state::ready || is_frozen_) return;
  is_frozen_ = true;
  write(now, fact::frozen{}, e);
  e.orders.emplace_back(order::freeze{});
}

void standard_machine::serve(instant now, effects e) {
  state_ = machine_state::ready;
  if (!invocation_) return;
  deadline_ = invocation_deadline_;
  deliver(now, start_kind::suppressed, e);
}

void standard_machine::deliver(instant now, start_kind kind, effects e) {
  state_ = machine_state::invoking;
  session_ = runtime_state::running;
  used_ = true;
  is_suppressed_ = false;
  write(now, fact::delivered{kind}, e);
  e.orders.emplace_back(order::deliver{invocation_, invocation_deadline_ - now});
  tell_invoke(invocation_, invocation_deadline_ - now, e);
}

void standard_machine::fail(instant now, outcome why, std::string_view payload, effects e, span cpu,
                            std::string_view type) {
  answered_ = true;
  answer_ = why;
  write(now, fact::failed{why, e.log.keep(payload), cpu, keep_type(type, e)}, e);
}

void standard_machine::settle(instant now, outcome how, effects e) {
  write(now, fact::settled{how}, e);
  invocation_ = {};
  deadline_ = never;
}

void standard_machine::settle_after(instant now, outcome late, effects e) {
  const bool has_failed_before = answered_ && answer_ != outcome::success;
  settle(now, has_failed_before ? answer_ : late, e);
}

void standard_machine::fail_all(instant now, outcome why, std::string_view payload, effects e,
                                std::string_view type) {
  if (!invocation_) return;
  if (!answered_) fail(now, why, payload, e, journal::cpu_unknown, type);
  settle_after(now, why, e);
}

void standard_machine::interrupt_all(instant now, effects e) {
  if (invocation_) settle(now, outcome::interrupted, e);
}

void standard_machine::expire_invocation(instant now, effects e) {
  ensure(state_ == machine_state::invoking, "a deadline passes only where there is one");
  // Also of a runtime that has answered but never comes back, or of an extension.
  static_assert(unconfirmed::invoker_keeps_its_answer);
  fail_all(now, outcome::timed_out, timeout_error(request_id(), function_.timeout), e, {});
  reset(now, journal::shutdown_reason::timeout, e);
}

void standard_machine::refuse_or_serve_next(instant now, span cpu, effects e) {
  if (state_ != machine_state::invoking || session_ == runtime_state::ready) return;  // asked twice
  if (session_ == runtime_state::running) {
    static_assert(unconfirmed::redelivers_to_a_running_runtime);
    e.orders.emplace_back(order::deliver{invocation_, invocation_deadline_ - now});
    return;
  }
  session_ = runtime_state::ready;
  write(now, fact::runtime_ready{cpu}, e);
  settle_if_over(now, e);
}

void standard_machine::settle_if_over(instant now, effects e) {
  if (state_ != machine_state::invoking || session_ != runtime_state::ready ||
      extensions_.is_any_running())
    return;
  settle(now, answer_, e);
  state_ = machine_state::ready;
}

void standard_machine::on(instant now, const signal::response_began& s, effects e) {
  // What still comes out of a socket after a timeout is nobody's response any more.
  if (state_ != machine_state::invoking || s.id != signal::id_check::current ||
      !after(session_, runtime_call::respond))
    return;
  session_ = runtime_state::invocation_response;
  write(now, fact::response_began{}, e);
}

void standard_machine::on(instant now, const signal::responded& s, effects e) {
  // A response whose head was announced has already passed the check of its state.
  if (s.announced && s.id == signal::id_check::current &&
      session_ == runtime_state::invocation_response)
    session_ = runtime_state::running;
  if (refuse(now, runtime_call::respond, s.id, e)) return;
  session_ = runtime_state::response_sent;
  const checked_answer checked = check_answer(s, function_, request_id());
  answer(checked.kind, runtime_call::respond, e);
  if (checked.how == outcome::success) {
    answered_ = true;
    write(now, told_of(s, e.log), e);
  } else {
    fail(now, checked.how, checked.payload, e, s.cpu, s.error_type);
  }
}

void standard_machine::on(instant now, const signal::reported_error& s, effects e) {
  if (refuse(now, runtime_call::report_error, s.id, e)) return;
  session_ = runtime_state::response_sent;
  answer(reply::accepted, runtime_call::report_error, e);
  fail(now, outcome::function_error, s.body, e, s.cpu, s.type);
}

}  // namespace lambdaprof::environment
