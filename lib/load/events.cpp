// SPDX-License-Identifier: Apache-2.0
#include "load/events.hpp"

#include <algorithm>

#include "base/result.hpp"

namespace lambdaprof::load {

event_set::event_set(std::vector<event> events, random chance)
    : events_(std::move(events)), chance_(chance) {
  ensure(!events_.empty(), "there is an event to send");
  if (std::none_of(events_.begin(), events_.end(), [](const event& e) { return e.weight > 0; }))
    return;
  weights_.reserve(events_.size());
  for (const event& e : events_) weights_.push_back(e.weight);
}

std::uint32_t event_set::next() {
  if (!weights_.empty()) return static_cast<std::uint32_t>(chance_.pick(weights_));
  const std::uint32_t index = turn_;
  turn_ = (turn_ + 1) % static_cast<std::uint32_t>(events_.size());
  return index;
}

}  // namespace lambdaprof::load
