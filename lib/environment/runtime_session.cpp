// SPDX-License-Identifier: Apache-2.0
#include "environment/runtime_session.hpp"

#include "base/result.hpp"

namespace lambdaprof::environment {

std::optional<runtime_state> after(runtime_state from, runtime_call call) {
  using enum runtime_state;
  switch (from) {
    case started:
      if (call == runtime_call::next) return ready;
      if (call == runtime_call::report_init_error) return init_error;
      if (call == runtime_call::restore_next) return restore_ready;
      return std::nullopt;
    case init_error:
    case restore_ready:
    case restore_error:
      return std::nullopt;
    case restoring:
      if (call == runtime_call::next) return ready;
      // RIE takes the one for the other here.
      if (call == runtime_call::report_init_error || call == runtime_call::report_restore_error)
        return restore_error;
      return std::nullopt;
    case ready:
      // Asking twice is a permitted no-op.
      return call == runtime_call::next ? std::optional(ready) : std::nullopt;
    case running:
      if (call == runtime_call::next) return running;  // the same event again
      if (call == runtime_call::respond) return invocation_response;
      if (call == runtime_call::report_error) return response_sent;
      return std::nullopt;
    case invocation_response:
      return std::nullopt;
    case response_sent:
      return call == runtime_call::next ? std::optional(ready) : std::nullopt;
  }
  throw broken_law("an unknown runtime state");
}

std::string_view name(runtime_state s) {
  using enum runtime_state;
  switch (s) {
    case started:
      return "Started";
    case init_error:
      return "InitError";
    case ready:
      return "Ready";
    case running:
      return "Running";
    case invocation_response:
      return "InvocationResponse";
    case response_sent:
      return "RuntimeResponseSentState";
    case restore_ready:
      return "RestoreReady";
    case restoring:
      return "Restoring";
    case restore_error:
      return "RestoreError";
  }
  throw broken_law("an unknown runtime state");
}

std::string_view target_name(runtime_call call) {
  switch (call) {
    case runtime_call::next:
      return "Ready";
    case runtime_call::respond:
      return "InvocationResponse";
    case runtime_call::report_error:
      return "InvocationErrorResponse";
    case runtime_call::report_init_error:
      return "InitError";
    case runtime_call::restore_next:
      return "RestoreReady";
    case runtime_call::report_restore_error:
      return "RestoreError";
  }
  throw broken_law("an unknown runtime call");
}

}  // namespace lambdaprof::environment
