// SPDX-License-Identifier: Apache-2.0
#include "run/conductor.hpp"

#include <algorithm>
#include <utility>

#include "base/result.hpp"

namespace lambdaprof::run {

namespace fact = journal::fact;
using environment::machine;
using environment::machine_state;

namespace {

bool is_moving(machine_state s) {
  return !is_available(s) && s != machine_state::gone;
}

/// It will be available without having served anybody first.
bool is_coming(const machine& m) {
  const machine_state s = m.state();
  const bool is_starting = s == machine_state::launching || s == machine_state::initializing;
  // A managed one that has answered is about to ask for more.
  const bool is_about_to_ask = s == machine_state::invoking && !m.is_serving();
  return s == machine_state::resetting || is_about_to_ask ||
         (is_starting && !m.is_repeating_init());
}

}  // namespace

conductor::conductor(run::settings s, load::plan plan, std::vector<load::event> events,
                     journal::journal& j)
    : settings_(std::move(s)),
      plan_(std::move(plan)),
      schedule_(std::in_place, settings_.is_in_blocks ? load::plan{} : plan_,
                random(settings_.seed)),
      events_(std::move(events), random(settings_.seed + 1)),
      chance_(settings_.seed + 2),
      log_(j),
      deployment_(settings_.is_in_blocks ? deployment::in_use : deployment::retiring) {
  if (const auto& w = settings_.pool.warmer)
    for (std::uint32_t i = 0; i < w->concurrency; ++i) pings_.push_back(ping_payload(*w, i));
}

const std::vector<order>& conductor::step(instant world_now, const happening& h) {
  const instant now = world_now + skipped_;
  ensure(now >= now_, "the instants of a run never decrease");
  now_ = now;
  orders_.clear();
  std::visit(overloaded{
                 [](const woke&) {},
                 [&](const environment_signal& s) { on_signal(s); },
                 [&](const stop&) {
                   if (stopping_) return;
                   log_.append(now_, {}, {}, fact::interrupted{});
                   wind_up();
                 },
                 [&](const begin_block& b) { begin(b); },
                 [&](const no_more_blocks&) {
                   ensure(resting_, "a block is played to its end");
                   wind_up();
                 },
             },
             h);
  advance();
  return orders_;
}

instant conductor::next_wake() const {
  const instant due = std::min(wake_, deadlines_.earliest());
  return due == never ? never : due - skipped_;
}

progress conductor::progress() const {
  return {schedule_->rounds_begun(), schedule_->rounds(), settled_, failed_, live_};
}

std::optional<environment_id> conductor::pop_idle() {
  const auto env = provisioned_idle_.pop();
  return env ? env : idle_.pop();
}

void conductor::advance() {
  for (;;) {
    // What ran out earlier is gone before an event of now looks for an environment; what runs out
    // just now is not: an idle gap as long as the keep-alive is still warm (lambda-models B1).
    if (expire(now_)) continue;
    serve_waiting();
    replace_broken();
    if (follow_plan()) continue;
    if (!expire(now_ + span(1))) break;
  }
  // Only now is it known who gets nothing to do in this step.
  for (const environment_id env : std::exchange(newly_idle_, {}))
    if (settings_.freezes && machines_[env.value])
      act(env, [&](machine& m, environment::effects e) { m.freeze(now_, e); });
  finished_ = stopping_ && live_ == 0;
  resting_ = resting_ && !stopping_;
}

bool conductor::expire(instant before) {
  bool any = false;
  for (environment_id env; (env = deadlines_.pop_passed(before - span(1)));) {
    any = true;
    const machine& m = *machines_[env.value];
    if (!m.is_available() || m.is_serving()) {
      act(env, [&](machine& one, environment::effects e) { one.expire(now_, e); });
      continue;
    }
    stack_of(m).remove(env);
    const bool is_old = now_ >= born_[env.value] + settings_.pool.max_lifetime;
    change(env, false, [&](machine& one, environment::effects e) {
      one.retire(now_, is_old ? journal::retirement::lifetime : journal::retirement::idle, e);
    });
  }
  return any;
}

void conductor::serve_waiting() {
  while (!waiting_.empty()) {
    const auto env = pop_idle();
    if (!env) return;
    const invocation_id inv = waiting_.front();
    waiting_.pop_front();
    assign(*env, inv);
  }
}

// A managed environment that breaks does not come back for those who wait for it.
void conductor::replace_broken() {
  const bool is_managed = settings_.function.max_concurrency > 0;
  if (is_managed && !stopping_ && !waiting_.empty() && live_ == retiring_) launch(waiting_.front());
}

void conductor::fail_waiting(journal::outcome why, journal::text_id payload) {
  const invocation_id inv = waiting_.front();
  waiting_.pop_front();
  log_.append(now_, {}, inv, fact::failed{why, payload});
  log_.append(now_, {}, inv, fact::settled{why});
  note_end(inv, why);
}

void conductor::note_end(invocation_id inv, journal::outcome how) {
  --under_way_;
  const bool was_error = std::erase(erring_, inv) > 0;
  if (is_ping(inv)) {
    --pings_under_way_;
    return;
  }
  ++settled_;
  failed_ += how == journal::outcome::success && !was_error ? 0 : 1;
}

void conductor::launch(invocation_id cause, environment::capacity c) {
  const environment_id env{static_cast<std::uint32_t>(machines_.size())};
  machines_.push_back(environment::make_machine(env, settings_.function, settings_.seed, c));
  born_.push_back(now_);
  const std::size_t first_new = log_.entries().size();
  fresh_orders_.clear();
  machines_.back()->launch(now_, cause, {log_, fresh_orders_});
  keep_books(env, {machine_state::gone, false, false}, first_new);
}

bool conductor::retire_idle(journal::retirement why) {
  bool any = false;
  while (const auto env = pop_idle()) {
    change(*env, false, [&](machine& m, environment::effects e) { m.retire(now_, why, e); });
    any = true;
  }
  return any;
}

void conductor::wind_up() {
  stopping_ = true;
  for (; !waiting_.empty(); waiting_.pop_front()) {
    log_.append(now_, {}, waiting_.front(), fact::settled{journal::outcome::interrupted});
    --under_way_;
  }
  while (pop_idle()) {
  }
  for (std::uint32_t i = 0; i < machines_.size(); ++i) {
    if (!machines_[i]) continue;
    act(environment_id{i}, [&](machine& m, environment::effects e) {
      m.retire(now_, journal::retirement::run_over, e);
    });
  }
}

void conductor::on_signal(const environment_signal& s) {
  if (s.env.value >= machines_.size() || !machines_[s.env.value]) return;
  namespace signal = environment::signal;
  const bool is_output = std::holds_alternative<signal::printed>(s.signal) ||
                         std::holds_alternative<signal::print_dropped>(s.signal);
  if (s.attempt != machines_[s.env.value]->attempt() && !is_output) return;
  act(s.env, [&](machine& m, environment::effects e) {
    if (const auto* seen = std::get_if<signal::started>(&s.signal)) {
      signal::started started = *seen;
      started.began += skipped_;
      m.step(now_, started, e);
    } else if (const auto* known = std::get_if<signal::extension_started>(&s.signal)) {
      signal::extension_started extension = *known;
      extension.began += skipped_;
      m.step(now_, extension, e);
    } else {
      m.step(now_, s.signal, e);
    }
  });
}

template <class Action>
void conductor::act(environment_id env, Action action) {
  change(env, machines_[env.value]->is_available(), action);
}

template <class Action>
void conductor::change(environment_id env, bool is_idle, Action action) {
  machine& m = *machines_[env.value];
  const standing before{m.state(), is_coming(m), is_idle};
  const std::size_t first_new = log_.entries().size();
  fresh_orders_.clear();
  action(m, environment::effects{log_, fresh_orders_});
  keep_books(env, before, first_new);
}

void conductor::assign(environment_id env, invocation_id inv) {
  change(env, false, [&](machine& m, environment::effects e) { m.assign(now_, inv, e); });
}

void conductor::keep_books(environment_id env, standing before, std::size_t first_new_entry) {
  const machine& m = *machines_[env.value];
  for (environment::any_order& o : fresh_orders_)
    orders_.push_back({env, m.attempt(), std::move(o)});

  bool has_settled = false;
  std::optional<fact::init_failed> broken;
  for (std::size_t i = first_new_entry; i < log_.entries().size(); ++i) {
    const journal::what& w = log_.entries()[i].what;
    if (const auto* s = std::get_if<fact::settled>(&w)) {
      has_settled = true;
      note_end(log_.entries()[i].inv, s->how);
    } else if (const auto* r = std::get_if<fact::responded>(&w)) {
      if (r->http_status != 0) erring_.push_back(log_.entries()[i].inv);
    } else if (std::holds_alternative<fact::init_finished>(w)) {
      has_init_ = true;
    } else if (const auto* f = std::get_if<fact::init_failed>(&w)) {
      ++failed_inits_;
      broken = *f;
    } else if (std::holds_alternative<fact::restore_failed>(w)) {
      ++failed_inits_;
    }
  }
  const bool is_managed = settings_.function.max_concurrency > 0;
  if (broken && is_managed && !waiting_.empty()) fail_waiting(broken->why, broken->detail);

  const auto count = [&](const standing& s, std::uint32_t one) {
    live_ += s.state != machine_state::gone ? one : 0;
    moving_ += is_moving(s.state) ? one : 0;
    retiring_ += s.state == machine_state::retiring ? one : 0;
    coming_ += s.is_coming ? one : 0;
  };
  count(before, static_cast<std::uint32_t>(-1));
  count({m.state(), is_coming(m), false}, 1);

  // One that breaks while it waits is not to be found by the next event.
  if (before.is_idle && !m.is_available()) stack_of(m).remove(env);
  if (!m.is_available() || m.is_serving()) deadlines_.set(env, m.deadline());
  if (m.state() == machine_state::gone) machines_[env.value].reset();
  if (!machines_[env.value] || !m.is_available()) return;
  if (m.is_serving()) {
    if (!before.is_idle) stack_of(m).push(env);
  } else if (m.is_provisioned()) {
    // Lambda replaces them now and then, but each only when its successor is there.
    deadlines_.set(env, never);
    if (!before.is_idle) stack_of(m).push(env);
    if (!before.is_idle || has_settled) newly_idle_.push_back(env);
  } else if (!before.is_idle || has_settled) {
    const instant until = std::min(now_ + fleet::draw(settings_.pool.keep_alive, chance_),
                                   born_[env.value] + settings_.pool.max_lifetime);
    // One that has just come serves a call that is waiting for it before anything can run out. One
    // that was used is gone at once if nothing keeps it, before an event of this very instant looks
    // for it.
    const bool was_used = before.state == machine_state::invoking;
    deadlines_.set(env, was_used && until <= now_ ? now_ - span(1) : std::max(until, now_));
    if (!before.is_idle) idle_.push(env);
    newly_idle_.push_back(env);
  }
}

}  // namespace lambdaprof::run
