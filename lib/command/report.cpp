// SPDX-License-Identifier: Apache-2.0
#include "command/report.hpp"

#include "command/examine.hpp"
#include "command/saved.hpp"
#include "command/trial_status.hpp"

namespace lambdaprof::command {
int report(const report_options& options, const console& c) {
  const auto out = outputs::open(options.outputs);
  if (!out) return complain(out.error());
  std::vector<lambdaprof::report::subject> all;
  for (const std::string& path : options.files) {
    auto subjects = read_saved(path);
    if (!subjects) return complain(subjects.error());
    for (auto& s : *subjects) all.push_back(std::move(s));
  }
  // Variants of several trials have no base in common.
  const bool has_findings = options.files.size() == 1 && is_trial(all);
  const trial::findings found = has_findings ? examine(all) : trial::findings{};
  return report_saved({all, has_findings ? &found : nullptr}, *out, c);
}

}  // namespace lambdaprof::command
