// SPDX-License-Identifier: Apache-2.0
#include "report/technique.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/metric.hpp"
#include "report/comparison_table.hpp"
#include "report/number.hpp"
#include "report/variant_name.hpp"
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
  return printable(name_in_group(c.variant, c.group));
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
  if (!c.detectable) return " (too few blocks to find any)";
  // As of a bill: its steps are whole milliseconds.
  constexpr double least_shown = 0.0005;
  if (*c.detectable < least_shown) return " (the same in all blocks)";
  return fmt::format(" ({} would have been)", detectable_text(*c.detectable));
}

/// "helps: −12.3 ms [−13, −11] (−34.0 %) at 128 MB".
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

/// What the trial is judged by, as far as anything of it was compared.
std::vector<const analysis::metric*> judges(std::span<const subject> subjects,
                                            const trial::findings& f) {
  std::vector<const analysis::metric*> all;
  for (const std::string& key : subjects.front().conditions.trial.judged_by) {
    const bool is_compared = std::any_of(f.comparisons.begin(), f.comparisons.end(),
                                         [&](const comparison& c) { return c.metric == key; });
    const analysis::metric* m = analysis::find_metric(key);
    if (m != nullptr && is_compared) all.push_back(m);
  }
  return all;
}

/// Where a technique does most.
const comparison* strongest(const evidence& all) {
  const comparison* most = nullptr;
  for (const comparison* c : all)
    if (c->is_found &&
        (most == nullptr || std::abs(std::log(c->ratio)) > std::abs(std::log(most->ratio))))
      most = c;
  return most;
}

/// "async hurts: cold start 3.42 × as much at 128 MB".
std::string short_answer(const std::string& technique, const comparison& c,
                         const analysis::metric& m) {
  return fmt::format("{} {}: {} {}{}", technique,
                     influence_of(c) == influence::helps ? "helps" : "hurts", m.name,
                     times(c.ratio), at_group(c));
}

/// Those that do something by one metric, at most so many of them.
std::vector<std::string> short_answers(const std::vector<std::string>& techniques,
                                       const trial::findings& f, const analysis::metric& m) {
  std::vector<std::string> all;
  std::size_t left_out = 0;
  for (const std::string& name : techniques) {
    const comparison* c = strongest(evidence_for(f, name, m.key));
    if (c == nullptr) continue;
    if (all.size() < most_answers)
      all.push_back(short_answer(name, *c, m));
    else
      ++left_out;
  }
  if (left_out > 0) all.push_back(fmt::format("and {} more", left_out));
  return all;
}

}  // namespace

paragraph answer(std::span<const subject> subjects, const trial::findings& f) {
  const std::vector<const analysis::metric*> metrics = judges(subjects, f);
  if (metrics.empty()) return {};
  const std::vector<std::string> techniques = techniques_in(f);
  std::vector<std::string> in_vain;
  for (const analysis::metric* m : metrics) {
    std::vector<std::string> found = short_answers(techniques, f, *m);
    if (found.empty()) {
      in_vain.emplace_back(m->name);
      continue;
    }
    // What was asked for first stays in sight where it was not found.
    if (!in_vain.empty())
      found.push_back(fmt::format("no effect on {} found", fmt::join(in_vain, " or ")));
    return {joined(found), tone::plain};
  }
  const bool has_any = std::any_of(f.comparisons.begin(), f.comparisons.end(),
                                   [](const comparison& c) { return c.judges && c.detectable; });
  const std::string on = fmt::format("{}", fmt::join(in_vain, " or "));
  if (!has_any) return {"too few blocks to find an effect on " + on, tone::warning};
  return {"no effect found on " + on, tone::plain};
}

facts worth_of_techniques(std::span<const subject> subjects, const trial::findings& f) {
  facts worth;
  for (const std::string& name : techniques_in(f))
    for (const analysis::metric* m : judges(subjects, f))
      if (const evidence all = evidence_for(f, name, m->key); !all.empty())
        worth.lines.push_back({name, sentence(all, *m), tone_of(all)});
  return worth;
}

}  // namespace lambdaprof::report
