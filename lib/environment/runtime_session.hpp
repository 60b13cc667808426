// SPDX-License-Identifier: Apache-2.0
// Which call of the Runtime API is legal when: the table of lambda-protocol §1.8, standard mode,
// with those of SnapStart.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lambdaprof::environment {

/// Named as RIE names them, because the names stand in error messages.
enum class runtime_state : std::uint8_t {
  started,
  init_error,
  ready,
  running,
  invocation_response,  ///< the body is being read
  response_sent,
  restore_ready,  ///< waits in /restore/next
  restoring,      ///< let go on from there
  restore_error,
};

enum class runtime_call : std::uint8_t {
  next,
  respond,
  report_error,
  report_init_error,
  restore_next,
  report_restore_error,
};

/// The state after a legal call; none if the call is refused with 403.
std::optional<runtime_state> after(runtime_state from, runtime_call call);

std::string_view name(runtime_state s);
/// The state that a call aims at, as RIE names it in its refusal.
std::string_view target_name(runtime_call call);

/// How a call is answered. The statuses and bodies are wire's business.
enum class reply : std::uint8_t {
  accepted,
  invalid_request_id,
  invalid_transition,
  bad_response_mode,
  too_large,
  truncated,
  stale_attempt,  ///< of an attempt that is over, or a post for another one
};

}  // namespace lambdaprof::environment
