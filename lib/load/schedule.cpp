// SPDX-License-Identifier: Apache-2.0
// Open-loop phases and bursts follow the plan's own clock: they begin where the phase before ended
// by its own law, whatever became of its events. Idle, sequential and fresh wait for what is under
// way.
#include "load/schedule.hpp"

#include <cmath>

#include "base/result.hpp"

namespace lambdaprof::load {

schedule::schedule(plan p, random chance) : plan_(std::move(p)), chance_(chance) {
  for (const phase& one : plan_) {
    const auto* r = std::get_if<repeat>(&one);
    rounds_ += r != nullptr ? r->times : 0;
  }
  frames_.push_back({&plan_, 0, 0, false});
}

const phase* schedule::current() {
  while (!frames_.empty()) {
    frame& top = frames_.back();
    if (top.at < top.phases->size()) {
      const phase& here = (*top.phases)[top.at];
      const auto* r = std::get_if<repeat>(&here);
      if (r == nullptr) return &here;
      if (r->times == 0 || r->phases.empty()) {
        ++top.at;
        continue;
      }
      if (frames_.size() == 1) ++rounds_begun_;
      frames_.push_back({&r->phases, 0, r->times - 1, top.discarded || r->discarded});
    } else if (top.left > 0) {
      --top.left;
      top.at = 0;
      if (frames_.size() == 2) ++rounds_begun_;
    } else {
      frames_.pop_back();
      if (!frames_.empty()) ++frames_.back().at;
    }
  }
  return nullptr;
}

void schedule::leave_phase(instant ended) {
  clock_ = ended;
  begun_.reset();
  next_due_.reset();
  sent_ = 0;
  ++frames_.back().at;
}

demand schedule::poll(instant now, const world_state& world) {
  if (!clock_) clock_ = now;
  while (const phase* here = current()) {
    const auto wanted = std::visit(overloaded{
                                       [&](const burst& p) { return play(p, now); },
                                       [&](const idle& p) { return play(p, now, world); },
                                       [&](const sequential& p) { return play(p, now, world); },
                                       [&](const fresh& p) { return play(p, now, world); },
                                       [&](const repeat&) -> std::optional<demand> {
                                         throw broken_law("a repeat is entered, never played");
                                       },
                                       [&](const auto& open) { return play_open(open, now); },
                                   },
                                   *here);
    if (wanted) return *wanted;
  }
  return finished{};
}

std::optional<demand> schedule::play(const burst& p, instant now) {
  if (sent_ == p.count) {
    leave_phase(*clock_);
    return std::nullopt;
  }
  if (now < *clock_) return wait_until{*clock_};
  ++sent_;
  return arrival{*clock_, frames_.back().discarded};
}

std::optional<demand> schedule::play(const idle& p, instant now, const world_state& world) {
  if (!begun_) {
    if (!world.is_quiet) return wait_settled{};
    begun_ = std::max(now, *clock_);
  }
  const instant end = *begun_ + p.length;
  if (now < end) return wait_until{end};
  leave_phase(end);
  return std::nullopt;
}

std::optional<demand> schedule::play(const sequential& p, instant now, const world_state& world) {
  // Before the first nothing else may run; between two only the one before has to have settled.
  if (sent_ == 0 ? !world.is_quiet : !world.all_settled) return wait_settled{};
  if (now < *clock_) return wait_until{*clock_};
  if (sent_ == p.count) {
    leave_phase(now);
    return std::nullopt;
  }
  ++sent_;
  return arrival{now, frames_.back().discarded};
}

std::optional<demand> schedule::play(const fresh&, instant now, const world_state& world) {
  if (!world.is_quiet) return wait_settled{};
  if (now < *clock_) return wait_until{*clock_};
  if (!world.is_empty) return retire_all{};
  leave_phase(now);
  return std::nullopt;
}

template <class Open>
std::optional<demand> schedule::play_open(const Open& p, instant now) {
  if (!next_due_) next_due_ = due_after(std::nullopt, p);
  const instant end = *clock_ + p.length;
  if (*next_due_ >= end) {
    leave_phase(end);
    return std::nullopt;
  }
  if (now < *next_due_) return wait_until{*next_due_};
  const arrival due{*next_due_, frames_.back().discarded};
  ++sent_;
  next_due_ = due_after(next_due_, p);
  return due;
}

instant schedule::due_after(std::optional<instant>, const steady& p) const {
  // From the beginning each time, so that rounding does not add up.
  return *clock_ + span(std::llround(static_cast<double>(sent_) * 1e9 / p.per_second));
}

instant schedule::due_after(std::optional<instant> last, const poisson& p) {
  return last.value_or(*clock_) + span(std::llround(chance_.exponential(1e9 / p.per_second)));
}

}  // namespace lambdaprof::load
