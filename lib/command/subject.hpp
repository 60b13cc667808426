// SPDX-License-Identifier: Apache-2.0
// From a journal to what a report is about.
#pragma once

#include "journal/journal.hpp"
#include "report/subject.hpp"

namespace lambdaprof::command {

report::subject subject_of(const journal::journal& j);

}  // namespace lambdaprof::command
