// SPDX-License-Identifier: Apache-2.0
#include "command/trial_status.hpp"

#include <algorithm>

namespace lambdaprof::command {
bool is_interrupted(std::span<const report::subject> subjects) {
  return std::any_of(subjects.begin(), subjects.end(),
                     [](const report::subject& s) { return s.timeline.interrupted; });
}

bool has_failed(std::span<const report::subject> subjects) {
  return std::any_of(subjects.begin(), subjects.end(), [](const report::subject& s) {
    const auto& all = s.timeline.invocations;
    return std::any_of(all.begin(), all.end(), [](const analysis::invocation_row& i) {
      return !i.is_success() && !i.throttled && i.how != journal::outcome::interrupted;
    });
  });
}

namespace {

bool breaks_laws(const content& what) {
  return std::any_of(what.subjects.begin(), what.subjects.end(),
                     [](const report::subject& s) { return !s.breaches.empty(); });
}

int status_of(const content& what, bool ignores_failures) {
  if (breaks_laws(what)) return exit_status::our_bug;
  if (is_interrupted(what.subjects)) return exit_status::interrupted;
  if (!ignores_failures && has_failed(what.subjects)) return exit_status::function_failed;
  if (what.findings->verdicts.empty()) return exit_status::success;
  switch (trial::overall(what.findings->verdicts)) {
    case trial::ruling::over:
      return exit_status::over_budget;
    case trial::ruling::inconclusive:
      return what.subjects.front().conditions.trial.passes_inconclusive ? exit_status::success
                                                                        : exit_status::inconclusive;
    case trial::ruling::within:
      break;
  }
  return exit_status::success;
}

}  // namespace

int report_trial(const content& what, const outputs& out, bool ignores_failures, const console& c) {
  const std::vector<fault> faults = out.write(what, c);
  for (const fault& f : faults) complain(f);
  return faults.empty() ? status_of(what, ignores_failures) : exit_status::bad_usage;
}

int report_saved(const content& what, const outputs& out, const console& c) {
  const std::vector<fault> faults = out.write(what, c);
  for (const fault& f : faults) complain(f);
  if (!faults.empty()) return exit_status::bad_usage;
  return breaks_laws(what) ? exit_status::our_bug : exit_status::success;
}

}  // namespace lambdaprof::command
