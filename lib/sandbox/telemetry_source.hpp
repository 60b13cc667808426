// SPDX-License-Identifier: Apache-2.0
// Where the sandbox gets the events of the Telemetry and Logs APIs from. They are a view of the
// journal, and the sandbox knows no views.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/id.hpp"

namespace lambdaprof::sandbox {

/// One JSON object for a subscriber.
using telemetry_sink =
    std::function<void(environment_id env, std::uint32_t extension, std::string_view event)>;

/// Gives what has come for all subscribers since it was last called; first called when there is
/// one. None: nobody can subscribe.
using telemetry_source = std::function<void(const telemetry_sink&)>;

}  // namespace lambdaprof::sandbox
