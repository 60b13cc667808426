// SPDX-License-Identifier: Apache-2.0
#include "fleet/idle_stack.hpp"

#include <algorithm>

namespace lambdaprof::fleet {

std::optional<environment_id> idle_stack::pop() {
  if (stack_.empty()) return std::nullopt;
  const environment_id env = stack_.back();
  stack_.pop_back();
  return env;
}

void idle_stack::remove(environment_id env) {
  const auto at = std::find(stack_.begin(), stack_.end(), env);
  if (at != stack_.end()) stack_.erase(at);
}

}  // namespace lambdaprof::fleet
