// SPDX-License-Identifier: Apache-2.0
#include "report/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::size_t most_label_columns = 40;

const analysis::change* change_at(const history_series& s, std::size_t index) {
  const auto at = std::find_if(s.changes.begin(), s.changes.end(),
                               [&](const analysis::change& c) { return c.index == index; });
  return at == s.changes.end() ? nullptr : &*at;
}

std::string worded(const analysis::change& c) {
  return fmt::format("{:+.1f} % ({} → {}, p {})", 100 * (c.after / c.before - 1),
                     short_number(c.before), short_number(c.after),
                     c.p < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", c.p));
}

table table_of(const analysis::metric& m, const history_series& s) {
  table t;
  t.columns = {{"measured", alignment::left},
               {"label", alignment::left},
               {fmt::format("median {}", m.unit)},
               {"n"},
               {"changed for good", alignment::left}};
  for (std::size_t i = 0; i < s.points.size(); ++i) {
    const history_point& p = s.points[i];
    const analysis::change* c = change_at(s, i);
    std::string note = c != nullptr ? worded(*c) : "";
    if (i > 0 && p.machine != s.points[i - 1].machine)
      note += note.empty() ? "another machine" : "; another machine";
    t.rows.push_back({printable(p.started_at), fitted(printable(p.label), most_label_columns),
                      short_number(p.median), std::to_string(p.n), std::move(note)});
  }
  return t;
}

/// Before all others, what changed last: that is what can still be mended.
paragraph verdict_of(std::span<const history_series> all) {
  std::size_t changes = 0;
  const history_series* of = nullptr;
  for (const history_series& s : all) {
    changes += s.changes.size();
    if (!s.changes.empty()) of = &s;
  }
  if (of == nullptr) return {"no change for good found", tone::plain};
  const analysis::change& last = of->changes.back();
  return {fmt::format("{}; the last of {}: {} at {}",
                      counted(changes, "change for good", "changes for good"), printable(of->name),
                      worded(last), printable(of->points[last.index].label)),
          tone::warning};
}

}  // namespace

document compose_history(const analysis::metric& m, std::span<const history_series> all) {
  document d;
  d.title = "history";
  d.subtitle = fmt::format("{} ({})", m.name, m.key);
  d.verdict = verdict_of(all);
  for (const history_series& s : all) d.sections.push_back({printable(s.name), {table_of(m, s)}});
  d.sections.push_back(
      {"",
       {paragraph{"advisory: the places are chosen by the data that judge them, and what changed "
                  "may be the machine",
                  tone::quiet}}});
  return d;
}

std::string write_history(const analysis::metric& m, std::span<const history_series> all) {
  using json = nlohmann::ordered_json;
  json file{{"metric", m.key}, {"unit", m.unit}, {"series", json::array()}};
  for (const history_series& s : all) {
    json points = json::array();
    for (const history_point& p : s.points)
      points.push_back({{"started_at", valid_utf8(p.started_at)},
                        {"label", valid_utf8(p.label)},
                        {"machine", valid_utf8(p.machine)},
                        {"median", p.median},
                        {"n", p.n}});
    json changes = json::array();
    for (const analysis::change& c : s.changes)
      changes.push_back({{"index", c.index},
                         {"label", valid_utf8(s.points[c.index].label)},
                         {"before", c.before},
                         {"after", c.after},
                         {"p", c.p}});
    file["series"].push_back(
        {{"name", valid_utf8(s.name)}, {"points", points}, {"changes", changes}});
  }
  return file.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace lambdaprof::report
