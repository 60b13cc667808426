// SPDX-License-Identifier: Apache-2.0
#include "command/contestants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "command/conditions.hpp"
#include "command/settings.hpp"
#include "command/tell_apart.hpp"
#include "profile/fields.hpp"
#include "profile/plan.hpp"
#include "profile/variant.hpp"

namespace lambdaprof::command {
namespace {

constexpr std::int64_t whole_cpu_mb = 1769;

/// Each function as a variant, called as it would be called in a run by itself.
result<std::vector<profile::variant>> variants_of_functions(const profile::profile& p,
                                                            const named_variants& n) {
  std::vector<std::string> names;
  std::vector<std::filesystem::path> paths;
  for (const std::string& function : n.functions) {
    profile::profile alone = p;
    take_command(alone, {function}, {});
    if (const auto found = resolve(alone); !found) return found.error();
    names.push_back(alone.function.name);
    const auto path = std::filesystem::path(alone.function.command.front()).lexically_normal();
    if (std::find(paths.begin(), paths.end(), path) != paths.end())
      return fault{fault_kind::usage, "is given twice", function,
                   "to measure a function against itself, give it once and --aa"};
    paths.push_back(path);
  }
  tell_apart(names, paths);
  std::vector<profile::variant> all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& function = n.functions[i];
    auto v = profile::name_variant(names[i]);
    if (!v) return v.error();
    const profile::field* command = profile::find_field("function.command");
    ensure(command != nullptr, "functions have a command");
    if (auto set = profile::assign(*v, *command, profile::json::array({function}),
                                   {"the command line", ""});
        !set)
      return set.error();
    all.push_back(std::move(*v));
  }
  return all;
}

result<std::vector<profile::variant>> all_variants(const profile::profile& p,
                                                   const named_variants& n) {
  std::vector<profile::variant> all;
  if (n.functions.size() > 1) {
    auto functions = variants_of_functions(p, n);
    if (!functions) return functions.error();
    all = std::move(*functions);
  }
  std::vector<profile::variant> named = p.variants;
  for (const std::string& text : n.variants) {
    auto v = profile::read_variant(text, "--variant");
    if (!v) return v.error();
    named.push_back(std::move(*v));
  }
  auto both = profile::cross(all, named);
  for (const std::string& text : n.sweeps) {
    if (!both) return both.error();
    const auto sweep = profile::read_sweep(text, "--sweep");
    if (!sweep) return sweep.error();
    both = profile::cross(*both, *sweep);
  }
  return both;
}

/// A group is named in every sentence of the report: "128 MB" for memory=128.
void shorten_name(profile::variant& group) {
  const profile::assignment& only = group.settings.front();
  if (only.path == "function.memory_mb") group.name = fmt::format("{} MB", only.value.dump());
}

/// What all variants are measured with in turn, and compared within: values, or each value with
/// each.
result<std::vector<profile::variant>> groups_of(const profile::profile& p,
                                                const named_variants& n) {
  result<std::vector<profile::variant>> groups = std::vector<profile::variant>{};
  const auto take = [&](const std::vector<std::string>& texts, std::string_view from) {
    for (const std::string& text : texts) {
      if (!groups) return;
      auto values = profile::read_sweep(text, from);
      if (values) std::for_each(values->begin(), values->end(), shorten_name);
      groups = values ? profile::cross(*groups, *values) : std::move(values);
    }
  };
  take(p.trial.each, "trial.each");
  take(n.each, "--each");
  return groups;
}

/// The variants of each group after those of the group before; without groups, of one.
struct grouped {
  std::string group;
  std::string name;  ///< of the variant, as it is called in its group
  profile::variant of;
};
result<std::vector<grouped>> in_groups(const std::vector<profile::variant>& variants,
                                       const std::vector<profile::variant>& groups) {
  std::vector<grouped> all;
  if (groups.empty())
    for (const profile::variant& v : variants) all.push_back({"", v.name, v});
  for (const profile::variant& group : groups) {
    auto some = profile::cross(variants, {group});
    if (!some) return some.error();
    for (std::size_t i = 0; i < some->size(); ++i)
      all.push_back({group.name, variants[i].name, std::move((*some)[i])});
  }
  if (all.size() > profile::most_variants)
    return fault{fault_kind::usage,
                 fmt::format("{} variants in {} groups are more than {}", variants.size(),
                             groups.size(), profile::most_variants),
                 "trial.each", "compare fewer at a time"};
  return all;
}

result<contestant> contestant_of(const profile::profile& p, const profile::variant& v,
                                 const std::vector<std::string>& arguments) {
  auto own = profile::with(p, v);
  if (!own) return own.error();
  own->function.command.insert(own->function.command.end(), arguments.begin(), arguments.end());
  if (own->function.command.empty())
    return fault{fault_kind::usage, "no function given", v.name,
                 "name a binary: lambdaprof compare ./bootstrap --variant …"};
  if (const auto sound = profile::check(*own); !sound) return sound.error();
  if (const auto found = resolve(*own); !found) return found.error();
  return contestant{{v.name, journal::role::variant, profile::settings_text(v), ""},
                    std::move(*own)};
}

}  // namespace

result<std::vector<contestant>> contestants_of(const profile::profile& p, const named_variants& n) {
  profile::profile common = p;
  if (n.functions.size() == 1) {
    take_command(common, n.functions, {});
    profile::profile alone = common;
    if (const auto found = resolve(alone); !found) return found.error();
  }
  auto variants = all_variants(common, n);
  if (!variants) return variants.error();
  const bool tests_itself = p.trial.self_test.value_or(false);
  if (variants->empty() && tests_itself) {
    if (const auto found = resolve(common); !found) return found.error();
    auto alone = profile::name_variant(common.function.name);
    if (!alone) return alone.error();
    variants->push_back(std::move(*alone));
  } else if (const auto sound = profile::check_variants(*variants, p.trial.base); !sound) {
    return sound.error();
  }
  const auto groups = groups_of(p, n);
  if (!groups) return groups.error();
  const auto of_groups = in_groups(*variants, *groups);
  if (!of_groups) return of_groups.error();
  const std::string base_name = p.trial.base.empty() ? variants->front().name : p.trial.base;
  std::vector<contestant> all;
  for (const grouped& g : *of_groups) {
    auto one = contestant_of(common, g.of, n.arguments);
    if (!one) return one.error();
    one->facts.group = g.group;
    if (g.name == base_name) one->facts.role = journal::role::base;
    all.push_back(std::move(*one));
  }
  const auto base = std::find_if(all.begin(), all.end(), [](const contestant& c) {
    return c.facts.role == journal::role::base;
  });
  if (base == all.end())
    return fault{fault_kind::usage, "no variant is called " + p.trial.base, "--base", ""};
  if (!tests_itself) return all;
  contestant again = repeat_of(*base);
  while (std::any_of(all.begin(), all.end(),
                     [&](const contestant& c) { return c.facts.name == again.facts.name; }))
    again = repeat_of(again);
  all.push_back(std::move(again));
  return all;
}

contestant repeat_of(const contestant& base) {
  contestant again = base;
  again.facts.name += " (again)";
  again.facts.role = journal::role::repeat;
  return again;
}

result<contestant> calibration_like(const profile::profile& like) {
  std::error_code ignored;
  const std::filesystem::path ours = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::string program = (ours.parent_path() / "lambdaprof-calibration").string();
  profile::profile p = like;
  p.function = {};
  p.marks.clear();
  p.function.name = "calibration";
  p.origins["function.name"] = "lambdaprof";
  p.function.command = {program};
  p.function.memory_mb = whole_cpu_mb;
  p.events = {profile::event{}};
  p.load.plan.reset();
  p.load.burst = 1;
  p.load.warm = 0;
  p.page_cache = profile::page_cache::hot;
  if (const auto found = resolve(p); !found)
    return fault{fault_kind::host, "the calibration workload is missing", program,
                 "install it beside lambdaprof: a baseline from another machine needs it"};
  return contestant{{"calibration", journal::role::calibration, "", ""}, std::move(p)};
}

std::vector<std::string> programs_of(const std::vector<contestant>& contestants) {
  std::vector<std::string> all;
  for (const contestant& c : contestants) all.push_back(c.profile.function.command.front());
  return all;
}

}  // namespace lambdaprof::command
