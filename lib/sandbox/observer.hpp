// SPDX-License-Identifier: Apache-2.0
// For whoever wants to see of a function what the journal does not keep: what it answers, and what
// its processes hold while nothing runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"

namespace lambdaprof::sandbox {

enum class moment : std::uint8_t {
  initialized,  ///< its first event is about to be handed over
  at_rest,      ///< the invocation is over, and everything stands still
};

/// Where to look.
struct whereabouts {
  environment_id env;
  sandbox::moment moment;
  int runtime;                 ///< its process
  std::vector<int> processes;  ///< that one and all that came from it, without extensions
  std::string tmp;             ///< what it sees as /tmp; empty: that of the host
};

/// Nothing is looked at, and no time spent, for what is none.
struct observer {
  /// The body of a response, valid during the call, whether or not it is accepted.
  std::function<void(environment_id, invocation_id, std::string_view body)> answered;
  std::function<void(const whereabouts&)> look;
  /// Whether the runtime gets SIGTERM, and some time, before it is killed; where there are no
  /// extensions Lambda does not do that.
  std::function<bool(environment_id)> is_asked_to_end;
};

/// As long as with an internal extension.
inline constexpr span time_to_end = std::chrono::milliseconds(500);

}  // namespace lambdaprof::sandbox
