// SPDX-License-Identifier: Apache-2.0
#include "command/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "command/conditions.hpp"
#include "command/contestants.hpp"
#include "command/examine.hpp"
#include "command/gate_baseline.hpp"
#include "command/gate_budgets.hpp"
#include "command/label.hpp"
#include "command/saved.hpp"
#include "command/trial_status.hpp"
#include "host/keeper.hpp"
#include "profile/budget_file.hpp"
#include "profile/plan.hpp"
#include "trial/committed.hpp"
#include "trial/design.hpp"
#include "trial/judge.hpp"

namespace lambdaprof::command {
namespace {

constexpr const char* usual_metric = "cold.first_ms";
constexpr const char* usual_budget = "p50 <= baseline + 10%";

fault usage(std::string message, std::string hint) {
  return {fault_kind::usage, std::move(message), "", std::move(hint)};
}

result<profile::profile> settings_of_gate(const gate_options& o) {
  if (o.command.size() > 1)
    return fault{fault_kind::usage, "one function is judged at a time", o.command[1],
                 "the one before the change is the --baseline; arguments come after --"};
  auto p = read_settings(o.profile, o.flags);
  if (!p) return p.error();
  if (const auto fine = check_untraced(*p); !fine) return fine.error();
  if (!o.budgets.empty()) {
    auto more = profile::read_budgets(o.budgets);
    if (!more) return more.error();
    p->budgets.insert(p->budgets.end(), more->begin(), more->end());
  }
  if (profile::origin(*p, "load.warm_up") == "default") p->load.warm_up = trial::warm_up_blocks;
  take_command(*p, o.command, {});
  p->variants.clear();  // of these, compare makes use
  return p;
}

result<contestant> candidate_of(const profile::profile& p, const std::vector<std::string>& command,
                                const gate_options& o, journal::variant_facts facts) {
  profile::profile own = p;
  if (!command.empty()) {
    own.function.command = command;
    own.origins["function.command"] = "the command line";
  }
  if (own.function.command.empty())
    return usage("no function given",
                 "name a binary: lambdaprof gate ./bootstrap --baseline ./old");
  own.function.command.insert(own.function.command.end(), o.arguments.begin(), o.arguments.end());
  if (const auto sound = profile::check(own); !sound) return sound.error();
  if (const auto found = resolve(own); !found) return found.error();
  return contestant{std::move(facts), std::move(own)};
}

using journal::role;

/// Judged, and what it is judged by.
struct gate_plan {
  trial_plan trial;
  std::vector<report::subject> saved;  ///< a committed baseline
};

/// `is_result`: the baseline is one, or will be.
result<gate_plan> plan_of_gate(const profile::profile& p, const gate_options& o, bool is_result) {
  gate_plan g;
  auto candidate = candidate_of(p, {}, o, {"candidate", role::variant, "", ""});
  if (!candidate) return candidate.error();
  const bool tests_itself = p.trial.self_test.value_or(true) && !o.updates;
  std::vector<contestant>& all = g.trial.contestants;
  if (!o.baseline.empty() && !is_result) {
    auto base = candidate_of(p, {o.baseline}, o, {"baseline", role::base, "", ""});
    if (!base) return base.error();
    all.push_back(std::move(*base));
  }
  all.push_back(*candidate);
  if (tests_itself) all.push_back(repeat_of(all.front()));
  if (is_result) {
    auto calibration = calibration_like(candidate->profile);
    if (!calibration) return calibration.error();
    all.push_back(std::move(*calibration));
  }
  g.trial.command_line = o.command_line;
  g.trial.label = label_or_commit(o.label);
  g.trial.blocks = o.updates ? std::min<std::size_t>(trial::committed_look, p.trial.max_blocks)
                             : p.trial.max_blocks;
  journal::trial_facts& facts = g.trial.facts;
  facts.max_blocks = static_cast<std::int64_t>(g.trial.blocks);
  facts.alpha = p.gate.alpha;
  facts.machine_deviation = p.gate.machine_deviation;
  facts.passes_inconclusive = p.gate.on_inconclusive == profile::on_inconclusive::pass;
  if (!o.updates)
    for (const trial::budget& b : p.budgets)
      facts.budgets.push_back({std::string(b.metric->key), b.text});
  if (is_result && !o.updates) {
    auto saved = read_baseline(o.baseline, *candidate);
    if (!saved) return saved.error();
    g.saved = std::move(*saved);
  }
  return g;
}

/// Whether writing there costs nothing but an older result, of whatever version.
bool may_be_replaced(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return true;
  std::string beginning(256, '\0');
  std::ifstream file(path);
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  return file.gcount() == 0 || beginning.find("\"lambdaprof.result/") != std::string::npos;
}

/// The baseline is replaced by --update only, and nothing but a baseline is.
result<void> check_baseline(const gate_options& o, bool is_result) {
  if (o.updates && !may_be_replaced(o.baseline))
    return fault{fault_kind::usage, "is no result that could be replaced", o.baseline,
                 "name another file, or remove that one"};
  if (!is_result) return {};
  std::error_code ignored;
  for (const std::string& path : o.outputs.all())
    if (std::filesystem::equivalent(path, o.baseline, ignored))
      return fault{fault_kind::usage, "is the baseline", path,
                   "--update replaces that; give the output another name"};
  return {};
}

int measure_and_judge(const gate_plan& g, const outputs& out, const gate_options& o,
                      const console& c) {
  const auto with_saved = [&](std::vector<report::subject> subjects) {
    subjects.insert(subjects.end(), g.saved.begin(), g.saved.end());
    return subjects;
  };
  const stopping is_enough = [&](const std::vector<report::subject>& subjects,
                                 std::size_t blocks) -> std::optional<std::string> {
    if (blocks >= g.trial.blocks || !trial::is_decided(judge(with_saved(subjects))))
      return std::nullopt;
    return fmt::format("decided after {} blocks", blocks);
  };
  auto measured = play(g.trial, o.updates ? nullptr : is_enough, c);
  if (!measured) return complain(measured.error());
  if (o.updates && (has_failed(*measured) || is_interrupted(*measured))) {
    say(stderr, fmt::format("lambdaprof: {}: {}, the baseline stays as it was\n", o.baseline,
                            is_interrupted(*measured) ? "interrupted" : "the function failed"));
    const auto others = outputs::open(o.outputs);
    if (!others) return complain(others.error());
    const trial::findings partial = examine(*measured);
    return report_trial({*measured, &partial}, *others, false, c);
  }
  const std::vector<report::subject> subjects = with_saved(std::move(*measured));
  const trial::findings found = examine(subjects);
  return report_trial({subjects, &found}, out, o.ignores_failures, c);
}

}  // namespace

int gate(const gate_options& o, const console& c) {
  auto p = settings_of_gate(o);
  if (!p) return complain(p.error());
  if (o.updates && o.baseline.empty())
    return complain(usage("--update needs a file to write", "name it: --baseline baseline.json"));
  if (p->budgets.empty() && !o.updates) {
    if (o.baseline.empty())
      return complain(
          usage("nothing to judge by",
                "give a budget, as --budget 'cold.first_ms: p50 < 150ms', or a --baseline"));
    if (auto usual = trial::read_budget(usual_metric, usual_budget)) p->budgets.push_back(*usual);
  }
  const bool is_result = !o.baseline.empty() && (o.updates || is_saved_result(o.baseline));
  if (is_result && p->trial.max_blocks < trial::fewest_blocks)
    return complain({fault_kind::usage,
                     fmt::format("a committed baseline takes {} blocks or more, on both sides",
                                 trial::fewest_blocks),
                     "trial.max_blocks", "allow more (--max-blocks)"});
  if (!o.updates)
    if (const auto fine = check_budgets(*p, !o.baseline.empty(), is_result); !fine)
      return complain(fine.error());
  if (const auto fine = check_baseline(o, is_result); !fine) return complain(fine.error());
  const auto plan = plan_of_gate(*p, o, is_result);
  if (!plan) return complain(plan.error());
  output_paths paths = o.outputs;
  if (o.updates) {
    if (!paths.json.empty())
      return complain(usage("--update writes the result to the baseline",
                            "leave out --json, or copy the file afterwards"));
    paths.json = o.baseline;
  }
  const auto out = outputs::open(paths, programs_of(plan->trial.contestants));
  if (!out) return complain(out.error());
  return host::keep([&] { return measure_and_judge(*plan, *out, o, c); });
}

}  // namespace lambdaprof::command
