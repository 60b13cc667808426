// SPDX-License-Identifier: Apache-2.0
// The words of telemetry for how something ended. What no source settles is decided here.
#pragma once

#include <string>
#include <string_view>

#include "journal/outcome.hpp"
#include "report/telemetry_event.hpp"

namespace lambdaprof::report {

enum class ended_phase : std::uint8_t { init, restore, invocation };

/// `type`: what the error-type header of a post counts as, if there was one.
told::ending ending_of(ended_phase phase, journal::outcome how, std::string_view type);

/// The record of platform.fault. `payload` is what the invoker saw.
std::string fault_text(std::string_view request_id, journal::outcome how, span timeout,
                       std::string_view payload, std::string_view type);

}  // namespace lambdaprof::report
