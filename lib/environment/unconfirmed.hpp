// SPDX-License-Identifier: Apache-2.0
// Where no source settles what AWS does (the points that lambda-protocol §10 collects), what we do
// and why: each is decided here and nowhere else.
#pragma once

#include <cstdint>

namespace lambdaprof::environment::unconfirmed {

/// A second /next while an invocation runs gets the same event again, as in RIE: no client relies
/// on anything else, and one whose connection broke is served.
inline constexpr bool redelivers_to_a_running_runtime = true;

/// A runtime that answers and then exits, or an extension that overruns the timeout after the
/// answer: the invocation counts as failed and the environment is reset, but the invoker keeps its
/// answer, which AWS sends as soon as it has come.
inline constexpr bool invoker_keeps_its_answer = true;

/// A post that echoes the id of another attempt is refused with 410 in the standard mode as well:
/// that is what the header was introduced for, and clients know the status.
inline constexpr bool refuses_stale_attempts_in_standard_mode = true;

/// "spindown" and not "SPINDOWN": what the code of AWS writes, and what logs of extensions show.
inline constexpr bool shutdown_reason_is_in_lower_case = true;

/// An init that took too long ends for the reason "timeout", as an invocation does.
inline constexpr bool init_time_out_is_a_timeout = true;

/// An extension that dies while nothing is under way is no failure of any invocation: the
/// environment is reset at once, and the next event pays for its new init.
inline constexpr bool idle_crash_resets_at_once = true;

}  // namespace lambdaprof::environment::unconfirmed
