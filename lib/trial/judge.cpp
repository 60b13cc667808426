// SPDX-License-Identifier: Apache-2.0
#include "trial/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "trial/absolute.hpp"
#include "trial/committed.hpp"
#include "trial/looks.hpp"
#include "trial/relative.hpp"
#include "trial/self_test.hpp"

namespace lambdaprof::trial {
namespace {

const arm* find_role(std::span<const arm> arms, journal::role r) {
  const auto at =
      std::find_if(arms.begin(), arms.end(), [r](const arm& a) { return a.role() == r; });
  return at == arms.end() ? nullptr : &*at;
}

std::vector<budget> budgets_of(const journal::trial_facts& facts) {
  std::vector<budget> all;
  for (const journal::budget_text& b : facts.budgets)
    if (auto read = read_budget(b.metric, b.limit)) all.push_back(*read);
  return all;
}

void test_machine(std::span<const arm> arms, const std::vector<budget>& budgets, findings& to) {
  const auto again = find_repeat(arms);
  if (!again) return;
  std::vector<const analysis::metric*> tested;
  for (const budget& b : budgets)
    if (std::find(tested.begin(), tested.end(), b.metric) == tested.end())
      tested.push_back(b.metric);
  if (tested.empty()) tested.push_back(&analysis::cold_metric());
  for (const analysis::metric* m : tested)
    to.self_tests.push_back(
        test_itself(pair_up(*again->original, *again->repeat, *m), *m, tested.size()));
}

verdict judge_one(std::span<const arm> arms, const budget& b, const journal::trial_facts& facts,
                  const rates& alpha) {
  const arm* variant = find_role(arms, journal::role::variant);
  ensure(variant != nullptr, "a gate has something to judge");
  const auto most = static_cast<std::size_t>(facts.max_blocks);
  if (!b.is_relative()) return judge_absolute(*variant, b, most, alpha);
  if (const arm* base = find_role(arms, journal::role::base))
    return judge_relative(*base, *variant, b, most, alpha);
  const arm* saved = find_role(arms, journal::role::saved_base);
  const arm* then = find_role(arms, journal::role::saved_calibration);
  const arm* now = find_role(arms, journal::role::calibration);
  ensure(saved && then && now, "a relative budget has a baseline");
  return judge_committed({*saved, *then, *variant, *now}, b, facts.machine_deviation, most, alpha);
}

/// What a noisy machine proves is nothing.
void discount(verdict& v, const std::vector<self_test>& tests, std::size_t max_blocks) {
  const auto of = std::find_if(tests.begin(), tests.end(),
                               [&](const self_test& t) { return t.metric == v.metric; });
  if (of == tests.end() || of->found == self_test::state::quiet) return;
  if (v.ruling == ruling::inconclusive) return;
  const std::string what = of->bounds ? fmt::format("an A/A ratio of {:.3f} [{:.3f}, {:.3f}]",
                                                    of->ratio, of->bounds->low, of->bounds->high)
                                      : "too few blocks for an A/A test";
  v.reason = fmt::format("{}, but the machine is too noisy to believe {}: {}", v.reason,
                         name(v.ruling), what);
  v.ruling = ruling::inconclusive;
  v.may_change = of->blocks < max_blocks;
}

}  // namespace

double alpha_of(ruling side, double alpha, std::size_t budgets) {
  return side == ruling::over ? alpha / static_cast<double>(std::max<std::size_t>(1, budgets))
                              : alpha;
}

void judge(std::span<const arm> arms, const journal::trial_facts& facts, findings& to) {
  const std::vector<budget> budgets = budgets_of(facts);
  const rates alpha{alpha_of(ruling::within, facts.alpha, budgets.size()),
                    alpha_of(ruling::over, facts.alpha, budgets.size())};
  test_machine(arms, budgets, to);
  for (const budget& b : budgets) {
    verdict v = judge_one(arms, b, facts, alpha);
    discount(v, to.self_tests, static_cast<std::size_t>(facts.max_blocks));
    to.verdicts.push_back(std::move(v));
  }
}

bool is_decided(const findings& f) {
  return !f.verdicts.empty() &&
         std::none_of(f.verdicts.begin(), f.verdicts.end(), [](const verdict& v) {
           return v.ruling == ruling::inconclusive && v.may_change;
         });
}

}  // namespace lambdaprof::trial
