// SPDX-License-Identifier: Apache-2.0
#include "environment/extension_session.hpp"

#include "base/result.hpp"

namespace lambdaprof::environment {

std::optional<extension_state> after(extension_state from, extension_call call) {
  using enum extension_state;
  // An extension may say at any time that it gives up.
  const bool is_alive = from == registered || from == ready || from == running;
  switch (call) {
    case extension_call::enroll:
      return from == started ? std::optional(registered) : std::nullopt;
    case extension_call::next:
      return from == registered || from == running ? std::optional(ready) : std::nullopt;
    case extension_call::report_init_error:
      return from == registered || from == init_error ? std::optional(init_error) : std::nullopt;
    case extension_call::report_exit_error:
      return is_alive || from == exit_error ? std::optional(exit_error) : std::nullopt;
  }
  throw broken_law("an unknown extension call");
}

std::string_view name(extension_state s) {
  using enum extension_state;
  switch (s) {
    case started:
      return "Started";
    case registered:
      return "Registered";
    case ready:
      return "Ready";
    case running:
      return "Running";
    case init_error:
      return "InitError";
    case exit_error:
      return "ExitError";
    case exited:
      return "Exited";
  }
  throw broken_law("an unknown extension state");
}

std::string_view target_name(extension_call call) {
  switch (call) {
    case extension_call::enroll:
      return "Registered";
    case extension_call::next:
      return "Ready";
    case extension_call::report_init_error:
      return "InitError";
    case extension_call::report_exit_error:
      return "ExitError";
  }
  throw broken_law("an unknown extension call");
}

std::string_view refusal(extension_reply r) {
  using enum extension_reply;
  switch (r) {
    case empty_name:
      return "an extension registered without a name";
    case bad_format:
      return "an extension registered with a body that is no registration";
    case unknown_event:
      return "an extension registered for an event that there is not";
    case shutdown_not_supported:
      return "an internal extension registered for SHUTDOWN";
    case invoke_not_supported:
      return "an extension registered for INVOKE, which a managed instance does not send";
    case registration_closed:
      return "an extension registered after the runtime's init";
    case already_registered:
      return "an extension registered twice";
    case too_many:
      return "more extensions registered than there may be";
    case missing_identifier:
    case malformed_identifier:
    case unknown_identifier:
      return "a call of an extension without a valid identifier";
    case missing_error_type:
      return "an extension reported an error without its type";
    case bad_subscription:
      return "a subscription that is not sound";
    case subscribed_elsewhere:
      return "a subscription to telemetry and to logs";
    case subscription_closed:
      return "a subscription after the init";
    default:
      return "a call of an extension that is not allowed in its state";
  }
}

}  // namespace lambdaprof::environment
