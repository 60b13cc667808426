// SPDX-License-Identifier: Apache-2.0
#include "report/compose.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/failures.hpp"
#include "report/figures.hpp"
#include "report/number.hpp"
#include "report/remarks.hpp"
#include "report/time_spent.hpp"
#include "report/verdict.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

std::string subtitle(const journal::header& h) {
  std::vector<std::string> parts;
  if (h.function.memory_mb > 0) parts.push_back(fmt::format("{} MB", h.function.memory_mb));
  if (h.function.timeout > span::zero()) parts.push_back("timeout " + show(h.function.timeout));
  if (!h.plan.empty()) parts.push_back(printable(h.plan));
  return joined(parts);
}

std::string machine(const journal::machine_facts& m) {
  std::vector<std::string> parts;
  if (!m.kernel.empty()) parts.push_back(printable(m.kernel));
  if (m.cpus > 0 && !m.cpu.empty()) {
    parts.push_back(fmt::format("{} × {}", m.cpus, printable(m.cpu)));
  } else if (m.cpus > 0) {
    parts.push_back(counted(static_cast<std::size_t>(m.cpus), "CPU"));
  }
  if (m.memory_mb > 0)
    parts.push_back(short_number(static_cast<double>(m.memory_mb) / 1024) + " GB");
  if (!m.virtualization.empty()) parts.push_back(printable(m.virtualization));
  if (m.load_average > 0) parts.push_back(fmt::format("load {:.2f}", m.load_average));
  return parts.empty() ? "unknown" : joined(parts);
}

facts conditions(const subject& s) {
  std::vector<std::string> in_force;
  std::string not_enforced;
  for (const journal::assumption& a : s.conditions.model) {
    if (a.enforced) {
      in_force.push_back(fmt::format("{}: {}", printable(a.about), printable(a.says)));
    } else {
      not_enforced += (not_enforced.empty() ? "" : ", ") + printable(a.about);
    }
  }
  facts all;
  all.lines.push_back(
      {"model", in_force.empty() ? "nothing enforced" : joined(in_force), tone::quiet});
  if (!not_enforced.empty())
    all.lines.push_back(
        {"not enforced", not_enforced + " (lambdaprof doctor says why)", tone::warning});
  all.lines.push_back({"machine", machine(s.conditions.machine), tone::quiet});
  if (s.timeline.skipped > span::zero())
    all.lines.push_back({"skipped", show(s.timeline.skipped) + " of idle time", tone::quiet});
  return all;
}

void add(document& d, std::string title, std::vector<block> blocks) {
  d.sections.push_back({std::move(title), std::move(blocks)});
}

/// Of that one start, which need not be the median of an even number; what queued or came after the
/// response is a bar, but no part of its figure.
std::string title_of_waterfall(const subject& s) {
  const auto cold = s.timeline.cold(s.timeline.environments[*s.summary.median_cold]);
  return fmt::format("the median cold start, {} ms",
                     short_number(milliseconds(cold.value_or(span{}))));
}

void add_figures(document& d, const subject& s) {
  if (table figures = table_of_figures(s.summary); !figures.rows.empty())
    add(d, "", {std::move(figures)});
  if (histograms pictures = shapes(s.summary); !pictures.all.empty())
    add(d, "", {std::move(pictures)});
  if (waterfall picture = median_waterfall(s); !picture.bars.empty())
    add(d, title_of_waterfall(s), {std::move(picture)});
  if (table spent = time_spent(s.summary); !spent.rows.empty()) add(d, "", {std::move(spent)});
  facts counted = counted_facts(s);
  facts still = at_standstill(s.summary);
  std::move(still.lines.begin(), still.lines.end(), std::back_inserter(counted.lines));
  add(d, "", {std::move(counted)});
}

}  // namespace

document compose(const subject& s) {
  document d;
  d.title = printable(s.conditions.function.name);
  if (d.title.empty()) d.title = "unnamed function";
  d.subtitle = subtitle(s.conditions);
  d.verdict = verdict(s);
  if (s.breaches.empty()) {
    add_figures(d, s);
  } else {
    d.sections.push_back(broken_laws(s));
  }
  if (section failed = failures(s); !failed.blocks.empty()) d.sections.push_back(std::move(failed));
  if (remarks found = remarks_on(s); !found.all.empty()) add(d, "", {std::move(found)});
  add(d, "", {conditions(s)});
  if (!s.conditions.command_line.empty()) add(d, "", {code{printable(s.conditions.command_line)}});
  return d;
}

}  // namespace lambdaprof::report
