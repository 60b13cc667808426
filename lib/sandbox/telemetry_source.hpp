// SPDX-License-Identifier: Apache-2.0
// Where the sandbox gets the events of the Telemetry and Logs APIs from. They are a view of the
// journal, and the sandbox knows no views.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/id.hpp"
#include "base/time.hpp"
#include "environment/subscription.hpp"

namespace lambdaprof::sandbox {

class telemetry_source {
 public:
  virtual ~telemetry_source() = default;

  /// From now on `read` gives this subscriber what it has asked for, beginning with what of its
  /// environment's init came before. Replaces what it had asked for earlier.
  virtual void subscribe(environment_id env, std::uint32_t extension,
                         const lambdaprof::environment::subscription& s) = 0;
  /// The processes of the environment are gone, and its subscribers with them.
  virtual void forget(environment_id env) = 0;

  using event =
      std::function<void(environment_id env, std::uint32_t extension, std::string_view text)>;
  /// What has come since it was last called: one JSON object each.
  virtual void read(const event& give) = 0;
};

}  // namespace lambdaprof::sandbox
