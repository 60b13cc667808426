// SPDX-License-Identifier: Apache-2.0
// What the auditor remembers of each invocation and environment while it reads a journal.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "journal/entry.hpp"

namespace lambdaprof::journal {

struct invocation_book {
  bool delivered = false;
  bool began = false;
  bool responded = false;
  bool failed = false;
  outcome why = outcome::success;  // of the failure
  environment_id env;              // it was delivered to
  bool over = false;               // throttled or settled

  bool is_answered() const { return responded || failed; }
};

struct extension_book {
  bool lives = false;
  bool registered = false;
  bool wants_invoke = false;
  bool busy = false;  // with its init, or with an invocation
  bool subscribed = false;
};

struct environment_book {
  std::uint32_t attempts = 0;
  std::uint32_t serving = 0;  // invocations
  instant ordered{};          // its last process
  bool served = false;        // an event, by any of its processes
  bool provisioned = false;
  bool retired = false;
  bool gone = false;
  // Of the last attempt.
  bool suppressed = false;
  bool open = false;  // ordered, and neither exited nor failed to launch
  bool started = false;
  bool init_over = false;
  bool init_failed = false;
  bool reset = false;
  bool attempt_served = false;
  bool frozen = false;
  bool runtime_initialized = false;
  bool restoring = false;
  bool restore_failed = false;
  bool shutting_down = false;
  usage used;                              // at the last sample
  std::vector<extension_book> extensions;  // of the last attempt, by their number

  extension_book* extension(std::uint32_t number) {
    return number < extensions.size() ? &extensions[number] : nullptr;
  }
  bool any_extension(bool extension_book::*is) const {
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](const extension_book& x) { return x.*is; });
  }
  bool is_ready() const { return open && init_over && !restoring && !reset && !retired; }
  bool is_moving() const { return open && !is_ready(); }
};

}  // namespace lambdaprof::journal
