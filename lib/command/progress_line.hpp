// SPDX-License-Identifier: Apache-2.0
// One line on standard error that says how far a run is. Costs nothing when nobody looks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "host/clock.hpp"
#include "run/conductor.hpp"

namespace lambdaprof::command {

class progress_line {
 public:
  progress_line(boost::asio::io_context& loop, const host::clock& time, const run::conductor& c);
  /// Takes the line away.
  ~progress_line();

 private:
  void show();

  boost::asio::steady_timer timer_;
  const host::clock& time_;
  const run::conductor& conductor_;
};

}  // namespace lambdaprof::command
