// SPDX-License-Identifier: Apache-2.0
// Instants of the calendar, as RFC 3339 writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lambdaprof::report {

/// Microseconds since 1970: so fine that nothing is lost on the way to milliseconds, so coarse that
/// no instant of a run leads beyond what can be counted.
using utc_time = std::chrono::sys_time<std::chrono::microseconds>;

/// Of "2026-11-24T09:30:00Z", with or without decimals of the second.
std::optional<utc_time> parse_utc(std::string_view text);

/// "2026-11-24T09:30:00.123Z"; what is below a millisecond is cut off.
std::string utc_text(utc_time t);

}  // namespace lambdaprof::report
