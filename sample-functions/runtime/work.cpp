// SPDX-License-Identifier: Apache-2.0
// Switches and precise delays, on POSIX clocks only.
#include "runtime/work.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>

#include "runtime/lambda_runtime.hpp"

namespace sample {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::int64_t ns_per_s = 1'000'000'000;

std::int64_t now_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return now.tv_sec * ns_per_s + now.tv_nsec;
}

}  // namespace

std::string setting(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return std::string(value != nullptr && *value != '\0' ? value : otherwise);
}

std::int64_t setting_number(const char* name, std::int64_t otherwise) {
  const std::string text = setting(name, "");
  if (text.empty()) return otherwise;
  std::int64_t value = -1;
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data(), end, value).ptr != end || value < 0) {
    die(std::string(name) + " must be a whole number from 0 on, not " + text);
  }
  return value;
}

bool setting_is_first(const char* name, std::string_view first, std::string_view second) {
  const std::string value = setting(name, first);
  if (value == first) return true;
  if (value == second) return false;
  die(std::string(name) + " must be " + std::string(first) + " or " + std::string(second) +
      ", not " + value);
}

void sleep_ms(std::int64_t milliseconds) {
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // the default slack of 50 us would be added to each sleep
  const std::int64_t until = now_ns(CLOCK_MONOTONIC) + milliseconds * ns_per_ms;
  const timespec end{.tv_sec = until / ns_per_s, .tv_nsec = until % ns_per_s};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr) == EINTR) continue;
}

void burn_cpu_ms(std::int64_t milliseconds) {
  const std::int64_t until = now_ns(CLOCK_THREAD_CPUTIME_ID) + milliseconds * ns_per_ms;
  while (now_ns(CLOCK_THREAD_CPUTIME_ID) < until) {
    // This clock costs a system call, so work between two looks, else most of the time would count
    // as kernel time.
    for (int step = 0; step < 20'000; ++step) asm volatile("" : : "r"(step));
  }
}

void sleep_for_ever() {
  while (true) ::pause();
}

}  // namespace sample
