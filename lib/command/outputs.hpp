// SPDX-License-Identifier: Apache-2.0
// Where a report goes: a file for each format that was asked for, and the terminal.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "command/console.hpp"
#include "command/output_files.hpp"
#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::journal {
class journal;
}

namespace lambdaprof::command {

/// As given on the command line; empty where not asked for.
struct output_paths {
  std::string json;
  std::string csv;
  std::string markdown;
  std::string html;
  std::string perfetto;
  std::string journal;
  std::string junit;
  std::string github;
  std::string bencher;
  std::string benchmark_action;
  std::string hyperfine;
  std::string go_bench;

  /// Those that were asked for.
  std::vector<std::string> all() const;
};

/// A fault if an HTML report is asked for and this build has none.
result<void> can_make_page(const std::string& path);

/// What there is to be written.
struct content {
  std::span<const report::subject> subjects;
  const trial::findings* findings = nullptr;  ///< none: of runs by themselves
  const journal::journal* journal = nullptr;
};

class outputs {
 public:
  /// Finds out whether all can be written before anything is measured, and that none is one of the
  /// functions.
  static result<outputs> open(const output_paths& paths,
                              const std::vector<std::string>& functions = {});

  /// Writes all files, the journal first if there is one; the terminal report follows unless one of
  /// them went to standard output. What cannot be written does not keep the others from being
  /// written.
  std::vector<fault> write(const content& what, const console& c) const;

 private:
  explicit outputs(output_files files) : files_(std::move(files)) {}

  output_files files_;
};

}  // namespace lambdaprof::command
