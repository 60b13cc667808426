// SPDX-License-Identifier: Apache-2.0
// What `hyperfine --export-json` writes, of cold starts: a run is one `cold_ms`, in seconds, and
// the command is the name of a variant, since readers tell results apart by it. A variant without a
// cold start has no result, because all of them need a mean.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

std::string render_hyperfine(std::span<const subject> subjects, const trial::findings& f);

}  // namespace lambdaprof::report
