// SPDX-License-Identifier: Apache-2.0
// What the conductor does next by itself: the plan, its events, pings, deployments, skipped time.
#include <fmt/format.h>

#include <algorithm>

#include "base/result.hpp"
#include "run/conductor.hpp"

namespace lambdaprof::run {

namespace fact = journal::fact;

namespace {

/// Chance that is used apart: arrivals, events, keep-alive.
constexpr std::uint64_t seeds_of_a_run = 3;

}  // namespace

load::world_state conductor::world() const {
  const bool is_quiet = under_way_ == 0 && moving_ == 0;
  // A managed environment settles before it asks for more: an event that comes in between would
  // find nobody.
  const bool is_managed = settings_.function.max_concurrency > 0;
  const bool is_empty =
      settings_.pool.provisioned > 0 ? deployment_ == deployment::untouched : live_ == 0;
  return {is_managed ? is_quiet : under_way_ == pings_under_way_, is_quiet, is_empty};
}

bool conductor::provision() {
  const std::uint32_t wanted = settings_.pool.provisioned;
  if (deployment_ == deployment::retiring && live_ == 0) {
    deployment_ = deployment::allocating;
    for (std::uint32_t i = 0; i < wanted; ++i) launch({}, environment::capacity::provisioned);
  }
  if (deployment_ == deployment::allocating && provisioned_idle_.all().size() == wanted)
    deployment_ = deployment::untouched;
  return deployment_ >= deployment::untouched;
}

bool conductor::follow_plan() {
  wake_ = never;
  if (stopping_ || resting_) return false;
  if (under_way_ == 0 && has_nothing_to_measure()) {
    log_.append(
        now_, {}, {},
        fact::note{log_.keep(fmt::format(
            "gave up early: {} invocations and {} inits failed, and no invocation succeeded",
            failed_, failed_inits_))});
    wind_up();
    return true;
  }
  if (settings_.pool.provisioned > 0 && !provision()) return false;
  const load::world_state seen = world();
  is_draining_ = false;
  const bool goes_on =
      std::visit(overloaded{
                     [&](const load::arrival& a) {
                       admit(a.due, events_.next(), a.discarded, journal::origin::load);
                       return true;
                     },
                     [&](const load::retire_all&) {
                       deployment_ = deployment::retiring;
                       is_draining_ = true;
                       return retire_idle(journal::retirement::fresh);
                     },
                     [&](const load::wait_until& w) {
                       wake_ = w.at;
                       return skip_to(w.at);
                     },
                     [&](const load::wait_settled&) {
                       // Pings that follow each other closely would else keep the plan from ever
                       // going on.
                       is_draining_ = seen.all_settled;
                       return false;
                     },
                     [&](const load::finished&) { return end_plan(seen); },
                 },
                 schedule_->poll(now_, seen));
  return goes_on || (settings_.pool.warmer && ping());
}

bool conductor::ping() {
  if (stopping_ || resting_ || is_draining_) return false;
  const fleet::warmer& w = *settings_.pool.warmer;
  if (!next_ping_) next_ping_ = now_;
  if (now_ < *next_ping_) {
    wake_ = std::min(wake_, *next_ping_);
    return false;
  }
  for (std::uint32_t i = 0; i < w.concurrency; ++i)
    admit(*next_ping_, events_.count() + i, schedule_->is_discarded(), journal::origin::warmer);
  while (*next_ping_ <= now_) *next_ping_ += w.every;
  return true;
}

bool conductor::end_plan(const load::world_state& seen) {
  if (seen.all_settled) next_ping_ = never;
  if (!seen.is_quiet) return false;
  if (!settings_.is_in_blocks) {
    wind_up();
    return true;
  }
  if (live_ > 0) return retire_idle(journal::retirement::fresh);
  resting_ = true;
  return false;
}

void conductor::begin(const begin_block& b) {
  ensure(resting_, "a block begins when nothing is left of the one before");
  resting_ = false;
  deployment_ = deployment::retiring;
  next_ping_.reset();
  log_.append(now_, {}, {}, fact::block_began{b.block, b.padding});
  // Each variant gets the same arrivals in a block.
  schedule_.emplace(load::plan{load::repeat{1, b.discarded, plan_}},
                    random(settings_.seed + b.block * seeds_of_a_run));
}

bool conductor::has_nothing_to_measure() const {
  return settings_.give_up != 0 && failed_ == settled_ &&
         (failed_ >= settings_.give_up || (!has_init_ && failed_inits_ >= settings_.give_up));
}

bool conductor::skip_to(instant due) {
  const instant target = std::min(
      {due, deadlines_.earliest(), next_ping_.value_or(settings_.pool.warmer ? now_ : never)});
  if (settings_.pool.idle_clock != fleet::idle_clock::skip || !world().is_quiet || target <= now_)
    return false;
  if (settings_.freezes && !newly_idle_.empty()) {
    wake_ = now_;  // what has just come to rest stands still before time jumps ahead
    return false;
  }
  log_.append(now_, {}, {}, fact::skipped{target - now_});
  skipped_ += target - now_;
  now_ = target;
  return true;
}

void conductor::admit(instant due, std::uint32_t event, bool is_discarded, journal::origin from) {
  const invocation_id inv{static_cast<std::uint32_t>(event_of_.size())};
  event_of_.push_back(event);
  log_.append(now_, {}, inv, fact::arrived{due, event, is_discarded, from});
  deployment_ = deployment::in_use;
  const auto count_it = [&] {
    ++under_way_;
    pings_under_way_ += from == journal::origin::warmer ? 1 : 0;
  };
  if (const auto env = pop_idle()) {
    count_it();
    assign(*env, inv);
    return;
  }
  // Binding is late: a waiting call takes the first environment that can serve it. So a new one is
  // started only if fewer are coming than calls are waiting.
  const std::uint64_t room = std::max(1U, settings_.function.max_concurrency);
  const bool must_launch = coming_ * room <= waiting_.size();
  if (must_launch && live_ - retiring_ >= settings_.pool.max_environments) {
    log_.append(now_, {}, inv, fact::throttled{});
    return;
  }
  count_it();
  waiting_.push_back(inv);
  if (must_launch) launch(inv);
}

}  // namespace lambdaprof::run
