// SPDX-License-Identifier: Apache-2.0
#include "report/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/metric.hpp"
#include "analysis/summary.hpp"
#include "report/number.hpp"
#include "report/variant_name.hpp"
#include "report/width.hpp"
#include "trial/compare.hpp"

namespace lambdaprof::report {
namespace {

using trial::comparison;

constexpr std::size_t most_name_columns = 24;

/// Milliseconds are the rule.
std::string with_unit(const analysis::metric& m) {
  return m.unit == "ms" ? std::string(m.name) : fmt::format("{}, {}", m.name, m.unit);
}

/// From here on people count in times.
constexpr double many_times = 10;

/// A change by a part of the base: "-34.2 %", or "16.7 ×".
std::string change(double ratio) {
  return ratio < many_times ? fmt::format("{:+.1f} %", 100 * (ratio - 1))
                            : short_number(ratio) + " ×";
}

std::string change(const analysis::interval& ratios) {
  if (ratios.high < many_times)
    return fmt::format("[{:+.1f}, {:+.1f}]", 100 * (ratios.low - 1), 100 * (ratios.high - 1));
  return fmt::format("[{}, {}] ×", short_number(ratios.low), short_number(ratios.high));
}

std::string p_text(double p) {
  return p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p);
}

/// What was found; or how much would have been.
std::string effect(const comparison& c) {
  if (c.is_found) return (c.difference > 0 ? "+" : "") + short_number(c.difference);
  return c.detectable ? "(" + detectable_text(*c.detectable) + ")" : "";
}

const comparison* find(const trial::findings& f, std::string_view metric,
                       const std::string& variant) {
  const auto at = std::find_if(f.comparisons.begin(), f.comparisons.end(), [&](const auto& c) {
    return c.metric == metric && c.variant == variant;
  });
  return at == f.comparisons.end() ? nullptr : &*at;
}

std::vector<std::string> row_of(const subject& s, const analysis::metric& m,
                                const trial::findings& f, bool is_first) {
  const analysis::figure figure =
      analysis::summarize(analysis::in_order(analysis::samples_of(m, s.timeline, s.conditions)));
  std::vector<std::string> row{is_first ? with_unit(m) : "",
                               fitted(printable(variant_name(s)), most_name_columns)};
  if (figure.n == 0) {
    row.insert(row.end(), {"–", "", "", "", "", ""});
    return row;
  }
  row.push_back(short_number(figure.p50));
  row.push_back(figure.p50_bounds ? short_interval(*figure.p50_bounds) : "");
  const comparison* c = find(f, m.key, s.conditions.variant.name);
  if (c == nullptr) {
    row.insert(row.end(), {"", "", "", ""});
    return row;
  }
  row.push_back(c->is_found ? change(c->ratio) : "~");
  row.push_back(c->bounds ? change(*c->bounds) : "");
  row.push_back(p_text(c->p_holm));
  row.push_back(effect(*c));
  return row;
}

/// "all 12 comparisons"; "the 4 comparisons that judge, and of the 8 others,".
std::string families(const trial::findings& f) {
  const auto judging = std::count_if(f.comparisons.begin(), f.comparisons.end(),
                                     [](const comparison& c) { return c.judges; });
  const auto judges = static_cast<std::size_t>(judging);
  const std::size_t others = f.comparisons.size() - judges;
  if (judges == 0 || others == 0) return "all " + counted(f.comparisons.size(), "comparison");
  return fmt::format("the {} that judge, and of the {} others,", counted(judges, "comparison"),
                     others);
}

}  // namespace

std::string detectable_text(double part) {
  return 1 + part < many_times ? fmt::format("{:.1f} %", 100 * part)
                               : short_number(1 + part) + " ×";
}

table comparison_table(std::span<const subject> subjects, const trial::findings& f) {
  table t;
  t.columns = {{"ms", alignment::left},
               {"", alignment::left},
               {"median"},
               {"95 % interval"},
               {"vs base"},
               {"95 % interval"},
               {"p"},
               {"difference"}};
  const analysis::timeline none;
  for (const analysis::metric* each :
       analysis::metrics_of(subjects.empty() ? none : subjects.front().timeline)) {
    const analysis::metric& m = *each;
    if (!trial::is_compared(m, subjects.front().conditions.trial)) continue;
    std::vector<std::vector<std::string>> rows;
    bool has_any = false;
    for (const subject& s : subjects) {
      if (!is_of_interest(s)) continue;
      rows.push_back(row_of(s, m, f, rows.empty()));
      has_any = has_any || rows.back()[2] != "–";
    }
    if (has_any) std::move(rows.begin(), rows.end(), std::back_inserter(t.rows));
  }
  if (!f.comparisons.empty()) {
    const comparison& c = f.comparisons.front();
    t.footnote = fmt::format(
        "{} · p of {} together (Holm) · ~ none found, (what would be in 4 of 5 trials) · base: {}",
        c.is_paired ? fmt::format("{} pairs", c.blocks) : fmt::format("unpaired, n = {}", c.blocks),
        families(f), c.group.empty() ? printable(c.base) : "each group's own");
  }
  return t;
}

paragraph headline(const trial::findings& f) {
  const comparison* best = nullptr;
  std::size_t compared = 0;
  for (const comparison& c : f.comparisons) {
    if (c.metric != analysis::cold_metric().key) continue;
    ++compared;
    if (best == nullptr || (c.is_found && (!best->is_found || c.ratio < best->ratio))) best = &c;
  }
  if (best == nullptr) return {"no cold start to compare", tone::warning};
  const std::string bounds = best->bounds ? " " + change(*best->bounds) : "";
  const std::string pairs =
      best->is_paired ? fmt::format("{} pairs", best->blocks) : std::string("unpaired");
  const std::string variant = printable(best->variant);
  const std::string base = printable(best->base);
  if (best->is_found)
    return {fmt::format("cold start of {} {}{} against {}: {} ms instead of {} ({})", variant,
                        change(best->ratio), bounds, base, short_number(best->variant_value),
                        short_number(best->base_value), pairs),
            tone::plain};
  const std::string between =
      best->group.empty()
          ? fmt::format("the cold starts of {} and {}", base,
                        compared > 1 ? counted(compared, "variant") : variant + bounds)
          : fmt::format("the cold starts of {} and the bases of their groups",
                        counted(compared, "variant"));
  if (best->is_paired && !best->detectable)
    return {fmt::format("{} cannot tell {} apart: measure more blocks", pairs, between),
            tone::warning};
  // Far from 1, and yet none is proved: so few are no evidence of absence.
  if (!best->is_paired && best->bounds && (best->bounds->low > 1 || best->bounds->high < 1))
    return {fmt::format("n = {} cannot tell {} apart: measure more starts", best->blocks, between),
            tone::warning};
  std::string text = "no difference found between " + between;
  if (best->detectable)
    text +=
        fmt::format("; {} would have been found ({})", detectable_text(*best->detectable), pairs);
  return {text, tone::plain};
}

std::string tail_of(const comparison& c) {
  if (!c.tail_ratio || !c.tail_bounds) return "";
  const analysis::metric* m = analysis::find_metric(c.metric);
  if (m == nullptr || !m->is_of_starts || m->unit != "ms") return "";
  return fmt::format("{} of {}: {} {} (bootstrap, descriptive)", m->name, printable(c.variant),
                     change(*c.tail_ratio), change(*c.tail_bounds));
}

}  // namespace lambdaprof::report
