// SPDX-License-Identifier: Apache-2.0
// The payloads to send: in turn, or drawn by weight.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace lambdaprof::load {

struct event {
  std::string payload = "{}";  ///< JSON, sent byte for byte
  double weight = 0;           ///< 0: in turn
};

class event_set {
 public:
  /// `events` is not empty.
  event_set(std::vector<event> events, random chance);
  /// The index of the next event to send.
  std::uint32_t next();
  std::uint32_t count() const { return static_cast<std::uint32_t>(events_.size()); }
  const std::string& payload(std::uint32_t index) const { return events_[index].payload; }

 private:
  std::vector<event> events_;
  std::vector<double> weights_;  // empty: in turn
  random chance_;
  std::uint32_t turn_ = 0;
};

}  // namespace lambdaprof::load
