// SPDX-License-Identifier: Apache-2.0
#include "report/telemetry_words.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace lambdaprof::report {

using journal::outcome;

namespace {

/// lambda-protocol §4.2: "failure" where the function has reported an error, or the invoker got one
/// and the process has come through all the same; "error" where it has not, or an init was in vain,
/// as in the log. Unconfirmed: AWS's emulators say "error" of whatever is the customer's doing, and
/// leave "failure" to faults of the platform, of which there are none here.
std::string_view status_of(outcome how) {
  switch (how) {
    case outcome::success:
      return "success";
    case outcome::timed_out:
      return "timeout";
    case outcome::function_error:
    case outcome::too_large:
    case outcome::truncated:
    case outcome::bad_response_mode:
      return "failure";
    default:
      return "error";
  }
}

/// The types that no post names.
std::string_view platform_type(ended_phase phase, outcome how) {
  switch (how) {
    case outcome::exited:
    case outcome::killed:
      return "Runtime.ExitError";
    case outcome::out_of_memory:
      return "Runtime.OutOfMemory";
    case outcome::launch_error:
      return "Runtime.InvalidEntrypoint";
    case outcome::init_error:
      return "Runtime.Unknown";
    case outcome::too_large:
      return "Function.ResponseSizeTooLarge";
    case outcome::truncated:
      return "Runtime.TruncatedResponse";
    case outcome::bad_response_mode:
      return "Runtime.InvalidResponseModeHeader";
    case outcome::extension_exited:
      return "Extension.Crash";
    case outcome::extension_error:
      return phase == ended_phase::init ? "Extension.InitError" : "Extension.ExitError";
    case outcome::extension_launch:
      return "Extension.LaunchError";
    case outcome::restore_error:
      return "Runtime.RestoreHookUserTimeout";
    case outcome::timed_out:
      // Of an init as the guide has it; an invocation was recorded to name none.
      return phase == ended_phase::init      ? "Runtime.Unknown"
             : phase == ended_phase::restore ? "Runtime.RestoreHookUserTimeout"
                                             : "";
    default:
      return "";
  }
}

/// A post says something only of an error that was posted.
bool is_posted(outcome how) {
  return how == outcome::function_error || how == outcome::init_error ||
         how == outcome::extension_error || how == outcome::restore_error;
}

/// Ours, of which the platform is the author.
std::string message_of(std::string_view payload) {
  const auto body = nlohmann::json::parse(payload, nullptr, false);
  const auto message = body.is_object() ? body.find("errorMessage") : body.end();
  return message != body.end() && message->is_string() ? message->get<std::string>() : "";
}

}  // namespace

told::ending ending_of(ended_phase phase, outcome how, std::string_view type) {
  return {status_of(how),
          std::string(is_posted(how) && !type.empty() ? type : platform_type(phase, how))};
}

/// Unconfirmed since these events are of the older API: the text of the log of that time, without
/// its line end. For what the function has posted it is the text that was recorded of an init.
std::string fault_text(std::string_view request_id, outcome how, span timeout,
                       std::string_view payload, std::string_view type) {
  std::string message;
  if (how == outcome::timed_out) {
    message = fmt::format("Task timed out after {:.2f} seconds", seconds(timeout));
    type = "Sandbox.Timedout";
  } else {
    message = is_posted(how) ? "Unknown application error occurred" : message_of(payload);
  }
  // What the invoker is told has the beginning already.
  const std::string beginning = fmt::format("RequestId: {} Error: ", request_id);
  if (!message.starts_with(beginning)) message.insert(0, beginning);
  return message.append("\n").append(type);
}

}  // namespace lambdaprof::report
