// SPDX-License-Identifier: Apache-2.0
#include "command/shown_log.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "command/console.hpp"

namespace lambdaprof::command {

namespace {
/// At once for a person, and one write in many invocations.
constexpr std::chrono::milliseconds pace_of_lines{100};
}  // namespace

shown_log::shown_log(boost::asio::io_context& loop, const journal::journal& j, bool beside_progress)
    : log_(j), timer_(loop), beside_progress_(beside_progress) {
  wait();
}

shown_log::~shown_log() {
  show();
}

void shown_log::wait() {
  timer_.expires_after(pace_of_lines);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    show();
    wait();
  });
}

void shown_log::show() {
  std::string text;
  for (const report::lambda_log_line& line : log_.read())
    fmt::format_to(std::back_inserter(text), "[{}{}{}{}] {}\n", line.env.value,
                   line.extension.empty() ? "" : " ", line.extension,
                   line.from == journal::stream::err ? " err" : "", line.text);
  if (text.empty()) return;
  // The progress line comes back by itself.
  say(stderr, beside_progress_ ? "\r\x1b[K" + text : text);
}

}  // namespace lambdaprof::command
