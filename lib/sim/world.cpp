// SPDX-License-Identifier: Apache-2.0
#include "sim/world.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/result.hpp"

namespace lambdaprof::sim {

namespace order = environment::order;
namespace signal = environment::signal;

world::world(run::conductor& c, model m, std::uint64_t seed)
    : conductor_(c), model_(std::move(m)), chance_(seed) {}

void world::run() {
  run_from(run::woke{});
}

void world::run_block(const run::begin_block& b) {
  run_from(b);
}

bool world::run_some(std::size_t steps) {
  if (!std::exchange(has_begun_, true)) feed(run::woke{});
  return go_on(steps);
}

void world::run_from(const run::happening& first) {
  feed(first);
  while (go_on(std::numeric_limits<std::size_t>::max())) {
  }
}

bool world::go_on(std::size_t steps) {
  for (; steps > 0; --steps) {
    if (conductor_.is_finished() || conductor_.is_resting()) return false;
    const instant due = queue_.empty() ? never : queue_.front().at;
    const instant wake = conductor_.next_wake();
    const instant next = std::min(due, wake);
    if (stop_at_ <= next && stop_at_ != never) {
      now_ = std::max(now_, stop_at_);
      stop_at_ = never;
      feed(run::stop{});
      continue;
    }
    ensure(next != never, "a run that is not finished is waiting for something");
    now_ = std::max(now_, next);
    if (wake <= due) {
      feed(run::woke{});
      continue;
    }
    std::pop_heap(queue_.begin(), queue_.end(), later{});
    const planned what = std::move(queue_.back());
    queue_.pop_back();
    if (!is_silent(what.what)) feed(what.what);
  }
  return true;
}

world::process& world::process_of(environment_id env) {
  if (processes_.size() <= env.value) processes_.resize(env.value + 1);
  return processes_[env.value];
}

bool world::is_silent(const run::environment_signal& s) {
  process& p = process_of(s.env);
  if (s.attempt < p.ended_below) return true;
  if (std::holds_alternative<signal::exited>(s.signal)) {
    p.ended_below = s.attempt + 1U;
    return false;
  }
  return s.attempt < p.silent_below && !std::holds_alternative<signal::started>(s.signal);
}

void world::feed(const run::happening& h) {
  // Carrying an order out never steps at once here: it only plans.
  for (const run::order& o : conductor_.step(now_, h)) carry_out(o);
}

void world::plan(span in, environment_id env, std::uint32_t attempt, environment::any_signal s) {
  queue_.push_back({now_ + in, planned_++, {env, attempt, std::move(s)}});
  std::push_heap(queue_.begin(), queue_.end(), later{});
}

void world::carry_out(const run::order& o) {
  std::visit(overloaded{
                 [&](const order::launch&) {
                   const span spawn = draw(model_.spawn, chance_);
                   process& p = process_of(o.env);
                   p.started = now_ + spawn;
                   p.has_served = false;
                   plan(spawn, o.env, o.attempt, signal::started{now_, 0});
                   const span init = spawn + draw(model_.init, chance_);
                   if (chance_.unit() < model_.init_crash) {
                     plan(init, o.env, o.attempt, signal::exited{1, 0, false, {}});
                   } else {
                     plan(init, o.env, o.attempt, signal::asked_next{journal::cpu_unknown});
                   }
                 },
                 [&](const order::deliver& d) { plan_handler(o, d); },
                 // Functions of this world have no extensions and no snapshots, and what they are
                 // answered does not matter to them.
                 [](const auto&) {},
                 [&](const order::kill&) {
                   process& p = process_of(o.env);
                   p.silent_below = o.attempt + 1U;
                   const span end = std::max(span(std::chrono::microseconds(50)), p.started - now_);
                   plan(end, o.env, o.attempt, signal::exited{0, 9, false, {}});
                 },
             },
             o.what);
}

void world::plan_handler(const run::order& o, const order::deliver& d) {
  if (conductor_.is_ping(d.inv)) {
    process_of(o.env).has_served = true;
    return plan_answer(o, d, conductor_.settings().pool.warmer->hold);
  }
  const span handler = draw(handler_law(o.env), chance_);
  double fate = chance_.unit();
  const auto happens = [&](double probability) {
    const bool does = fate >= 0 && fate < probability;
    fate -= probability;
    return does;
  };
  if (happens(model_.handler_crash)) {
    plan(handler, o.env, o.attempt, signal::exited{0, 11, false, {}});
    return;
  }
  if (happens(model_.handler_hang)) return;
  if (happens(model_.handler_error)) {
    plan(handler, o.env, o.attempt,
         signal::reported_error{signal::id_check::current, R"({"errorType":"Simulated"})",
                                journal::cpu_unknown, d.inv});
    plan(handler + draw(model_.after_response, chance_), o.env, o.attempt,
         signal::asked_next{journal::cpu_unknown});
  } else {
    plan_answer(o, d, handler);
  }
}

const law& world::handler_law(environment_id env) {
  if (!model_.first_handler) return model_.handler;
  const bool is_first = !std::exchange(process_of(env).has_served, true);
  return is_first ? *model_.first_handler : model_.handler;
}

void world::plan_answer(const run::order& o, const order::deliver& d, span handler) {
  plan(handler, o.env, o.attempt,
       signal::responded{signal::id_check::current,
                         signal::response_mode::buffered,
                         signal::body::complete,
                         2,
                         false,
                         {},
                         journal::cpu_unknown,
                         d.inv});
  plan(handler + draw(model_.after_response, chance_), o.env, o.attempt,
       signal::asked_next{journal::cpu_unknown});
}

}  // namespace lambdaprof::sim
