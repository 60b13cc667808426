// SPDX-License-Identifier: Apache-2.0
#include "report/doctor.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <vector>

#include "report/json_row.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::array<std::string_view, 3> condition_names{"fine", "lacking", "unknown"};

std::string_view verdict_of(const diagnosis& d) {
  switch (d.self_test.state) {
    case condition::fine:
      return "quiet";
    case condition::lacking:
      return "noisy";
    case condition::unknown:
      break;
  }
  return "unknown";
}

fact_line line_of(const finding& f) {
  std::string text = printable(f.says);
  if (!f.how.empty()) text += " · " + printable(f.how);
  if (!f.remedy.empty()) text += " → " + printable(f.remedy);
  return {f.name, text, f.state == condition::lacking ? tone::warning : tone::plain};
}

section section_of(std::string title, const std::vector<finding>& findings) {
  facts all;
  for (const finding& f : findings) all.lines.push_back(line_of(f));
  return {std::move(title), {std::move(all)}};
}

std::string names_of(const std::vector<finding>& findings, condition wanted) {
  std::string names;
  for (const finding& f : findings)
    if (f.state == wanted) names += (names.empty() ? "" : ", ") + f.name;
  return names;
}

}  // namespace

/// Of one kind of thing, in the order of `findings`.
void fields(auto& io, alike<finding> auto& f) {
  io.value("name", f.name);
  io.one_of("state", f.state, condition_names);
  io.value("says", f.says);
  io.value("how", f.how);
  io.value("remedy", f.remedy);
  json_row::json figures = json_row::json::object();
  for (const auto& [name, value] : f.figures) figures[name] = json_row::json_of(value);
  io.object()["figures"] = std::move(figures);
}

document compose(const diagnosis& d) {
  document doc;
  doc.title = "doctor";
  doc.subtitle = joined({printable(d.machine.kernel), printable(d.machine.cpu)});
  const std::string lacking = names_of(d.limits, condition::lacking);
  const std::string unknown = names_of(d.limits, condition::unknown);
  std::vector<std::string> parts;
  if (!lacking.empty()) parts.push_back("lacking: " + lacking);
  if (!unknown.empty()) parts.push_back("not known: " + unknown);
  if (parts.empty()) parts.emplace_back("cpu, memory, freeze and files can be as on Lambda");
  const bool is_all_well =
      lacking.empty() && unknown.empty() && d.self_test.state == condition::fine;
  const std::string_view noise = verdict_of(d);
  parts.emplace_back(noise == "unknown" ? "how noisy it is could not be found out" : noise);
  doc.verdict = {joined(parts), is_all_well ? tone::plain : tone::warning};
  doc.sections.push_back(section_of("Lambda's limits", d.limits));
  doc.sections.push_back(section_of("this machine", d.host));
  doc.sections.push_back(section_of("a program against itself", {d.self_test}));
  return doc;
}

std::string write_json(const diagnosis& d) {
  json_row all;
  all.value("schema", std::string("lambdaprof.doctor/v1"));
  all.tool(d.tool_version);
  all.value("started_at", d.started_at);
  all.part("machine", d.machine);
  all.value("verdict", std::string(verdict_of(d)));
  all.rows("limits", d.limits);
  all.rows("host", d.host);
  all.part("self_test", d.self_test);
  return all.object().dump(2) + '\n';
}

}  // namespace lambdaprof::report
