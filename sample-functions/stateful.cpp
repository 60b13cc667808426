// SPDX-License-Identifier: Apache-2.0
// A function with faults of its own choosing, for `lambdaprof check`: with each invocation LEAK_FD
// descriptors, LEAK_MEMORY_KB, LEAK_THREAD threads, LEAK_TIMER timers and LEAK_TMP_BYTES in /tmp
// stay behind; with REMEMBER=1 answers count invocations, with RANDOM=1 they have a random field;
// CHILD=1 leaves a child, IGNORE_TERM=1 ignores SIGTERM, FAIL_AFTER=N exits in the invocation after
// so many, ANSWER=text is no JSON.
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

namespace {

void leave_file(std::int64_t number, std::int64_t bytes) {
  const std::string path = "/tmp/left-" + std::to_string(number);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string content(static_cast<std::size_t>(bytes), 'x');
  if (file < 0 || ::write(file, content.data(), content.size()) < 0)
    sample::die("cannot write /tmp");
  ::close(file);
}

void leave_timer() {
  timer_t timer{};
  sigevent none{};
  none.sigev_notify = SIGEV_NONE;
  if (::timer_create(CLOCK_MONOTONIC, &none, &timer) != 0) sample::die("cannot make a timer");
}

void leave_child() {
  if (::fork() != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sample::sleep_for_ever();
}

}  // namespace

int main() {
  const auto descriptors = sample::setting_number("LEAK_FD", 0);
  const auto memory = static_cast<std::size_t>(sample::setting_number("LEAK_MEMORY_KB", 0)) * 1024;
  const auto timers = sample::setting_number("LEAK_TIMER", 0);
  const auto threads = sample::setting_number("LEAK_THREAD", 0);
  const auto file_bytes = sample::setting_number("LEAK_TMP_BYTES", 0);
  const auto fails_after = sample::setting_number("FAIL_AFTER", 0);
  const bool remembers = !sample::setting_is_first("REMEMBER", "0", "1");
  const bool has_child = !sample::setting_is_first("CHILD", "0", "1");
  const bool is_random = !sample::setting_is_first("RANDOM", "0", "1");
  const bool is_json = sample::setting_is_first("ANSWER", "json", "text");
  if (!sample::setting_is_first("IGNORE_TERM", "0", "1")) std::signal(SIGTERM, SIG_IGN);

  std::vector<std::vector<char>> kept;
  std::random_device chance;
  sample::lambda_runtime runtime;
  for (std::int64_t served = 0;; ++served) {
    const auto current = runtime.next();
    if (fails_after > 0 && served >= fails_after) return 1;
    for (std::int64_t i = 0; i < descriptors; ++i)
      if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) sample::die("cannot open /dev/null");
    if (memory > 0) kept.emplace_back(memory, 'x');
    for (std::int64_t i = 0; i < threads; ++i) std::thread(sample::sleep_for_ever).detach();
    for (std::int64_t i = 0; i < timers; ++i) leave_timer();
    if (file_bytes > 0) leave_file(served, file_bytes);
    if (has_child) leave_child();
    const std::string count = std::to_string(remembers ? served : 0);
    if (!is_json) {
      runtime.respond(current, "count " + count);
      continue;
    }
    const std::string id = std::to_string(is_random ? chance() : 0);
    runtime.respond(current, R"({"event":)" + current.event + R"(,"state":{"count":)" + count +
                                 R"(},"id":)" + id + "}");
  }
}
