// SPDX-License-Identifier: Apache-2.0
#include "run/deadlines.hpp"

namespace lambdaprof::run {

void deadlines::set(environment_id env, instant at) {
  if (env.value >= of_.size()) of_.resize(env.value + 1, never);
  instant& old = of_[env.value];
  if (old == at) return;
  // The node is re-used: this runs several times an invocation.
  auto node = old == never ? decltype(queue_)::node_type{} : queue_.extract({old, env});
  old = at;
  if (at == never) return;
  if (node) {
    node.value() = {at, env};
    queue_.insert(std::move(node));
  } else {
    queue_.emplace(at, env);
  }
}

environment_id deadlines::pop_passed(instant now) {
  if (queue_.empty() || queue_.begin()->first > now) return {};
  const environment_id env = queue_.begin()->second;
  set(env, never);
  return env;
}

}  // namespace lambdaprof::run
