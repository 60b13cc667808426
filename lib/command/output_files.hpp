// SPDX-License-Identifier: Apache-2.0
// The files of a report, opened before anything is measured, and the terminal after them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "command/console.hpp"
#include "host/output_file.hpp"
#include "report/document.hpp"

namespace lambdaprof::command {

/// Whether a report on the terminal would be mixed with what is written there.
bool is_standard_output(const std::string& path);

class output_files {
 public:
  using renderer = std::function<std::string()>;

  /// Finds out whether all can be written. An empty path is none; two that are one are refused, and
  /// so is one that is a function which is going to be run.
  static result<output_files> open(const std::vector<std::string>& paths,
                                   const std::vector<std::string>& functions = {});

  /// Writes what `renderers` have for the paths, in the order of both; what `terminal` has follows
  /// unless one of them went to standard output. What cannot be written does not keep the others
  /// from being written.
  std::vector<fault> write(const std::vector<renderer>& renderers, const renderer& terminal) const;

 private:
  std::vector<std::optional<host::output_file>> files_;
  bool takes_stdout_ = false;
};

/// As wide and as coloured as the terminal is.
std::string render_for(const console& c, const report::document& d);

}  // namespace lambdaprof::command
