// SPDX-License-Identifier: Apache-2.0
#include "report/technique.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/metric.hpp"
#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using trial::comparison;

/// From here on a change is told in times.
constexpr double many_times = 2;

/// One technique by one metric, in the order of the groups.
using row = std::vector<const comparison*>;

enum class effect { helps, hurts, none };

effect effect_of(const comparison& c) {
  if (!c.is_found) return effect::none;
  return c.difference < 0 ? effect::helps : effect::hurts;
}

/// As it is called within its group.
std::string name_of(const comparison& c) {
  const std::string end = ", " + c.group;
  const bool has_group = !c.group.empty() && c.variant.ends_with(end);
  return printable(has_group ? c.variant.substr(0, c.variant.size() - end.size()) : c.variant);
}

std::string at_group(const comparison& c) {
  return c.group.empty() ? "" : " at " + printable(c.group);
}

std::string signed_number(double value) {
  return (value < 0 ? "-" : "+") + short_number(std::abs(value));
}

std::string by_how_much(const comparison& c, const analysis::metric& m) {
  const std::string times =
      c.ratio <= 1 / many_times ? fmt::format("{} × less", short_number(1 / c.ratio))
      : c.ratio >= many_times   ? fmt::format("{} × as much", short_number(c.ratio))
                                : fmt::format("{:+.1f} %", 100 * (c.ratio - 1));
  const std::string bounds = c.difference_bounds
                                 ? fmt::format(" [{}, {}]", signed_number(c.difference_bounds->low),
                                               signed_number(c.difference_bounds->high))
                                 : "";
  return fmt::format("{} {}{} ({})", signed_number(c.difference), m.unit, bounds, times);
}

std::string seen(const comparison& c) {
  return c.detectable ? fmt::format(" ({:.1f} % would have been)", 100 * *c.detectable)
                      : " (too few blocks to find any)";
}

/// "helps: −12.3 ms [−13, −11] (−34.0 %) at memory=128".
std::string clause(const row& all, effect which, const analysis::metric& m) {
  std::string text;
  for (const comparison* c : all) {
    if (effect_of(*c) != which) continue;
    const std::string one =
        which == effect::none ? at_group(*c) + seen(*c) : " " + by_how_much(*c, m) + at_group(*c);
    text += (text.empty() ? "" : ",") + one;
  }
  if (text.empty()) return "";
  return (which == effect::helps   ? "helps:"
          : which == effect::hurts ? "hurts:"
                                   : "no effect found") +
         text;
}

/// Between which neighbours help becomes harm, or the other way round.
std::string turns(const row& all) {
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const effect here = effect_of(*all[i]);
    const effect there = effect_of(*all[i + 1]);
    if (here != effect::none && there != effect::none && here != there)
      return fmt::format("turns between {} and {}", printable(all[i]->group),
                         printable(all[i + 1]->group));
  }
  const auto first = std::find_if(
      all.begin(), all.end(), [](const comparison* c) { return effect_of(*c) != effect::none; });
  const auto last = std::find_if(all.rbegin(), all.rend(),
                                 [](const comparison* c) { return effect_of(*c) != effect::none; });
  if (first == all.end() || effect_of(**first) == effect_of(**last)) return "";
  return fmt::format("turns between {} and {}", printable((*first)->group),
                     printable((*last)->group));
}

std::string sentence(const row& all, const analysis::metric& m) {
  std::string text(m.name);
  std::string joint = ": ";
  for (const std::string& part : {clause(all, effect::helps, m), clause(all, effect::hurts, m),
                                  clause(all, effect::none, m), turns(all)}) {
    if (part.empty()) continue;
    text += joint + part;
    joint = "; ";
  }
  return text;
}

/// What is told of a technique that was found to do something, so that nobody has to add up.
tone tone_of(const row& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const comparison* c) { return effect_of(*c) == effect::hurts; })
             ? tone::warning
             : tone::plain;
}

}  // namespace

facts worth_of_techniques(std::span<const subject> subjects, const trial::findings& f) {
  facts worth;
  std::vector<std::string> techniques;
  for (const comparison& c : f.comparisons)
    if (const std::string name = name_of(c);
        std::find(techniques.begin(), techniques.end(), name) == techniques.end())
      techniques.push_back(name);
  for (const std::string& name : techniques) {
    for (const std::string& key : subjects.front().conditions.trial.judged_by) {
      row all;
      for (const comparison& c : f.comparisons)
        if (c.metric == key && name_of(c) == name) all.push_back(&c);
      const analysis::metric* m = analysis::find_metric(key);
      if (m == nullptr || all.empty()) continue;
      worth.lines.push_back({name, sentence(all, *m), tone_of(all)});
    }
  }
  return worth;
}

}  // namespace lambdaprof::report
