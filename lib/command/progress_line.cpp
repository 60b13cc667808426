// SPDX-License-Identifier: Apache-2.0
#include "command/progress_line.hpp"

#include <fmt/core.h>

#include "command/console.hpp"

namespace lambdaprof::command {

namespace {
// Rare enough to stay out of the figures: one write in so many invocations.
constexpr std::chrono::milliseconds pace{200};
}  // namespace

progress_line::progress_line(boost::asio::io_context& loop, const host::clock& time,
                             const run::conductor& c)
    : timer_(loop), time_(time), conductor_(c) {
  show();
}

progress_line::~progress_line() {
  say(stderr, "\r\x1b[K");
}

void progress_line::show() {
  const run::progress p = conductor_.progress();
  std::string line;
  if (p.rounds > 0) line += fmt::format("round {} of {} · ", p.round, p.rounds);
  line += fmt::format("{} invocations · {} environments · {:.0f} s", p.settled, p.live,
                      seconds(time_.now() - instant{}));
  if (p.failed > 0) line += fmt::format(" · {} failed", p.failed);
  say(stderr, "\r\x1b[K" + line);
  timer_.expires_after(pace);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) show();
  });
}

}  // namespace lambdaprof::command
