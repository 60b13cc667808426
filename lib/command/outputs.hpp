// SPDX-License-Identifier: Apache-2.0
// Where a report goes: the files of --json, --csv, --markdown and --journal, and the terminal.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "command/console.hpp"
#include "host/output_file.hpp"
#include "report/subject.hpp"

namespace lambdaprof::command {

/// As given on the command line; empty where not asked for.
struct output_paths {
  std::string json;
  std::string csv;
  std::string markdown;
  std::string journal;
};

/// Whether a report on the terminal would be mixed with what is written there.
bool is_standard_output(const std::string& path);

class outputs {
 public:
  /// Finds out whether all can be written before anything is measured.
  static result<outputs> open(const output_paths& paths);

  /// Writes all files, the journal first if there is one; the terminal report follows unless one of
  /// them went to standard output. What cannot be written does not keep the others from being
  /// written.
  std::vector<fault> write(std::span<const report::subject> subjects, const console& c,
                           const journal::journal* j = nullptr) const;

 private:
  std::optional<host::output_file> json_, csv_, markdown_, journal_;
  bool takes_stdout_ = false;
};

}  // namespace lambdaprof::command
