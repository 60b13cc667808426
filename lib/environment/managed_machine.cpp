// SPDX-License-Identifier: Apache-2.0
#include "environment/managed_machine.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "environment/answer_check.hpp"
#include "environment/error_body.hpp"
#include "environment/standard_machine.hpp"
#include "journal/request_id.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;
using journal::outcome;
using signal::id_check;

std::string managed_machine::request_id() const {
  return journal::request_id(seed_, cause());
}

void managed_machine::assign(instant now, invocation_id inv, effects e) {
  ensure(is_available() && parked_ > 0, "an event is given to a call that waits for one");
  --parked_;
  tasks_.push_back({inv, now + function_.timeout});
  e.log.append(now, self_, inv, fact::delivered{kind_of_next(used_)});
  used_ = true;
  e.orders.emplace_back(order::deliver{inv, function_.timeout});
  note_capacity(now);
}

void managed_machine::serve(instant now, effects) {
  note_capacity(now);
}

void managed_machine::note_capacity(instant now) {
  const bool has_room = parked_ > 0 && tasks_.size() < function_.max_concurrency;
  state_ = has_room ? machine_state::ready : machine_state::invoking;
  // One that has answered all and does not ask for more is no use to anybody.
  deadline_ = has_room || !tasks_.empty() ? never : now + function_.timeout;
  for (const task& t : tasks_) deadline_ = std::min(deadline_, t.deadline);
}

void managed_machine::unparked(instant now) {
  if (parked_ > 0) --parked_;
  if (state_ == machine_state::ready || state_ == machine_state::invoking) note_capacity(now);
}

void managed_machine::refuse_or_serve_next(instant now, span, effects) {
  note_capacity(now);
}

managed_machine::task* managed_machine::find(invocation_id inv) {
  const auto at =
      std::find_if(tasks_.begin(), tasks_.end(), [&](const task& t) { return t.inv == inv; });
  return at == tasks_.end() ? nullptr : &*at;
}

bool managed_machine::refuse_post(instant now, runtime_call call, id_check id, invocation_id inv,
                                  effects e) {
  if (is_ending()) {
    answer(reply::invalid_transition, call, e);
    return true;
  }
  const auto late = std::find(timed_out_.begin(), timed_out_.end(), inv);
  const bool is_late = id == id_check::current && late != timed_out_.end();
  if (is_late) timed_out_.erase(late);
  if (is_late || id == id_check::stale) {
    answer(reply::stale_attempt, call, e);
    note_refusal(now, 410, "a post for an attempt that is over", e);
    return true;
  }
  if (id == id_check::current && find(inv) != nullptr) return false;
  answer(reply::invalid_request_id, call, e);
  note_refusal(now, 400, "a post for another request id", e);
  return true;
}

void managed_machine::end(instant now, invocation_id inv) {
  std::erase_if(tasks_, [&](const task& t) { return t.inv == inv; });
  if (!is_ending() && state_ != machine_state::gone) note_capacity(now);
}

void managed_machine::fail(instant now, invocation_id inv, outcome why, std::string_view payload,
                           effects e, std::string_view type) const {
  e.log.append(now, self_, inv,
               fact::failed{why, e.log.keep(payload), journal::cpu_unknown, keep_type(type, e)});
  e.log.append(now, self_, inv, fact::settled{why});
}

void managed_machine::fail_all(instant now, outcome why, std::string_view payload, effects e,
                               std::string_view type) {
  for (const task& t : tasks_) fail(now, t.inv, why, payload, e, type);
  tasks_.clear();
}

void managed_machine::interrupt_all(instant now, effects e) {
  for (const task& t : tasks_) e.log.append(now, self_, t.inv, fact::settled{outcome::interrupted});
  tasks_.clear();
}

void managed_machine::expire_invocation(instant now, effects e) {
  if (tasks_.empty()) return reset(now, journal::shutdown_reason::timeout, e);
  for (const task& t : std::vector<task>(tasks_)) {
    if (t.deadline > now) continue;
    fail(now, t.inv, outcome::timed_out, managed_timeout_error(function_.timeout), e);
    timed_out_.push_back(t.inv);
    end(now, t.inv);
  }
  note_capacity(now);
}

void managed_machine::on(instant now, const signal::response_began& s, effects e) {
  task* t = s.id == id_check::current ? find(s.inv) : nullptr;
  if (is_ending() || t == nullptr || t->has_begun) return;
  t->has_begun = true;
  e.log.append(now, self_, s.inv, fact::response_began{});
}

void managed_machine::on(instant now, const signal::responded& s, effects e) {
  if (refuse_post(now, runtime_call::respond, s.id, s.inv, e)) return;
  const checked_answer checked = check_answer(s, function_, journal::request_id(seed_, s.inv));
  answer(checked.kind, runtime_call::respond, e);
  if (checked.how == outcome::success) {
    e.log.append(now, self_, s.inv, told_of(s, e.log));
    e.log.append(now, self_, s.inv, fact::settled{outcome::success});
  } else {
    fail(now, s.inv, checked.how, checked.payload, e, s.error_type);
  }
  end(now, s.inv);
}

void managed_machine::on(instant now, const signal::reported_error& s, effects e) {
  if (refuse_post(now, runtime_call::report_error, s.id, s.inv, e)) return;
  answer(reply::accepted, runtime_call::report_error, e);
  fail(now, s.inv, outcome::function_error, s.body, e, s.type);
  end(now, s.inv);
}

std::unique_ptr<machine> make_machine(environment_id self, const function& f, std::uint64_t seed,
                                      environment::capacity c) {
  if (f.max_concurrency > 0) return std::make_unique<managed_machine>(self, f, seed, c);
  return std::make_unique<standard_machine>(self, f, seed, c);
}

}  // namespace lambdaprof::environment
