// SPDX-License-Identifier: Apache-2.0
// Which call of the Extensions API is legal when, for one extension (lambda-protocol §3).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lambdaprof::environment {

/// Named as RIE names them, because the names stand in error messages.
enum class extension_state : std::uint8_t {
  started,     ///< an external one that has a process
  registered,  ///< and has not asked for an event yet
  ready,       ///< waits for an event
  running,     ///< has one and has not asked for the next
  init_error,
  exit_error,
  exited,
};

enum class extension_call : std::uint8_t { enroll, next, report_init_error, report_exit_error };

/// The state after a legal call; none if the call is refused with 403.
std::optional<extension_state> after(extension_state from, extension_call call);

std::string_view name(extension_state s);
/// The state that a call aims at.
std::string_view target_name(extension_call call);

/// How a call is answered. The statuses and bodies are wire's business.
enum class extension_reply : std::uint8_t {
  registered,
  accepted,
  subscribed,
  empty_name,
  bad_format,
  unknown_event,
  shutdown_not_supported,  ///< by an internal extension
  invoke_not_supported,    ///< by a managed instance
  registration_closed,
  already_registered,  ///< an internal one
  too_many,
  missing_identifier,
  malformed_identifier,
  unknown_identifier,
  invalid_state,
  missing_error_type,
  already_subscribed,  ///< for the same
  bad_subscription,
  subscribed_elsewhere,  ///< to the other API
  subscription_closed,
};

/// What was wrong with a call that is refused so, for the report.
std::string_view refusal(extension_reply r);

}  // namespace lambdaprof::environment
