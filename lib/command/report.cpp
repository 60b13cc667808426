// SPDX-License-Identifier: Apache-2.0
#include "command/report.hpp"

#include <algorithm>

#include "command/subject.hpp"
#include "host/input_file.hpp"
#include "journal/lines.hpp"
#include "report/result.hpp"

namespace lambdaprof::command {
namespace {

/// A result or a journal, told apart by the schema in its first line.
result<std::vector<lambdaprof::report::subject>> read_subjects(const std::string& path) {
  const auto text = host::read_file(path, std::size_t{8} << 30);
  if (!text) return text.error();
  const auto in_file = [&](fault f) {
    f.where = f.where.empty() ? path : path + ": " + f.where;
    return f;
  };
  const std::string_view first_line = std::string_view(*text).substr(0, text->find('\n'));
  if (first_line.find("\"lambdaprof.journal/") != std::string_view::npos) {
    auto j = journal::read_lines(*text);
    if (!j) return in_file(j.error());
    return std::vector{subject_of(*j)};
  }
  auto subjects = lambdaprof::report::read_result(*text);
  if (!subjects) return in_file(subjects.error());
  return subjects;
}

}  // namespace

int report(const report_options& options, const console& c) {
  const auto out = outputs::open(options.outputs);
  if (!out) return complain(out.error());
  std::vector<lambdaprof::report::subject> all;
  for (const std::string& path : options.files) {
    auto subjects = read_subjects(path);
    if (!subjects) return complain(subjects.error());
    for (auto& s : *subjects) all.push_back(std::move(s));
  }
  const std::vector<fault> faults = out->write(all, c);
  for (const fault& f : faults) complain(f);
  if (!faults.empty()) return exit_status::bad_usage;
  const bool is_lawful =
      std::all_of(all.begin(), all.end(), [](const auto& s) { return s.breaches.empty(); });
  return is_lawful ? exit_status::success : exit_status::our_bug;
}

}  // namespace lambdaprof::command
