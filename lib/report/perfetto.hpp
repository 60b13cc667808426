// SPDX-License-Identifier: Apache-2.0
// A run in the Trace Event Format, which the Perfetto UI and chrome://tracing open: a process for
// each variant, a track for each environment, counters of what environments do and events wait for.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"

namespace lambdaprof::report {

/// One event a line. With the warm-up, which is marked; without runs that broke a law.
std::string render_perfetto(std::span<const subject> subjects);

}  // namespace lambdaprof::report
