// SPDX-License-Identifier: Apache-2.0
#include "command/outputs.hpp"

#include <unistd.h>

#include "journal/lines.hpp"
#include "report/compose.hpp"
#include "report/csv.hpp"
#include "report/markdown.hpp"
#include "report/result.hpp"
#include "report/terminal.hpp"

namespace lambdaprof::command {

result<outputs> outputs::open(const output_paths& paths) {
  outputs o;
  int to_stdout = 0;
  const std::pair<const std::string*, std::optional<host::output_file>*> all[] = {
      {&paths.json, &o.json_},
      {&paths.csv, &o.csv_},
      {&paths.markdown, &o.markdown_},
      {&paths.journal, &o.journal_}};
  for (const auto& [path, file] : all) {
    if (path->empty()) continue;
    auto opened = host::output_file::open(*path);
    if (!opened) return opened.error();
    to_stdout += *path == "-" ? 1 : 0;
    file->emplace(std::move(*opened));
  }
  if (to_stdout > 1)
    return fault{fault_kind::usage, "only one output can go to standard output", "-",
                 "give the others a file"};
  o.takes_stdout_ = to_stdout == 1;
  return o;
}

result<void> outputs::write(std::span<const report::subject> subjects, const console& c) const {
  const auto put = [](const std::optional<host::output_file>& file,
                      const auto& render) -> result<void> {
    return file ? file->write(render()) : result<void>{};
  };
  if (auto r = put(json_, [&] { return report::write_result(subjects); }); !r) return r;
  if (auto r = put(csv_, [&] { return report::render_csv(subjects); }); !r) return r;
  const auto render_all = [&](const auto& render) {
    std::string text;
    for (const report::subject& s : subjects) {
      if (!text.empty()) text += '\n';
      text += render(report::compose(s));
    }
    return text;
  };
  if (auto r = put(markdown_, [&] { return render_all(report::render_markdown); }); !r) return r;
  if (takes_stdout_) return {};
  auto terminal = host::output_file::open("-");
  if (!terminal) return terminal.error();
  return terminal->write(render_all([&](const report::document& d) {
    return report::render_terminal(d, c.has_colour ? report::style::colour : report::style::plain,
                                   c.columns);
  }));
}

result<void> outputs::write_journal(const journal::journal& j) const {
  return journal_ ? journal_->write(journal::write_lines(j)) : result<void>{};
}

}  // namespace lambdaprof::command
