// SPDX-License-Identifier: Apache-2.0
#include "report/emitted_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/number.hpp"
#include "report/variant_name.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using analysis::figure;

constexpr std::string_view nothing = "–";
constexpr std::size_t most_metrics = 20;
constexpr std::size_t name_columns = 40;
constexpr std::size_t step_columns = 60;  // of a path of Go

std::string name(std::string_view text, std::size_t columns = name_columns) {
  return fitted(printable(text), columns);
}

std::string unit_of(const std::string& unit) {
  if (unit == "Milliseconds") return ", ms";
  if (unit == "Microseconds") return ", µs";
  if (unit == "Seconds") return ", s";
  if (unit == "Percent") return ", %";
  if (unit == "Count" || unit == "None") return "";
  std::string words = ", " + unit;
  words[2] = static_cast<char>(words[2] | 0x20);
  return words;
}

/// "95.0 %" where it only says whether, which is what is asked of a cache.
std::string mean(bool is_ratio, const figure& f) {
  return is_ratio ? fmt::format("{:.1f} %", 100 * f.mean) : short_number(f.mean);
}

void add_rows(table& t, const analysis::metric_figures& m) {
  std::string first = name(m.of.key) + unit_of(m.of.unit);
  const auto add = [&](const char* when, const figure& f) {
    if (f.n == 0) return;
    t.rows.push_back({std::exchange(first, ""), when, mean(m.is_ratio, f), short_number(f.p50),
                      short_number(f.min), short_number(f.max), short_number(analysis::sum(f)),
                      std::to_string(f.n)});
  };
  add("init", m.init);
  add("cold", m.cold);
  add("warm", m.warm);
}

/// Milliseconds are not compared with seconds, whatever they are called.
bool is_same(const analysis::emitted_metric& a, const analysis::emitted_metric& b) {
  return a.key == b.key && a.unit == b.unit;
}

std::vector<analysis::emitted_metric> emitted_by(std::span<const subject> subjects) {
  std::vector<analysis::emitted_metric> all;
  for (const subject& s : subjects) {
    if (!is_of_interest(s)) continue;
    for (const analysis::metric_figures& m : s.summary.metrics)
      if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return is_same(one, m.of); }))
        all.push_back(m.of);
  }
  return all;
}

const analysis::metric_figures* find(const subject& s, const analysis::emitted_metric& of) {
  for (const analysis::metric_figures& m : s.summary.metrics)
    if (is_same(m.of, of)) return &m;
  return nullptr;
}

/// A row for each variant.
std::vector<std::vector<std::string>> means_by_variant(std::span<const subject> subjects,
                                                       const analysis::emitted_metric& of) {
  // In the same words for all, or they cannot be compared.
  const bool is_ratio = std::all_of(subjects.begin(), subjects.end(), [&](const subject& s) {
    const analysis::metric_figures* m = is_of_interest(s) ? find(s, of) : nullptr;
    return m == nullptr || m->is_ratio;
  });
  std::vector<std::vector<std::string>> rows;
  for (const subject& s : subjects) {
    if (!is_of_interest(s)) continue;
    const analysis::metric_figures* m = find(s, of);
    const auto cell = [&](const figure analysis::metric_figures::*when) {
      return m == nullptr || (m->*when).n == 0 ? std::string(nothing) : mean(is_ratio, m->*when);
    };
    rows.push_back({rows.empty() ? name(of.key) + unit_of(of.unit) : "", name(variant_name(s)),
                    cell(&analysis::metric_figures::init), cell(&analysis::metric_figures::cold),
                    cell(&analysis::metric_figures::warm)});
  }
  return rows;
}

std::string tracer_of(const analysis::trace_figures::step& s) {
  return std::string(analysis::tracer_names[static_cast<std::size_t>(s.by)]);
}

std::uint64_t dropped_bytes(const analysis::timeline& t) {
  std::uint64_t bytes = 0;
  for (const analysis::environment_row& e : t.environments) bytes += e.log_bytes_dropped;
  return bytes;
}

std::string text_of(const journal::header& h, const std::string& mark) {
  const auto found = std::find_if(h.marks.begin(), h.marks.end(),
                                  [&](const journal::mark& m) { return m.name == mark; });
  return found == h.marks.end() ? "" : found->text;
}

void on_marks(const subject& s, std::vector<remark>& all) {
  for (const analysis::mark_figures& m : s.summary.marks) {
    const std::size_t environments = m.never + m.ready_ms.n;
    if (m.never == 0) continue;
    std::string text = fmt::format("the mark {} never appeared in {} of {}", printable(m.name),
                                   m.never, counted(environments, "environment"));
    if (m.lost_logs > 0)
      text += fmt::format(", of which {} had logs dropped in which it may have been", m.lost_logs);
    all.push_back(
        {std::move(text), fmt::format("check that a line with \"{}\" is printed, and flushed",
                                      printable(text_of(s.conditions, m.name)))});
  }
}

void on_metrics(const subject& s, std::vector<remark>& all) {
  const analysis::emf_account& emf = s.timeline.emf;
  if (emf.malformed > 0)
    all.push_back(
        {fmt::format("malformed, and nothing was taken of it: {} of {} ({}, in {})", emf.malformed,
                     counted(emf.lines, "line with metrics", "lines with metrics"),
                     printable(emf.complaint), printable(emf.example)),
         "see CloudWatch's specification of the embedded metric format"});
  if (emf.unassigned > 0)
    all.push_back(
        {fmt::format("{} while several invocations were under way in one environment, "
                     "and in no figure",
                     counted(emf.unassigned, "line with metrics came", "lines with metrics came")),
         "send one event at a time to see them"});
  if (const std::uint64_t lost = dropped_bytes(s.timeline); lost > 0 && emf.lines > 0)
    all.push_back(
        {fmt::format("metrics may be missing: {} of logs were dropped", short_bytes(lost)),
         "log less"});
}

void on_trace(const subject& s, std::vector<remark>& all) {
  if (!s.conditions.init_trace.is_on) return;
  all.push_back(
      {"starts were traced, and their times include that", "measure without --init-trace"});
  if (s.summary.traces.n == 0 && s.summary.init_ms.n > 0)
    all.push_back({"no init told what it spent its time on",
                   "only Go, Python and glibc's dynamic loader can be asked to"});
}

}  // namespace

table marks(const analysis::summary& s) {
  table t;
  if (s.marks.empty()) return t;
  t.columns = {{"ms until", alignment::left},
               {"median"},
               {"95 % interval"},
               {"min"},
               {"max"},
               {"in init"},
               {"later"},
               {"after response"},
               {"never"},
               {"n"}};
  for (const analysis::mark_figures& m : s.marks) {
    const figure& f = m.ready_ms;
    const auto if_any = [&](double value) {
      return f.n > 0 ? short_number(value) : std::string(nothing);
    };
    t.rows.push_back({name(m.name), if_any(f.p50),
                      f.p50_bounds ? short_interval(*f.p50_bounds) : std::string(nothing),
                      if_any(f.min), if_any(f.max), std::to_string(m.in_init),
                      std::to_string(m.before), std::to_string(m.after), std::to_string(m.never),
                      std::to_string(f.n)});
  }
  t.footnote =
      "from the start of the init, without the time that an environment was frozen · how often in "
      "init, later, after the first response, never";
  return t;
}

table metrics(const analysis::summary& s) {
  table t;
  if (s.metrics.empty()) return t;
  t.columns = {{"emitted", alignment::left},
               {"", alignment::left},
               {"mean"},
               {"median"},
               {"min"},
               {"max"},
               {"sum"},
               {"n"}};
  for (std::size_t i = 0; i < std::min(most_metrics, s.metrics.size()); ++i)
    add_rows(t, s.metrics[i]);
  if (s.metrics.size() > most_metrics)
    t.footnote =
        fmt::format("{} more are in the results (--json)", s.metrics.size() - most_metrics);
  return t;
}

table metrics_by_variant(std::span<const subject> subjects) {
  table t;
  t.columns = {
      {"emitted, mean", alignment::left}, {"", alignment::left}, {"init"}, {"cold"}, {"warm"}};
  std::size_t shown = 0;
  std::size_t alike = 0;
  std::size_t left_out = 0;
  for (const analysis::emitted_metric& m : emitted_by(subjects)) {
    std::vector<std::vector<std::string>> rows = means_by_variant(subjects, m);
    const bool is_alike = std::all_of(rows.begin(), rows.end(), [&](const auto& row) {
      return std::equal(row.begin() + 2, row.end(), rows.front().begin() + 2);
    });
    if (is_alike) {
      ++alike;
    } else if (shown == most_metrics) {
      ++left_out;
    } else {
      ++shown;
      std::move(rows.begin(), rows.end(), std::back_inserter(t.rows));
    }
  }
  std::vector<std::string> rest;
  if (alike > 0) rest.push_back(fmt::format("{} more, alike in all variants", alike));
  if (left_out > 0) rest.push_back(fmt::format("{} more that differ", left_out));
  if (!rest.empty()) t.footnote = "in the results (--json): " + joined(rest);
  return t;
}

table init_steps(const analysis::summary& s) {
  table t;
  const analysis::trace_figures& f = s.traces;
  if (f.n == 0) return t;
  t.columns = {{"init by itself", alignment::left}, {"", alignment::left}, {"ms"}, {"of init"}};
  const auto add = [&](std::string what, std::string by, double ms) {
    const double share = f.init_ms > 0 ? 100 * ms / f.init_ms : 0;
    t.rows.push_back({std::move(what), std::move(by), part_number(ms, f.init_ms),
                      fmt::format("{:.1f} %", share)});
  };
  for (const analysis::trace_figures::step& step : f.steps)
    add(name(step.name, step_columns), tracer_of(step), step.self_ms);
  if (f.others_ms > 0)
    add(f.others > 0 ? fmt::format("{} others", f.others) : "others", "", f.others_ms);
  add("not told", "", f.untold_ms);
  t.footnote = fmt::format("what each did itself, medians of {} of {} ms",
                           counted(f.n, "traced init"), short_number(f.init_ms));
  return t;
}

std::vector<remark> remarks_on_emitted(const subject& s) {
  std::vector<remark> all;
  on_marks(s, all);
  on_metrics(s, all);
  on_trace(s, all);
  return all;
}

}  // namespace lambdaprof::report
