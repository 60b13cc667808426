// SPDX-License-Identifier: Apache-2.0
// Telemetry, which is a view of the journal, for the sandbox, which knows no views.
#pragma once

#include "journal/journal.hpp"
#include "sandbox/telemetry_source.hpp"

namespace lambdaprof::command {

/// `j` outlives the source. Nothing is made before somebody has subscribed.
sandbox::telemetry_source telemetry_of(const journal::journal& j);

}  // namespace lambdaprof::command
