// SPDX-License-Identifier: Apache-2.0
#include "command/outputs.hpp"

#include <algorithm>
#include <utility>

#include "journal/lines.hpp"
#include "report/compose.hpp"
#include "report/csv.hpp"
#include "report/markdown.hpp"
#include "report/result.hpp"
#include "report/terminal.hpp"

namespace lambdaprof::command {

bool is_standard_output(const std::string& path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

result<outputs> outputs::open(const output_paths& paths) {
  outputs o;
  const std::pair<const std::string*, std::optional<host::output_file>*> all[] = {
      {&paths.json, &o.json_},
      {&paths.csv, &o.csv_},
      {&paths.markdown, &o.markdown_},
      {&paths.journal, &o.journal_}};
  std::vector<std::string> taken;
  for (const auto& [path, file] : all) {
    if (path->empty()) continue;
    auto opened = host::output_file::open(*path);
    if (!opened) return opened.error();
    file->emplace(std::move(*opened));
    const std::string name = is_standard_output(*path) ? "standard output" : *path;
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
      return fault{fault_kind::usage, "only one output can go to " + name, *path,
                   "give each its own file"};
    taken.push_back(name);
    o.takes_stdout_ |= is_standard_output(*path);
  }
  return o;
}

std::vector<fault> outputs::write(std::span<const report::subject> subjects, const console& c,
                                  const journal::journal* j) const {
  std::vector<fault> faults;
  const auto put = [&](const std::optional<host::output_file>& file, const auto& render) {
    if (!file) return;
    if (const auto written = file->write(render()); !written) faults.push_back(written.error());
  };
  const auto render_all = [&](const auto& render) {
    std::string text;
    for (const report::subject& s : subjects) {
      if (!text.empty()) text += '\n';
      text += render(report::compose(s));
    }
    return text;
  };
  if (j != nullptr) put(journal_, [&] { return journal::write_lines(*j); });
  put(json_, [&] { return report::write_result(subjects); });
  put(csv_, [&] { return report::render_csv(subjects); });
  put(markdown_, [&] { return render_all(report::render_markdown); });
  if (takes_stdout_) return faults;
  const auto terminal = host::output_file::open("-");
  if (!terminal) {
    faults.push_back(terminal.error());
    return faults;
  }
  put(*terminal, [&] {
    return render_all([&](const report::document& d) {
      return report::render_terminal(d, c.has_colour ? report::style::colour : report::style::plain,
                                     c.columns);
    });
  });
  return faults;
}

}  // namespace lambdaprof::command
