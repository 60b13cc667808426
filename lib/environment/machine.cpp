// SPDX-License-Identifier: Apache-2.0
#include "environment/machine.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "environment/error_body.hpp"
#include "environment/limits.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;
using journal::outcome;
using journal::start_kind;

machine::machine(environment_id self, const function& f, std::uint64_t seed)
    : self_(self), function_(f), seed_(seed) {}

std::string machine::request_id() const {
  return environment::request_id(seed_, invocation_ ? invocation_ : cause_);
}

void machine::write(instant now, journal::what w, effects e) const {
  e.log.append(now, self_, invocation_, std::move(w));
}

void machine::launch(instant now, invocation_id cause, effects e) {
  ensure(state_ == machine_state::launching && attempt_ == 0, "an environment is launched once");
  cause_ = cause;
  e.log.append(now, self_, cause, fact::launch_ordered{attempt_, suppressed_});
  e.orders.emplace_back(order::launch{!suppressed_});
}

void machine::assign(instant now, invocation_id inv, effects e) {
  ensure(is_available(), "an event is given to an available environment only");
  invocation_ = inv;
  answered_ = false;
  answer_ = outcome::success;
  invocation_deadline_ = now + function_.timeout;
  deadline_ = invocation_deadline_;
  if (state_ == machine_state::ready) {
    if (is_frozen_) {
      is_frozen_ = false;
      write(now, fact::thawed{}, e);
      e.orders.emplace_back(order::thaw{});
    }
    deliver(now, used_ ? start_kind::warm : start_kind::cold, e);
    return;
  }
  ++attempt_;
  suppressed_ = true;
  used_ = false;
  session_ = runtime_state::started;
  state_ = machine_state::launching;
  write(now, fact::launch_ordered{attempt_, suppressed_}, e);
  e.orders.emplace_back(order::launch{!suppressed_});
}

void machine::freeze(instant now, effects e) {
  if (state_ != machine_state::ready || is_frozen_) return;
  is_frozen_ = true;
  write(now, fact::frozen{}, e);
  e.orders.emplace_back(order::freeze{});
}

void machine::deliver(instant now, start_kind kind, effects e) {
  state_ = machine_state::invoking;
  session_ = runtime_state::running;
  used_ = true;
  suppressed_ = false;
  write(now, fact::delivered{kind}, e);
  e.orders.emplace_back(order::deliver{invocation_, invocation_deadline_ - now});
}

void machine::fail(instant now, outcome why, std::string_view payload, effects e, span cpu) {
  answered_ = true;
  answer_ = why;
  write(now, fact::failed{why, e.log.keep(payload), cpu}, e);
}

void machine::settle(instant now, outcome how, effects e) {
  write(now, fact::settled{how}, e);
  invocation_ = {};
  deadline_ = never;
}

void machine::settle_after(instant now, outcome late, effects e) {
  const bool has_failed_before = answered_ && answer_ != outcome::success;
  settle(now, has_failed_before ? answer_ : late, e);
}

void machine::init_failed(instant now, outcome why, std::string_view payload, effects e) {
  write(now, fact::init_failed{why, e.log.keep(payload)}, e);
  deadline_ = never;
  if (!invocation_) return;
  fail(now, why, payload, e);
  settle(now, why, e);
}

void machine::kill_for_reset(instant now, effects e) {
  state_ = machine_state::resetting;
  deadline_ = never;
  write(now, fact::reset{}, e);
  kill(e);
}

void machine::kill(effects e) {
  is_dying_ = true;
  e.orders.emplace_back(order::kill{});
}

void machine::retire(instant now, journal::retirement why, effects e) {
  if (state_ == machine_state::retiring || state_ == machine_state::gone) return;
  if (invocation_) settle(now, outcome::interrupted, e);
  deadline_ = never;
  write(now, fact::retired{why}, e);
  if (state_ == machine_state::down) return vanish(now, e);
  // A runtime that is left to exit by itself after /init/error has not been killed yet.
  if (!is_dying_) kill(e);
  state_ = machine_state::retiring;
}

void machine::expire(instant now, effects e) {
  deadline_ = never;
  switch (state_) {
    case machine_state::launching:
    case machine_state::initializing:
      init_failed(now, outcome::timed_out,
                  timeout_error(request_id(), invocation_ ? function_.timeout : init_limit), e);
      kill_for_reset(now, e);
      return;
    case machine_state::invoking:
      // A runtime that has answered but never comes back: the invoker keeps its answer, the
      // invocation counts as timed out (lambda-protocol §5.2).
      if (!answered_)
        fail(now, outcome::timed_out, timeout_error(request_id(), function_.timeout), e);
      settle_after(now, outcome::timed_out, e);
      kill_for_reset(now, e);
      return;
    case machine_state::resetting:
      // It has posted /init/error and did not exit by itself.
      kill_for_reset(now, e);
      return;
    default:
      throw broken_law("a deadline passed in a state without one");
  }
}

void machine::step(instant now, const any_signal& s, effects e) {
  if (state_ == machine_state::gone) return;
  std::visit([&](const auto& one) { on(now, one, e); }, s);
}

void machine::on(instant now, const signal::started& s, effects e) {
  // The instants of the process are real, so they lie before `now` but never before the entry
  // above.
  write(now, fact::process_started{s.began, s.pid, s.mapped_bytes, s.cached_bytes}, e);
  if (state_ != machine_state::launching) return;
  state_ = machine_state::initializing;
  if (!suppressed_) deadline_ = s.began + init_limit;
}

void machine::on(instant now, const signal::launch_failed& s, effects e) {
  write(now, fact::launch_failed{e.log.keep(s.reason)}, e);
  if (state_ == machine_state::launching)
    init_failed(now, outcome::launch_error, launch_error(request_id(), s.reason), e);
  process_is_gone(now, e);
}

void machine::on(instant now, const signal::asked_next& s, effects e) {
  const auto next = after(session_, runtime_call::next);
  if (!next || state_ == machine_state::resetting || state_ == machine_state::retiring) {
    refuse(now, runtime_call::next, signal::id_check::current, e);
    return;
  }
  switch (state_) {
    case machine_state::initializing:
      session_ = *next;
      write(now, fact::init_finished{s.cpu}, e);
      state_ = machine_state::ready;
      deadline_ = never;
      if (!invocation_) return;
      deadline_ = invocation_deadline_;
      deliver(now, start_kind::suppressed, e);
      return;
    case machine_state::invoking:
      if (session_ == runtime_state::running) {
        e.orders.emplace_back(order::deliver{invocation_, invocation_deadline_ - now});
        return;
      }
      session_ = *next;
      write(now, fact::runtime_ready{s.cpu}, e);
      settle(now, answer_, e);
      state_ = machine_state::ready;
      return;
    default:
      return;  // parked twice
  }
}

bool machine::refuse(instant now, runtime_call call, signal::id_check id, effects e) {
  const bool is_ending = state_ == machine_state::resetting || state_ == machine_state::retiring;
  const bool wrong_id = id == signal::id_check::other;
  if (!is_ending && !wrong_id && after(session_, call)) return false;
  const reply kind = wrong_id ? reply::invalid_request_id : reply::invalid_transition;
  e.orders.emplace_back(order::answer{kind, session_, call});
  // That it comes too late while we are killing it is our doing, no fault of the function's.
  if (is_ending) return true;
  const std::string what =
      wrong_id ? "a post for another request id"
               : std::string(target_name(call)) + " called in state " + std::string(name(session_));
  note_refusal(now, static_cast<std::uint16_t>(wrong_id ? 400 : 403), what, e);
  return true;
}

void machine::note_refusal(instant now, std::uint16_t status, std::string_view what, effects e) {
  // A function that asks for the wrong thing in a loop is not to fill our memory.
  if (++refusals_ <= most_refusals) write(now, fact::refused{status, e.log.keep(what)}, e);
}

void machine::on(instant now, const signal::response_began& s, effects e) {
  // What still comes out of a socket after a timeout is nobody's response any more.
  if (state_ != machine_state::invoking || s.id == signal::id_check::other ||
      !after(session_, runtime_call::respond))
    return;
  session_ = runtime_state::invocation_response;
  write(now, fact::response_began{}, e);
}

void machine::on(instant now, const signal::responded& s, effects e) {
  // A response whose head was announced has already passed the check of its state.
  if (s.announced && s.id == signal::id_check::current &&
      session_ == runtime_state::invocation_response)
    session_ = runtime_state::running;
  if (refuse(now, runtime_call::respond, s.id, e)) return;
  session_ = runtime_state::response_sent;
  const auto answer = [&](reply kind) {
    e.orders.emplace_back(order::answer{kind, session_, runtime_call::respond});
  };
  if (s.mode == signal::response_mode::unknown) {
    answer(reply::bad_response_mode);
    fail(now, outcome::bad_response_mode, bad_mode_error(request_id()), e, s.cpu);
  } else if (s.body == signal::body::too_large) {
    answer(reply::too_large);
    fail(now, outcome::too_large, too_large_error(), e, s.cpu);
  } else if (s.body == signal::body::truncated) {
    answer(reply::truncated);
    fail(now, outcome::truncated, truncated_error(request_id()), e, s.cpu);
  } else if (!s.error.empty()) {
    answer(reply::accepted);
    fail(now, outcome::function_error, s.error, e, s.cpu);
  } else {
    answer(reply::accepted);
    answered_ = true;
    write(now, fact::responded{s.bytes, s.cpu}, e);
  }
}

void machine::on(instant now, const signal::reported_error& s, effects e) {
  if (refuse(now, runtime_call::report_error, s.id, e)) return;
  session_ = runtime_state::response_sent;
  e.orders.emplace_back(order::answer{reply::accepted, session_, runtime_call::report_error});
  fail(now, outcome::function_error, s.body, e, s.cpu);
}

void machine::on(instant now, const signal::reported_init_error& s, effects e) {
  if (refuse(now, runtime_call::report_init_error, signal::id_check::current, e)) return;
  session_ = runtime_state::init_error;
  e.orders.emplace_back(order::answer{reply::accepted, session_, runtime_call::report_init_error});
  init_failed(now, outcome::init_error, s.body, e);
  state_ = machine_state::resetting;
  deadline_ = now + init_error_grace;
}

void machine::on(instant now, const signal::exited& s, effects e) {
  write(now, fact::exited{s.status, s.by_signal, e.log.keep(s.used)}, e);
  const outcome why = s.out_of_memory    ? outcome::out_of_memory
                      : s.by_signal != 0 ? outcome::killed
                                         : outcome::exited;
  const auto payload = [&] {
    if (s.out_of_memory) return out_of_memory_error(request_id());
    return exit_error(request_id(), s.status, s.by_signal, s.core_dumped);
  };
  if (state_ == machine_state::launching || state_ == machine_state::initializing) {
    init_failed(now, why, payload(), e);
  } else if (state_ == machine_state::invoking) {
    if (!answered_) fail(now, why, payload(), e);
    settle_after(now, why, e);
  }
  process_is_gone(now, e);
}

void machine::process_is_gone(instant now, effects e) {
  deadline_ = never;
  is_dying_ = false;
  is_frozen_ = false;
  session_ = runtime_state::started;
  if (state_ == machine_state::retiring) return vanish(now, e);
  state_ = machine_state::down;
}

void machine::vanish(instant now, effects e) {
  state_ = machine_state::gone;
  write(now, fact::gone{}, e);
  e.orders.emplace_back(order::dismantle{});
}

void machine::on(instant now, const signal::sampled& s, effects e) {
  // Of the environment: its invocation may be the next one already.
  e.log.append(now, self_, {}, fact::sampled{e.log.keep(s.used)});
}

void machine::on(instant now, const signal::thawed& s, effects e) {
  write(now, fact::thaw_cost{s.took}, e);
}

void machine::on(instant now, const signal::printed& s, effects e) {
  write(now, fact::log_line{s.from, e.log.keep(s.line)}, e);
}

void machine::on(instant now, const signal::print_dropped& s, effects e) {
  write(now, fact::log_dropped{s.bytes}, e);
}

void machine::on(instant now, const signal::misspoke& s, effects e) {
  note_refusal(now, s.status, s.what, e);
}

void machine::on(instant now, const signal::left_strays& s, effects e) {
  write(now, fact::strays{s.count}, e);
}

void machine::on(instant now, const signal::left_groups&, effects e) {
  write(now, fact::left_groups{}, e);
}

}  // namespace lambdaprof::environment
