// SPDX-License-Identifier: Apache-2.0
// Asynchronous init: threads go on with WORK_MS of work each after init has returned. WAIT=1 makes
// the first handler wait for it; without that the answer goes out early and the rest of the work is
// left for later invocations. WORKERS threads are spread over PROCESSES processes.
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

int main() {
  const auto duration = sample::setting_number("WORK_MS", 100);
  const bool on_cpu = sample::setting_is_first("WORK_KIND", "cpu", "sleep");
  const bool wait = !sample::setting_is_first("WAIT", "0", "1");
  const auto workers = sample::setting_number("WORKERS", 1);
  const auto processes = sample::setting_number("PROCESSES", 1);
  std::atomic<std::int64_t> left = 0;
  std::vector<std::thread> threads;
  const auto start = [&](std::int64_t process) {
    for (std::int64_t w = process; w < workers; w += processes) {
      ++left;
      threads.emplace_back([&] {
        on_cpu ? sample::burn_cpu_ms(duration) : sample::sleep_ms(duration);
        --left;
      });
    }
  };
  for (std::int64_t process = 1; process < processes; ++process) {
    if (::fork() != 0) continue;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    start(process);
    for (std::thread& t : threads) t.join();
    return 0;
  }
  start(0);
  sample::lambda_runtime runtime;
  while (true) {
    const auto current = runtime.next();
    if (wait)
      for (std::thread& t : threads)
        if (t.joinable()) t.join();
    runtime.respond(current, left == 0 ? R"({"work_done":true})" : R"({"work_done":false})");
  }
}
