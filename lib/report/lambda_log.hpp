// SPDX-License-Identifier: Apache-2.0
// The log as Lambda would have written it: START, what the function prints, END, REPORT,
// INIT_REPORT where an init failed, what becomes of extensions and restores. Follows a journal that
// still grows, or reads a whole one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/journal.hpp"

namespace lambdaprof::report {

/// One line without its end.
struct lambda_log_line {
  environment_id env;
  std::optional<journal::stream> from;  ///< none: written by Lambda itself
  std::string text;
  std::string extension = {};  ///< that has printed it; empty: it is the function's, or Lambda's
};

/// There is no INIT_START: whether AWS writes it for provided runtimes, which have no version to
/// name, is unconfirmed. An invocation that was interrupted by us has no END and no REPORT.
class lambda_log {
 public:
  /// `j` outlives the log.
  explicit lambda_log(const journal::journal& j);
  lambda_log(const lambda_log&) = delete;
  lambda_log& operator=(const lambda_log&) = delete;
  ~lambda_log();

  /// The lines that follow from what the journal has got since it was last read.
  std::vector<lambda_log_line> read();

 private:
  class stream;

  const journal::journal& journal_;
  std::size_t read_ = 0;                                                // entries
  std::unordered_map<std::uint32_t, std::unique_ptr<stream>> streams_;  // by environment
  std::vector<lambda_log_line> lines_;
};

}  // namespace lambdaprof::report
