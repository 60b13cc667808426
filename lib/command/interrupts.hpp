// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/signal_set.hpp>
#include <functional>
#include <optional>

#include "host/clock.hpp"

namespace lambdaprof::command {

/// Ctrl-C ends the run in order; a second one at once. As long as this lives no signal ends us in
/// the middle of writing a result.
class interrupts {
 public:
  explicit interrupts(boost::asio::io_context& loop);

  /// `stop` is called from the loop, once.
  void await(std::function<void()> stop, const host::clock& time);

 private:
  void await_next(const host::clock& time);

  boost::asio::signal_set signals_;
  std::function<void()> stop_;
  std::optional<instant> first_;
};

}  // namespace lambdaprof::command
