// SPDX-License-Identifier: Apache-2.0
// One deadline per environment, the earliest first. Replaces timers: what is not due any more is
// simply overwritten, so nothing is ever cancelled.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"

namespace lambdaprof::run {

class deadlines {
 public:
  /// `never` takes it away.
  void set(environment_id env, instant at);
  instant earliest() const { return queue_.empty() ? never : queue_.begin()->first; }
  /// Takes out one that has passed; none if none has.
  environment_id pop_passed(instant now);

 private:
  std::set<std::pair<instant, environment_id>> queue_;
  std::vector<instant> of_;  // by environment
};

}  // namespace lambdaprof::run
