// SPDX-License-Identifier: Apache-2.0
#include "command/stop_request.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

#include "command/console.hpp"

namespace lambdaprof::command {
namespace {

constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};
/// Who signals a whole group, and what a terminal does besides, reaches us twice.
constexpr std::int64_t twice_ns = 250'000'000;

std::atomic<std::int64_t> asked_at = 0;
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

void ask(int) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t at = now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
  std::int64_t first = 0;
  if (asked_at.compare_exchange_strong(first, at)) return;
  if (at - first > twice_ns) ::_exit(exit_status::interrupted);
}

void handle_by(void (*handler)(int)) {
  for (const int signal : signals) {
    struct sigaction old {};
    sigaction(signal, nullptr, &old);
    if (old.sa_handler == SIG_IGN) continue;
    struct sigaction wanted {};
    wanted.sa_handler = handler;
    wanted.sa_flags = SA_RESTART;
    sigaction(signal, &wanted, nullptr);
  }
}

}  // namespace

stop_request::stop_request() {
  handle_by(ask);
}

bool stop_request::is_made() const {
  return asked_at != 0;
}

void stop_request::close() {
  handle_by(SIG_IGN);
}

}  // namespace lambdaprof::command
