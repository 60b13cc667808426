// SPDX-License-Identifier: Apache-2.0
#include "command/interrupts.hpp"

#include <csignal>
#include <cstdlib>
#include <utility>

#include "command/console.hpp"

namespace lambdaprof::command {

interrupts::interrupts(boost::asio::io_context& loop) : signals_(loop, SIGINT, SIGTERM, SIGHUP) {}

void interrupts::await(std::function<void()> stop, const host::clock& time) {
  stop_ = std::move(stop);
  await_next(time);
}

void interrupts::await_next(const host::clock& time) {
  signals_.async_wait([this, &time](const boost::system::error_code& error, int) {
    if (error) return;
    const instant now = time.now();
    // Who signals a whole group, as timeout(1) does, reaches us twice at once: itself and by the
    // keeper. The keeper kills what is left.
    if (first_ && now - *first_ > std::chrono::milliseconds(250))
      std::_Exit(exit_status::interrupted);
    if (!first_) {
      first_ = now;
      stop_();
    }
    await_next(time);
  });
}

}  // namespace lambdaprof::command
