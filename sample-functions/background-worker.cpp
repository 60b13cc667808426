// SPDX-License-Identifier: Apache-2.0
// Asynchronous init: a thread goes on with WORK_MS of work after init has returned. WAIT=1 makes
// the first handler wait for it; without that the answer goes out early and the rest of the work is
// left for later invocations.
#include <atomic>
#include <thread>

#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

int main() {
  const auto duration = sample::setting_number("WORK_MS", 100);
  const bool on_cpu = sample::setting_is_first("WORK_KIND", "cpu", "sleep");
  const bool wait = !sample::setting_is_first("WAIT", "0", "1");
  std::atomic<bool> done = false;
  std::thread worker([&] {
    on_cpu ? sample::burn_cpu_ms(duration) : sample::sleep_ms(duration);
    done = true;
  });
  sample::lambda_runtime runtime;
  while (true) {
    const auto current = runtime.next();
    if (wait && worker.joinable()) worker.join();
    runtime.respond(current, done ? R"({"work_done":true})" : R"({"work_done":false})");
  }
}
