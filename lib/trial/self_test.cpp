// SPDX-License-Identifier: Apache-2.0
#include "trial/self_test.hpp"

#include <cmath>

#include "analysis/paired.hpp"
#include "trial/compare.hpp"

namespace lambdaprof::trial {

self_test test_itself(const pairs& p, const analysis::metric& m, std::size_t tests) {
  self_test t;
  t.metric = m.key;
  t.confidence = 1 - false_alarm / static_cast<double>(tests);
  t.blocks = p.base.size();
  if (p.base.empty()) return t;
  const std::vector<double> logs = analysis::log_ratios(above_zero(p.base), above_zero(p.variant));
  const analysis::paired_shift shift = analysis::signed_rank(logs, t.confidence);
  t.ratio = std::exp(shift.estimate);
  t.lag_one = analysis::lag_one_autocorrelation(logs);
  t.effective = analysis::effective_size(logs.size(), t.lag_one);
  if (!shift.bounds) return t;
  t.bounds = analysis::interval{std::exp(shift.bounds->low), std::exp(shift.bounds->high)};
  const bool holds_one = shift.bounds->low <= 0 && shift.bounds->high >= 0;
  const bool is_near = std::abs(t.ratio - 1) <= largest_difference;
  t.found = !holds_one ? self_test::state::noisy
            : is_near  ? self_test::state::quiet
                       : self_test::state::unresolved;
  return t;
}

std::optional<repeated> find_repeat(std::span<const arm> arms) {
  for (const arm& a : arms)
    if (a.role() == journal::role::repeat)
      return repeated{&arms[base_of(arms, a.conditions().variant.group)], &a};
  return std::nullopt;
}

}  // namespace lambdaprof::trial
