// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/response_cache.hpp"

#include <utility>

namespace optimizer {

std::optional<std::string> response_cache::find(const std::string& key, time now) {
  forget_old(now);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second.response;
}

void response_cache::keep(const std::string& key, std::string response, time now) {
  forget_old(now);
  if (entries_.contains(key)) return;  // its age is that of the answer that was kept
  if (entries_.size() >= capacity_) {
    entries_.erase(by_age_.front());
    by_age_.pop_front();
  }
  entries_.emplace(key, entry{std::move(response), now});
  by_age_.push_back(key);
}

void response_cache::forget_old(time now) {
  while (!by_age_.empty()) {
    const auto oldest = entries_.find(by_age_.front());
    // A clock that was put back makes an entry of the future, which would never grow old.
    if (now >= oldest->second.since && now - oldest->second.since < life_) return;
    entries_.erase(oldest);
    by_age_.pop_front();
  }
}

}  // namespace optimizer
