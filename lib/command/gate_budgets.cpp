// SPDX-License-Identifier: Apache-2.0
#include "command/gate_budgets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "analysis/paired.hpp"
#include "profile/plan.hpp"
#include "trial/absolute.hpp"
#include "trial/committed.hpp"
#include "trial/judge.hpp"
#include "trial/looks.hpp"
#include "trial/self_test.hpp"

namespace lambdaprof::command {
namespace {

/// Unless a plan or the keep-alive decides, it is known what no block has.
result<void> can_have_samples(const profile::profile& p, const analysis::metric& m) {
  const std::string key(m.key);
  if (key.starts_with("mark.") &&
      std::none_of(p.marks.begin(), p.marks.end(),
                   [&](const auto& mark) { return &analysis::mark_metric(mark.first) == &m; }))
    return fault{fault_kind::usage, "no such mark is looked for", key,
                 "say what its line contains: --mark NAME=TEXT"};
  const bool is_of_warm = key.find("warm") != std::string::npos;
  if (!is_of_warm || p.load.plan || p.load.burst > 1) return {};
  if (key == "warm.waited_ms")
    return fault{fault_kind::usage, "no event of the plan has to wait for an environment", key,
                 "send some at once: --burst 10"};
  if (p.load.idle || profile::warm_of(p.load) > 0) return {};
  return fault{fault_kind::usage, "the plan has no warm invocations", key, "add some: --warm 20"};
}

/// What a sample of each block amounts to, at least.
std::size_t samples_of_a_block(const profile::profile& p, const analysis::metric& m) {
  if (m.unit == "$") return 1;
  const double events = load::expected_events(profile::block_plan_of(p));
  const double starts = p.load.plan ? 1 : p.load.burst;
  return static_cast<std::size_t>(std::max(1.0, m.is_of_starts ? starts : events - starts));
}

bool can_pairs_prove(double alpha, std::size_t most_blocks) {
  const std::vector<trial::look> all = trial::looks(most_blocks);
  return std::any_of(all.begin(), all.end(), [alpha](const trial::look& l) {
    const double confidence = 1 - 2 * alpha * l.part;
    return confidence < 1 && analysis::signed_rank_margin(l.blocks, confidence) > 0;
  });
}

/// A verdict is believed only where the machine has passed its self-test.
result<void> check_self_test(const profile::profile& p) {
  if (!p.trial.self_test.value_or(true)) return {};
  std::set<std::string_view> tested;
  for (const trial::budget& b : p.budgets) tested.insert(b.metric->key);
  const double confidence = 1 - trial::false_alarm / static_cast<double>(tested.size());
  std::size_t takes = p.trial.max_blocks;
  while (analysis::signed_rank_margin(takes, confidence) == 0) ++takes;
  if (takes == p.trial.max_blocks) return {};
  return fault{fault_kind::usage,
               fmt::format("{} blocks cannot tell whether the machine is quiet enough: it takes {}",
                           p.trial.max_blocks, takes),
               "trial.max_blocks", "allow more (--max-blocks), or judge without that (--no-aa)"};
}

}  // namespace

result<void> check_budgets(const profile::profile& p, bool has_baseline, bool is_committed) {
  const double alpha = trial::alpha_of(trial::ruling::within, p.gate.alpha, p.budgets.size());
  for (const trial::budget& b : p.budgets) {
    if (const auto able = can_have_samples(p, *b.metric); !able) return able.error();
    const std::size_t most = p.trial.max_blocks * samples_of_a_block(p, *b.metric);
    if (const auto able = trial::can_be_proved(b, alpha, most); !able) return able.error();
    if (b.is_relative() && !has_baseline)
      return fault{fault_kind::usage, "there is no baseline for " + b.text,
                   std::string(b.metric->key),
                   "give the function before the change, or a saved result: --baseline ./old"};
    if (b.is_relative() && !is_committed && !can_pairs_prove(alpha, p.trial.max_blocks))
      return fault{fault_kind::usage,
                   fmt::format("{} can never be proved by {} pairs at an error rate of {:.3g} %",
                               b.text, p.trial.max_blocks, 100 * alpha),
                   std::string(b.metric->key), "allow more blocks (--max-blocks)"};
    const double least = trial::smallest_margin(p.gate.machine_deviation, alpha);
    if (is_committed && b.of == trial::budget::kind::times_baseline && b.limit <= least)
      return fault{fault_kind::usage,
                   fmt::format("{} can never be proved against a baseline from elsewhere: machines "
                               "differ by {:.3g} %",
                               b.text, 100 * p.gate.machine_deviation),
                   std::string(b.metric->key),
                   fmt::format("allow more than {:.1f} %, or give the function before the change: "
                               "--baseline ./old",
                               100 * least)};
  }
  return check_self_test(p);
}

}  // namespace lambdaprof::command
