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
constexpr double told_as_times = 2;
constexpr std::size_t most_answers = 3;

/// One technique by one metric, in the order of the groups.
using evidence = std::vector<const comparison*>;

enum class influence { helps, hurts, none };

influence influence_of(const comparison& c) {
  if (!c.is_found) return influence::none;
  return c.difference < 0 ? influence::helps : influence::hurts;
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

std::string times(double ratio) {
  return ratio <= 1 / told_as_times ? fmt::format("{} × less", short_number(1 / ratio))
         : ratio >= told_as_times   ? fmt::format("{} × as much", short_number(ratio))
                                    : fmt::format("{:+.1f} %", 100 * (ratio - 1));
}

std::string by_how_much(const comparison& c, const analysis::metric& m) {
  const std::string bounds = c.difference_bounds
                                 ? fmt::format(" [{}, {}]", signed_number(c.difference_bounds->low),
                                               signed_number(c.difference_bounds->high))
                                 : "";
  return fmt::format("{} {}{} ({})", signed_number(c.difference), m.unit, bounds, times(c.ratio));
}

std::string seen(const comparison& c) {
  return c.detectable ? fmt::format(" ({:.1f} % would have been)", 100 * *c.detectable)
                      : " (too few blocks to find any)";
}

/// "helps: −12.3 ms [−13, −11] (−34.0 %) at memory=128".
std::string clause(const evidence& all, influence which, const analysis::metric& m) {
  std::string text;
  for (const comparison* c : all) {
    if (influence_of(*c) != which) continue;
    const std::string one = which == influence::none ? at_group(*c) + seen(*c)
                                                     : " " + by_how_much(*c, m) + at_group(*c);
    text += (text.empty() ? "" : ",") + one;
  }
  if (text.empty()) return "";
  return (which == influence::helps   ? "helps:"
          : which == influence::hurts ? "hurts:"
                                      : "no effect found") +
         text;
}

/// Between which neighbours help becomes harm, or the other way round.
std::string turns(const evidence& all) {
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const influence here = influence_of(*all[i]);
    const influence there = influence_of(*all[i + 1]);
    if (here != influence::none && there != influence::none && here != there)
      return fmt::format("turns between {} and {}", printable(all[i]->group),
                         printable(all[i + 1]->group));
  }
  const auto first = std::find_if(all.begin(), all.end(), [](const comparison* c) {
    return influence_of(*c) != influence::none;
  });
  const auto last = std::find_if(all.rbegin(), all.rend(), [](const comparison* c) {
    return influence_of(*c) != influence::none;
  });
  if (first == all.end() || influence_of(**first) == influence_of(**last)) return "";
  return fmt::format("turns between {} and {}", printable((*first)->group),
                     printable((*last)->group));
}

std::string sentence(const evidence& all, const analysis::metric& m) {
  std::string text(m.name);
  std::string joint = ": ";
  for (const std::string& part :
       {clause(all, influence::helps, m), clause(all, influence::hurts, m),
        clause(all, influence::none, m), turns(all)}) {
    if (part.empty()) continue;
    text += joint + part;
    joint = "; ";
  }
  return text;
}

/// What is told of a technique that was found to do something, so that nobody has to add up.
tone tone_of(const evidence& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const comparison* c) { return influence_of(*c) == influence::hurts; })
             ? tone::warning
             : tone::plain;
}

/// The variants as they are called within their groups, each once.
std::vector<std::string> techniques_in(const trial::findings& f) {
  std::vector<std::string> all;
  for (const comparison& c : f.comparisons)
    if (std::string name = name_of(c); std::find(all.begin(), all.end(), name) == all.end())
      all.push_back(std::move(name));
  return all;
}

evidence evidence_for(const trial::findings& f, const std::string& technique,
                      std::string_view metric) {
  evidence all;
  for (const comparison& c : f.comparisons)
    if (c.metric == metric && name_of(c) == technique) all.push_back(&c);
  return all;
}

/// "async hurts: cold start 3.42 × as much at memory=128".
std::string short_answer(const std::string& technique, const evidence& all,
                         const analysis::metric& m) {
  const comparison* strongest = nullptr;
  for (const comparison* c : all)
    if (c->is_found && (strongest == nullptr ||
                        std::abs(std::log(c->ratio)) > std::abs(std::log(strongest->ratio))))
      strongest = c;
  if (strongest == nullptr) return fmt::format("{}: no effect on {} found", technique, m.name);
  return fmt::format("{} {}: {} {}{}", technique,
                     influence_of(*strongest) == influence::helps ? "helps" : "hurts", m.name,
                     times(strongest->ratio), at_group(*strongest));
}

}  // namespace

paragraph answer(std::span<const subject> subjects, const trial::findings& f) {
  const std::vector<std::string>& judged_by = subjects.front().conditions.trial.judged_by;
  const analysis::metric* m =
      judged_by.empty() ? nullptr : analysis::find_metric(judged_by.front());
  if (m == nullptr) return {};
  paragraph all;
  std::size_t told = 0;
  const std::vector<std::string> techniques = techniques_in(f);
  for (const std::string& name : techniques) {
    const evidence found = evidence_for(f, name, m->key);
    if (found.empty() || told == most_answers) continue;
    all.text += (told++ == 0 ? "" : " · ") + short_answer(name, found, *m);
  }
  if (techniques.size() > told && told > 0)
    all.text += fmt::format(" · and {} more", techniques.size() - told);
  return all;
}

facts worth_of_techniques(std::span<const subject> subjects, const trial::findings& f) {
  facts worth;
  for (const std::string& name : techniques_in(f)) {
    for (const std::string& key : subjects.front().conditions.trial.judged_by) {
      const evidence all = evidence_for(f, name, key);
      const analysis::metric* m = analysis::find_metric(key);
      if (m == nullptr || all.empty()) continue;
      worth.lines.push_back({name, sentence(all, *m), tone_of(all)});
    }
  }
  return worth;
}

}  // namespace lambdaprof::report
