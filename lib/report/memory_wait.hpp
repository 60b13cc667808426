// SPDX-License-Identifier: Apache-2.0
// The log and telemetry both tell the end of an invocation with the memory that it took, which a
// later fact says: how long they wait for it.
#pragma once

#include <variant>

#include "journal/entry.hpp"

namespace lambdaprof::report {

template <class... Facts>
bool is_one_of(const journal::what& w) {
  return (std::holds_alternative<Facts>(w) || ...);
}

/// Either tells the memory that an invocation took, or may lie between its end and what tells it.
inline bool may_precede_memory(const journal::what& w) {
  namespace fact = journal::fact;
  return is_one_of<fact::sampled, fact::exited, fact::reset, fact::retired, fact::delivered,
                   fact::frozen, fact::extension_ready, fact::extension_failed,
                   fact::extension_exited, fact::shutdown_began>(w);
}

}  // namespace lambdaprof::report
