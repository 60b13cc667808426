// SPDX-License-Identifier: Apache-2.0
// What a response that is legal by its state is worth: accepted, or a failure of its own.
#pragma once

#include <string>
#include <string_view>

#include "environment/function.hpp"
#include "environment/runtime_session.hpp"
#include "environment/signal.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::environment {

struct checked_answer {
  reply kind;  ///< what the runtime is told
  journal::outcome how;
  std::string payload = {};  ///< what the invoker sees in place of the response, if it failed
};

checked_answer check_answer(const signal::responded& s, const function& f,
                            std::string_view request_id);

/// An accepted response as the journal keeps it.
journal::fact::responded told_of(const signal::responded& s, journal::journal& log);

}  // namespace lambdaprof::environment
