// SPDX-License-Identifier: Apache-2.0
#include "command/outputs.hpp"

#include <fmt/format.h>

#include <utility>

#include "journal/lines.hpp"
#include "report/bencher.hpp"
#include "report/benchmark_action.hpp"
#include "report/compose.hpp"
#include "report/compose_trial.hpp"
#include "report/csv.hpp"
#include "report/github.hpp"
#include "report/go_bench.hpp"
#include "report/html.hpp"
#include "report/hyperfine.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"
#include "report/page.hpp"
#include "report/perfetto.hpp"
#include "report/result.hpp"

namespace lambdaprof::command {
namespace {

const trial::findings& findings_of(const content& c) {
  static const trial::findings none;
  return c.findings != nullptr ? *c.findings : none;
}

std::vector<report::document> documents(const content& c) {
  if (c.findings != nullptr) return {report::compose_trial(c.subjects, *c.findings)};
  std::vector<report::document> all;
  for (const report::subject& s : c.subjects) all.push_back(report::compose(s));
  return all;
}

template <class Render>
std::string render_all(const content& c, Render render) {
  std::string text;
  for (const report::document& d : documents(c)) {
    if (!text.empty()) text += '\n';
    text += render(d);
  }
  return text;
}

/// Every format, in the order in which they are written.
struct format {
  std::string output_paths::*path;
  std::string (*render)(const content&);
};
constexpr format formats[] = {
    {&output_paths::journal,
     [](const content& c) {
       return c.journal != nullptr ? journal::write_lines(*c.journal) : std::string();
     }},
    {&output_paths::json,
     [](const content& c) { return report::write_result(c.subjects, c.findings); }},
    {&output_paths::csv, [](const content& c) { return report::render_csv(c.subjects); }},
    {&output_paths::markdown,
     [](const content& c) { return render_all(c, report::render_markdown); }},
    {&output_paths::html,
     [](const content& c) {
       return report::render_html(report::built_page(), c.subjects, documents(c));
     }},
    {&output_paths::perfetto, [](const content& c) { return report::render_perfetto(c.subjects); }},
    {&output_paths::junit,
     [](const content& c) {
       const bool passes =
           !c.subjects.empty() && c.subjects.front().conditions.trial.passes_inconclusive;
       return report::render_junit(
           c.subjects, findings_of(c),
           passes ? report::when_inconclusive::skip : report::when_inconclusive::fail);
     }},
    {&output_paths::github,
     [](const content& c) { return report::render_github(c.subjects, findings_of(c)); }},
    {&output_paths::bencher,
     [](const content& c) { return report::render_bencher(c.subjects, findings_of(c)); }},
    {&output_paths::benchmark_action,
     [](const content& c) { return report::render_benchmark_action(c.subjects, findings_of(c)); }},
    {&output_paths::hyperfine,
     [](const content& c) { return report::render_hyperfine(c.subjects, findings_of(c)); }},
    {&output_paths::go_bench,
     [](const content& c) { return report::render_go_bench(c.subjects, findings_of(c)); }},
};

}  // namespace

std::vector<std::string> output_paths::all() const {
  std::vector<std::string> paths;
  for (const format& f : formats)
    if (const std::string& path = this->*f.path; !path.empty()) paths.push_back(path);
  return paths;
}

result<void> can_make_page(const std::string& path) {
  if (const std::string_view why = report::why_no_page(); !path.empty() && !why.empty())
    return fault{fault_kind::usage,
                 fmt::format("this lambdaprof was built without HTML reports: {}", why), "--html",
                 std::string(report::remedy_for_no_page())};
  return {};
}

result<outputs> outputs::open(const output_paths& paths,
                              const std::vector<std::string>& functions) {
  if (auto able = can_make_page(paths.html); !able) return able.error();
  std::vector<std::string> in_order;
  for (const format& f : formats) in_order.push_back(paths.*f.path);
  auto files = output_files::open(in_order, functions);
  if (!files) return files.error();
  return outputs(std::move(*files));
}

std::vector<fault> outputs::write(const content& what, const console& c) const {
  std::vector<output_files::renderer> renderers;
  for (const format& f : formats) renderers.emplace_back([&f, &what] { return f.render(what); });
  return files_.write(renderers, [&] {
    return render_all(what, [&](const report::document& d) { return render_for(c, d); });
  });
}

}  // namespace lambdaprof::command
