// SPDX-License-Identifier: Apache-2.0
#include "report/compose_trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/metric.hpp"
#include "report/comparison_table.hpp"
#include "report/conditions.hpp"
#include "report/emitted_tables.hpp"
#include "report/failures.hpp"
#include "report/figures.hpp"
#include "report/findings_text.hpp"
#include "report/number.hpp"
#include "report/technique.hpp"
#include "report/variant_name.hpp"
#include "report/verdict.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

/// More pictures than these nobody compares.
constexpr std::size_t most_waterfalls = 3;

std::string title(std::span<const subject> subjects) {
  std::string text;
  std::size_t left_out = 0;
  for (const subject& s : subjects) {
    if (!is_of_interest(s)) continue;
    const std::string name = printable(variant_name(s));
    if (!text.empty() && text.size() + name.size() > 60) {
      ++left_out;
    } else {
      text += (text.empty() ? "" : " · ") + name;
    }
  }
  return left_out == 0 ? text : fmt::format("{} and {} more", text, left_out);
}

paragraph of_verdicts(const trial::findings& f) {
  const auto count = [&](trial::ruling r) {
    return std::count_if(f.verdicts.begin(), f.verdicts.end(),
                         [r](const trial::verdict& v) { return v.ruling == r; });
  };
  const trial::ruling all = trial::overall(f.verdicts);
  if (all == trial::ruling::within)
    return {fmt::format("within budget: {} proved", counted(f.verdicts.size(), "budget")),
            tone::plain};
  const auto of = std::find_if(f.verdicts.begin(), f.verdicts.end(),
                               [all](const trial::verdict& v) { return v.ruling == all; });
  const std::string others =
      count(all) > 1 ? fmt::format(" (and {} more)", count(all) - 1) : std::string();
  if (all == trial::ruling::over)
    return {fmt::format("over budget: {}{}", name_of(*of), others), tone::failure};
  return {fmt::format("inconclusive: {}{}", name_of(*of), others), tone::warning};
}

void explain_verdicts(document& d, const trial::findings& f) {
  facts why;
  for (const trial::verdict& v : f.verdicts) {
    const tone t = v.ruling == trial::ruling::over           ? tone::failure
                   : v.ruling == trial::ruling::inconclusive ? tone::warning
                                                             : tone::plain;
    why.lines.push_back({std::string(name(v.ruling)),
                         fmt::format("{}: {} · {}", name_of(v), wording(v), grounds(v)), t});
  }
  if (!why.lines.empty()) d.sections.push_back({"", {std::move(why)}});
}

paragraph broken(std::span<const subject> subjects) {
  const auto laws = std::count_if(subjects.begin(), subjects.end(),
                                  [](const subject& s) { return !s.breaches.empty(); });
  return {fmt::format("no figures: {} broke laws of the model, which is a bug of lambdaprof",
                      counted(static_cast<std::size_t>(laws), "variant")),
          tone::failure};
}

void add_waterfalls(document& d, std::span<const subject> subjects) {
  const auto shown =
      static_cast<std::size_t>(std::count_if(subjects.begin(), subjects.end(), is_of_interest));
  if (shown > most_waterfalls) return;
  for (const subject& s : subjects) {
    if (!is_of_interest(s)) continue;
    if (waterfall picture = median_waterfall(s); !picture.bars.empty())
      d.sections.push_back(
          {fmt::format("{}: {}", printable(variant_name(s)), title_of_waterfall(s)),
           {std::move(picture)}});
  }
}

/// How much the blocks tell of what the trial is about first, if those that follow each other are
/// alike.
std::string dependence(const trial::findings& f) {
  auto of = std::find_if(f.comparisons.begin(), f.comparisons.end(),
                         [](const auto& c) { return c.is_paired && c.judges; });
  if (of == f.comparisons.end())
    of = std::find_if(f.comparisons.begin(), f.comparisons.end(), [](const auto& c) {
      return c.is_paired && c.metric == analysis::cold_metric().key;
    });
  if (of == f.comparisons.end()) return "";
  const analysis::metric* m = analysis::find_metric(of->metric);
  return fmt::format("; lag-1 autocorrelation of {} {:.2f}, worth {:.0f} independent ones",
                     m == nullptr ? "it" : m->name, of->lag_one, of->effective);
}

facts how_it_went(std::span<const subject> subjects, const trial::findings& f) {
  facts all;
  for (const subject& s : subjects)
    if (const std::string& settings = s.conditions.variant.settings; !settings.empty())
      all.lines.push_back({printable(variant_name(s)), printable(settings), tone::quiet});
  if (f.blocks > 0)
    all.lines.push_back({"blocks",
                         fmt::format("{} measured, each variant once in random order; {}{}",
                                     f.blocks, printable(f.stopped), dependence(f)),
                         tone::plain});
  for (const trial::self_test& t : f.self_tests)
    all.lines.push_back({"A/A", wording(t),
                         t.found == trial::self_test::state::quiet ? tone::plain : tone::warning});
  for (const trial::comparison& c : f.comparisons)
    if (std::string tail = tail_of(c); !tail.empty())
      all.lines.push_back({"p90", std::move(tail), tone::plain});
  return all;
}

remarks caveats(std::span<const subject> subjects, const trial::findings& f) {
  remarks all;
  for (const std::string& text : f.caveats) all.all.push_back({printable(text), ""});
  for (const subject& s : subjects)
    for (const std::string& note : s.timeline.notes)
      all.all.push_back({fmt::format("{}: {}", printable(variant_name(s)), printable(note)), ""});
  for (const subject& s : subjects)
    for (remark& r : remarks_on_emitted(s))
      all.all.push_back(
          {fmt::format("{}: {}", printable(variant_name(s)), r.text), std::move(r.remedy)});
  return all;
}

}  // namespace

document compose_trial(std::span<const subject> subjects, const trial::findings& f) {
  document d;
  const subject& first = subjects.front();
  const std::string& question = first.conditions.trial.question;
  d.title = question.empty() ? title(subjects) : printable(question);
  d.subtitle = subtitle(subjects);
  const bool is_lawful = std::all_of(subjects.begin(), subjects.end(),
                                     [](const subject& s) { return s.breaches.empty(); });
  if (is_lawful) {
    d.verdict = !f.verdicts.empty()                 ? of_verdicts(f)
                : !answer(subjects, f).text.empty() ? answer(subjects, f)
                : !f.comparisons.empty()            ? headline(f)
                                                    : verdict(first);
    explain_verdicts(d, f);
    if (facts worth = worth_of_techniques(subjects, f); !worth.lines.empty())
      d.sections.push_back({"What it is worth", {std::move(worth)}});
    if (table t = comparison_table(subjects, f); !t.rows.empty())
      d.sections.push_back({"", {std::move(t)}});
    if (table t = metrics_by_variant(subjects); !t.rows.empty())
      d.sections.push_back({"", {std::move(t)}});
    add_waterfalls(d, subjects);
  } else {
    d.verdict = broken(subjects);
    for (const subject& s : subjects)
      if (!s.breaches.empty()) d.sections.push_back(broken_laws(s));
  }
  const bool is_interrupted = std::any_of(subjects.begin(), subjects.end(),
                                          [](const subject& s) { return s.timeline.interrupted; });
  if (is_interrupted) {
    d.verdict.text = "interrupted, partial: " + d.verdict.text;
    if (d.verdict.tone == tone::plain) d.verdict.tone = tone::warning;
  }
  for (const subject& s : subjects)
    if (section failed = failures(s); !failed.blocks.empty()) {
      failed.title = fmt::format("{}: {}", printable(variant_name(s)), failed.title);
      d.sections.push_back(std::move(failed));
    }
  if (facts went = how_it_went(subjects, f); !went.lines.empty())
    d.sections.push_back({"", {std::move(went)}});
  if (remarks found = caveats(subjects, f); !found.all.empty())
    d.sections.push_back({"", {std::move(found)}});
  d.sections.push_back({"", {conditions(subjects)}});
  if (!first.conditions.command_line.empty())
    d.sections.push_back({"", {code{printable(first.conditions.command_line)}}});
  return d;
}

}  // namespace lambdaprof::report
