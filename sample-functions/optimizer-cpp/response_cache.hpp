// SPDX-License-Identifier: Apache-2.0
// Answers by key: each for a time, so many at most, the oldest out first.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace optimizer {

class response_cache {
 public:
  /// The wall clock: the monotonic one may stand still while an environment is frozen.
  using time = std::chrono::system_clock::time_point;

  response_cache(std::size_t capacity, std::chrono::seconds life)
      : capacity_(capacity), life_(life) {}

  std::optional<std::string> find(const std::string& key, time now);
  void keep(const std::string& key, std::string response, time now);
  std::size_t size() const { return entries_.size(); }

 private:
  struct entry {
    std::string response;
    time since;
  };

  void forget_old(time now);

  std::size_t capacity_;
  std::chrono::seconds life_;
  std::unordered_map<std::string, entry> entries_;
  std::deque<std::string> by_age_;
};

}  // namespace optimizer
