// SPDX-License-Identifier: Apache-2.0
#include "command/subject.hpp"

#include <fmt/format.h>

#include "journal/audit.hpp"

namespace lambdaprof::command {

report::subject subject_of(const journal::journal& j) {
  report::subject s;
  s.conditions = j.conditions();
  s.timeline = analysis::read_timeline(j);
  s.summary = analysis::summarize(s.timeline);
  for (const journal::breach& b : journal::audit(j))
    s.breaches.push_back(fmt::format("{} (entry {})", b.law, b.entry));
  return s;
}

}  // namespace lambdaprof::command
