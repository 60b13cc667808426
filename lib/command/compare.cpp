// SPDX-License-Identifier: Apache-2.0
#include "command/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "command/contestants.hpp"
#include "command/examine.hpp"
#include "command/label.hpp"
#include "command/saved.hpp"
#include "command/tell_apart.hpp"
#include "command/trial_status.hpp"
#include "host/keeper.hpp"
#include "profile/plan.hpp"
#include "trial/compare.hpp"
#include "trial/design.hpp"

namespace lambdaprof::command {
namespace {

/// Tells 4 % where pairs of starts vary by 10 %.
constexpr std::uint32_t usual_blocks = 40;

bool is_default(const profile::profile& p, std::string_view key) {
  return profile::origin(p, key) == "default";
}

std::size_t blocks_of(const profile::profile& p) {
  if (p.trial.precision) return p.trial.max_blocks;
  if (!is_default(p, "load.cold") && !p.load.plan)
    return is_default(p, "trial.max_blocks") ? p.load.cold
                                             : std::min(p.load.cold, p.trial.max_blocks);
  return is_default(p, "trial.max_blocks") ? usual_blocks : p.trial.max_blocks;
}

/// With a precision, those that are asked for are the least.
std::size_t fewest_blocks_of(const profile::profile& p) {
  return is_default(p, "load.cold") ? 0 : std::min(p.load.cold, p.trial.max_blocks);
}

int measure_and_report(const trial_plan& plan, const profile::profile& p, const outputs& out,
                       const compare_options& o, const console& c) {
  const std::optional<double> precision = p.trial.precision;
  const stopping is_enough = [&](const std::vector<report::subject>& subjects,
                                 std::size_t blocks) -> std::optional<std::string> {
    if (blocks >= fewest_blocks_of(p) && trial::is_precise(examine(subjects), *precision))
      return fmt::format("cold starts are known to ±{:.3g} % after {} blocks", 100 * *precision,
                         blocks);
    if (blocks < plan.blocks) return std::nullopt;
    return fmt::format(
        "the precision of {:.3g} % was not reached by all {}: allow more blocks (--max-blocks), or "
        "free the machine",
        100 * *precision, blocks);
  };
  const auto subjects = play(plan, precision ? is_enough : nullptr, c);
  if (!subjects) return complain(subjects.error());
  const trial::findings found = examine(*subjects);
  return report_trial({*subjects, &found}, out, o.ignores_failures, c);
}

int compare_functions(const compare_options& o, const console& c) {
  auto p = read_settings(o.profile, o.flags);
  if (!p) return complain(p.error());
  if (const auto fine = check_untraced(*p); !fine) return complain(fine.error());
  if (is_default(*p, "load.warm_up")) p->load.warm_up = trial::warm_up_blocks;
  auto contestants = contestants_of(*p, {o.subjects, o.arguments, o.variants, o.sweeps, o.each});
  if (!contestants) return complain(contestants.error());
  trial_plan plan{
      std::move(*contestants), {}, blocks_of(*p), o.command_line, label_or_commit(o.label)};
  plan.facts.max_blocks = static_cast<std::int64_t>(plan.blocks);
  plan.facts.question = p->trial.question;
  plan.facts.judged_by = p->trial.judged_by;
  const auto out = outputs::open(o.outputs, programs_of(plan.contestants));
  if (!out) return complain(out.error());
  return host::keep([&] { return measure_and_report(plan, *p, *out, o, c); });
}

/// Whatever they were in their own trials: here the first is compared with the others, and blocks
/// with the same number have nothing in common.
void take_as_variant(report::subject& s, const std::string& file, bool is_alone) {
  journal::variant_facts& v = s.conditions.variant;
  const std::string own = v.name.empty() ? s.conditions.function.name : v.name;
  v.name = is_alone ? file : fmt::format("{}: {}", file, own);
  v.role = journal::role::variant;
  v.group.clear();
  s.conditions.trial = {};
  for (analysis::environment_row& e : s.timeline.environments) e.block = -1;
  for (analysis::invocation_row& i : s.timeline.invocations) i.block = -1;
}

/// What has been measured already cannot be changed any more.
std::string flag_for_functions(const compare_options& o) {
  if (!o.variants.empty()) return "--variant";
  if (!o.sweeps.empty()) return "--sweep";
  if (!o.each.empty()) return "--each";
  if (!o.profile.empty()) return "--profile";
  if (!o.arguments.empty()) return "--";
  return o.flags.empty() ? "" : o.flags.front().flag;
}

/// Of files, as people would call them beside each other.
std::vector<std::string> names_of(const std::vector<std::string>& files) {
  std::vector<std::string> names;
  std::vector<std::filesystem::path> paths;
  for (const std::string& file : files) {
    paths.push_back(std::filesystem::path(file).lexically_normal());
    names.push_back(file == "-" ? "standard input" : paths.back().filename().string());
  }
  tell_apart(names, paths);
  return names;
}

result<std::vector<report::subject>> read_runs(const std::vector<std::string>& files) {
  const std::vector<std::string> short_names = names_of(files);
  std::vector<report::subject> all;
  std::set<std::string> names;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string& file = files[i];
    auto subjects = read_saved(file);
    if (!subjects) return subjects.error();
    std::erase_if(*subjects, [](const report::subject& s) {
      const journal::role r = s.conditions.variant.role;
      return r != journal::role::variant && r != journal::role::base;
    });
    const bool is_alone = subjects->size() == 1;
    for (report::subject& s : *subjects) {
      take_as_variant(s, short_names[i], is_alone);
      if (!names.insert(s.conditions.variant.name).second)
        return fault{fault_kind::usage, "two runs are called " + s.conditions.variant.name, file,
                     "give each its own file"};
      all.push_back(std::move(s));
    }
  }
  if (all.size() < 2)
    return fault{fault_kind::usage, "nothing to compare with", files.front(),
                 "give a second result, or the result of a trial"};
  return all;
}

int compare_saved(const compare_options& o, const console& c) {
  if (const std::string flag = flag_for_functions(o); !flag.empty())
    return complain({fault_kind::usage, "is for functions, and these are saved results", flag, ""});
  const auto out = outputs::open(o.outputs);
  if (!out) return complain(out.error());
  if (o.subjects.size() == 1) {
    const auto one = read_saved(o.subjects.front());
    if (!one) return complain(one.error());
    if (is_trial(*one)) {
      const trial::findings found = examine(*one);
      return report_saved({*one, &found}, *out, c);
    }
  }
  auto subjects = read_runs(o.subjects);
  if (!subjects) return complain(subjects.error());
  for (const report::subject& s : *subjects)
    if (const auto why = trial::incomparable(subjects->front().conditions, s.conditions);
        why && !o.forces)
      return complain({fault_kind::usage, "not comparable: " + *why, s.conditions.variant.name,
                       "measure both in one trial, or see it anyway with --force"});
  const trial::findings found = examine(*subjects);
  return report_saved({*subjects, &found}, *out, c);
}

}  // namespace

int compare(const compare_options& o, const console& c) {
  const auto saved = std::find_if(o.subjects.begin(), o.subjects.end(), is_saved_result);
  if (saved == o.subjects.end()) return compare_functions(o, c);
  const auto other = std::find_if_not(o.subjects.begin(), o.subjects.end(), is_saved_result);
  if (other == o.subjects.end()) return compare_saved(o, c);
  std::error_code ignored;
  if (!std::filesystem::exists(*other, ignored))
    return complain({fault_kind::usage, "no such file", *other, ""});
  return complain({fault_kind::usage, "is no saved result, other than " + *saved, *other,
                   "compare functions in one trial, or results of both"});
}

}  // namespace lambdaprof::command
