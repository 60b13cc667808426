// SPDX-License-Identifier: Apache-2.0
#include "command/examine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/extension_remarks.hpp"
#include "report/remarks.hpp"
#include "report/width.hpp"
#include "trial/compare.hpp"
#include "trial/judge.hpp"

namespace lambdaprof::command {
namespace {

constexpr double notable_autocorrelation = 0.3;

bool is_saved(journal::role r) {
  return r == journal::role::saved_base || r == journal::role::saved_calibration;
}

/// What was measured elsewhere is paired with nothing that was measured here.
std::vector<trial::arm> arms_of(std::span<const report::subject> subjects) {
  std::vector<trial::arm> arms;
  for (const report::subject& s : subjects)
    arms.emplace_back(s.conditions, s.timeline, is_saved(s.conditions.variant.role) ? 1 : 0);
  return arms;
}

void on_failures(std::span<const report::subject> subjects, trial::findings& to) {
  for (const report::subject& s : subjects) {
    std::set<std::int64_t> failed;
    for (const analysis::invocation_row& i : s.timeline.invocations)
      if (!i.discarded && !i.is_success() && i.how != journal::outcome::interrupted)
        failed.insert(i.block);
    if (failed.empty() || is_saved(s.conditions.variant.role)) continue;
    to.caveats.push_back(fmt::format("{} failed in {} of {} blocks: times are of what succeeded",
                                     report::printable(s.conditions.variant.name), failed.size(),
                                     to.blocks));
  }
}

void on_extensions(std::span<const report::subject> subjects, trial::findings& to) {
  for (const report::subject& s : subjects) {
    if (is_saved(s.conditions.variant.role)) continue;
    for (const report::remark& each : report::remarks_on_extensions(s.timeline))
      to.caveats.push_back(fmt::format("{}: {}; {}", report::printable(s.conditions.variant.name),
                                       each.text, each.remedy));
  }
}

void on_throttles(std::span<const report::subject> subjects, trial::findings& to) {
  for (const report::subject& s : subjects)
    if (const std::size_t n = s.summary.count.throttles;
        n > 0 && !is_saved(s.conditions.variant.role))
      to.caveats.push_back(fmt::format(
          "{} events of {} were throttled: no environment was free and no more were allowed", n,
          report::printable(s.conditions.variant.name)));
}

void on_machine(std::span<const report::subject> subjects, trial::findings& to) {
  for (const trial::self_test& t : to.self_tests)
    if (t.found == trial::self_test::state::noisy)
      to.caveats.push_back(fmt::format(
          "the machine is too noisy: {} of a program against itself is {:.3f} [{:.3f}, {:.3f}]; "
          "lambdaprof doctor says what would mend that",
          t.metric, t.ratio, t.bounds->low, t.bounds->high));
  for (const trial::comparison& c : to.comparisons)
    if (c.metric == analysis::cold_metric().key && c.lag_one > notable_autocorrelation)
      to.caveats.push_back(
          fmt::format("the differences of {} hang together (lag-1 autocorrelation {:.2f}): {} "
                      "pairs are worth {:.0f}",
                      report::printable(c.variant), c.lag_one, c.blocks, c.effective));
  if (const auto busy = report::on_busy_machine(subjects.front().conditions.machine))
    to.caveats.push_back(busy->text);
}

/// What was measured in trials of its own, or in none.
trial::findings examine_unpaired(std::span<const report::subject> subjects) {
  trial::findings f;
  std::vector<trial::arm> arms;
  std::size_t number = 0;
  for (const report::subject& s : subjects) arms.emplace_back(s.conditions, s.timeline, number++);
  const journal::header& first = subjects.front().conditions;
  trial::compare(arms, first.seed, f);
  for (const report::subject& s : subjects)
    if (const auto why = trial::incomparable(first, s.conditions))
      f.caveats.push_back(fmt::format("forced, and not comparable: {}: {}",
                                      report::printable(s.conditions.variant.name), *why));
  f.caveats.emplace_back(
      "unpaired: these runs were measured one after the other, so that a change of the machine's "
      "pace in between looks like a difference");
  return f;
}

}  // namespace

bool is_trial(std::span<const report::subject> subjects) {
  return !subjects.empty() && std::all_of(subjects.begin(), subjects.end(), [](const auto& s) {
    return !s.conditions.variant.name.empty();
  });
}

trial::findings judge(std::span<const report::subject> subjects) {
  trial::findings f;
  trial::judge(arms_of(subjects), subjects.front().conditions.trial, f);
  return f;
}

trial::findings examine(std::span<const report::subject> subjects) {
  const journal::header& h = subjects.front().conditions;
  if (h.trial.max_blocks == 0) return examine_unpaired(subjects);
  trial::findings f;
  const std::vector<trial::arm> arms = arms_of(subjects);
  for (const trial::arm& a : arms)
    if (!is_saved(a.role())) f.blocks = std::max(f.blocks, a.blocks().size());
  f.stopped = h.trial.stopped;
  trial::compare(arms, h.seed, f);
  trial::judge(arms, h.trial, f);
  on_failures(subjects, f);
  on_extensions(subjects, f);
  on_throttles(subjects, f);
  on_machine(subjects, f);
  return f;
}

}  // namespace lambdaprof::command
