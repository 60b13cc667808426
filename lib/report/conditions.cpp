// SPDX-License-Identifier: Apache-2.0
#include "report/conditions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "report/number.hpp"
#include "report/variant_name.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

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

/// What makes it another kind of function; empty where nothing does.
std::string kind_of(const journal::function_facts& f) {
  std::vector<std::string> parts;
  if (f.initialization == "snap-start") parts.emplace_back("SnapStart");
  if (f.invoke_mode == "response_stream") parts.emplace_back("response stream");
  if (f.max_concurrency > 0)
    parts.push_back(fmt::format("up to {} at a time in one environment",
                                counted(static_cast<std::size_t>(f.max_concurrency), "event")));
  return joined(parts);
}

/// What one assumption is for all variants of a trial, which differ in their memory at most.
struct agreed {
  std::string about;
  std::vector<std::string> says;  ///< each once
  bool is_enforced = true;        ///< for all
};

std::vector<agreed> agreed_by(std::span<const subject> subjects) {
  std::vector<agreed> all;
  for (const subject& s : subjects) {
    if (!is_of_interest(s)) continue;
    for (const journal::assumption& a : s.conditions.model) {
      auto of = std::find_if(all.begin(), all.end(),
                             [&](const agreed& known) { return known.about == a.about; });
      if (of == all.end()) of = all.insert(of, {a.about, {}, true});
      of->is_enforced = of->is_enforced && a.enforced;
      if (std::find(of->says.begin(), of->says.end(), a.says) == of->says.end())
        of->says.push_back(a.says);
    }
  }
  return all;
}

}  // namespace

std::string subtitle(std::span<const subject> subjects) {
  std::vector<std::string> parts;
  std::set<std::int64_t> sizes;
  for (const subject& s : subjects)
    if (is_of_interest(s)) sizes.insert(s.conditions.function.memory_mb);
  if (!sizes.empty() && *sizes.begin() > 0)
    parts.push_back(fmt::format("{} MB", fmt::join(sizes, ", ")));
  const journal::header& h = subjects.front().conditions;
  if (h.function.timeout > span::zero()) parts.push_back("timeout " + show(h.function.timeout));
  if (!h.plan.empty()) parts.push_back(printable(h.plan));
  return joined(parts);
}

facts conditions(std::span<const subject> subjects) {
  std::vector<std::string> in_force;
  std::string not_enforced;
  for (const agreed& a : agreed_by(subjects)) {
    if (a.is_enforced) {
      in_force.push_back(fmt::format("{}: {}", printable(a.about),
                                     printable(fmt::format("{}", fmt::join(a.says, " / ")))));
    } else {
      not_enforced += (not_enforced.empty() ? "" : ", ") + printable(a.about);
    }
  }
  const subject& s = subjects.front();
  facts all;
  all.lines.push_back(
      {"model", in_force.empty() ? "nothing enforced" : joined(in_force), tone::quiet});
  if (!not_enforced.empty())
    all.lines.push_back(
        {"not enforced", not_enforced + " (lambdaprof doctor says why)", tone::warning});
  const journal::function_facts& f = s.conditions.function;
  if (std::string kind = kind_of(f); !kind.empty())
    all.lines.push_back({"function", std::move(kind), tone::quiet});
  if (!f.extensions.empty()) {
    std::vector<std::string> names;
    for (const std::string& each : f.extensions) names.push_back(printable(each));
    all.lines.push_back({"extensions", joined(names), tone::quiet});
  }
  all.lines.push_back({"machine", machine(s.conditions.machine), tone::quiet});
  if (s.timeline.skipped > span::zero())
    all.lines.push_back({"skipped", show(s.timeline.skipped) + " of idle time", tone::quiet});
  return all;
}

std::string title_of_waterfall(const subject& s) {
  const auto cold = s.timeline.cold(s.timeline.environments[*s.summary.median_cold]);
  return fmt::format("the median cold start, {} ms",
                     short_number(milliseconds(cold.value_or(span{}))));
}

}  // namespace lambdaprof::report
