// SPDX-License-Identifier: Apache-2.0
// The environments that wait for an event. Lambda hands out the most recently used one
// (lambda-models A5).
#pragma once

#include <optional>
#include <vector>

#include "base/id.hpp"

namespace lambdaprof::fleet {

class idle_stack {
 public:
  void push(environment_id env) { stack_.push_back(env); }
  /// The most recently used one; none if there is none.
  std::optional<environment_id> pop();
  /// Takes one out from wherever it lies, as when its keep-alive has run out.
  void remove(environment_id env);
  const std::vector<environment_id>& all() const { return stack_; }

 private:
  std::vector<environment_id> stack_;
};

}  // namespace lambdaprof::fleet
