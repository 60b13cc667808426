// SPDX-License-Identifier: Apache-2.0
// Lambda's log of a run under way, on standard error.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "journal/journal.hpp"
#include "report/lambda_log.hpp"

namespace lambdaprof::command {

/// Reads the journal now and then and not as it grows: writing takes as long as some functions do,
/// and nobody is to wait for it.
class shown_log {
 public:
  /// `j` is what the run writes.
  shown_log(boost::asio::io_context& loop, const journal::journal& j, bool beside_progress);
  ~shown_log();
  shown_log(const shown_log&) = delete;
  shown_log& operator=(const shown_log&) = delete;

 private:
  void show();
  void wait();

  report::lambda_log log_;
  boost::asio::steady_timer timer_;
  bool beside_progress_;
};

}  // namespace lambdaprof::command
