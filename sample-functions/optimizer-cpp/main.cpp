// SPDX-License-Identifier: Apache-2.0
// Products as pages: a function with honest work to do, and a switch for each technique against
// cold starts.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <thread>

#include "optimizer-cpp/handler.hpp"
#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

namespace {

using namespace optimizer;
using monotonic = std::chrono::steady_clock;

double ms_since(monotonic::time_point began) {
  return std::chrono::duration<double, std::milli>(monotonic::now() - began).count();
}

/// One write, so that lines of two threads do not mix.
void print_line(std::string line) {
  line += '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) return;
}

void print_initialized(monotonic::time_point began) {
  char line[64];
  std::snprintf(line, sizeof line, "optimizer initialized in %.1f ms", ms_since(began));
  print_line(line);
}

/// What may stand in the JSON that the runtime client writes.
std::string for_runtime(const char* message) {
  const std::string quoted = json(message).dump(-1, ' ', false, json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

/// To be called before any other thread runs: they inherit that the signal is blocked.
void block_sigterm(sigset_t& signals) {
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

[[noreturn]] void shut_down_at(const sigset_t& signals, resources& owned, const counters& counted) {
  int number = 0;
  while (::sigwait(&signals, &number) != 0) continue;
  owned.products.close();
  print_line("optimizer shut down after " + std::to_string(counted.invocations) + " invocations");
  std::_Exit(0);
}

void prepare_in_background(resources& owned, monotonic::time_point began) {
  try {
    owned.prepare();
  } catch (const std::exception& error) {
    // The handler will meet the same, and say so.
    print_line(std::string("optimizer: init failed: ") + error.what());
    return;
  }
  print_initialized(began);
}

void serve(sample::lambda_runtime& runtime, handler& handles, counters& counted,
           const sample::invocation& current, const std::function<void()>& after_work) {
  const auto began = monotonic::now();
  const std::string* answer = nullptr;
  std::string problem;
  try {
    answer = &handles.answer(current.event);
  } catch (const std::exception& error) {
    problem = for_runtime(error.what());
  }
  after_work();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const measured figures{.is_cold_start = ++counted.invocations == 1,
                         .duration_ms = ms_since(began),
                         .cache_hit = handles.cache_hit(),
                         .connections_opened = counted.connections_opened.exchange(0)};
  print_line(
      metric_line(figures, std::chrono::duration_cast<std::chrono::milliseconds>(now).count()));
  if (answer != nullptr)
    runtime.respond(current, *answer);
  else
    runtime.fail(current, "Function.OptimizerFailed", problem);
}

[[noreturn]] void run(sample::lambda_runtime& runtime, monotonic::time_point began) {
  const switches chosen = read_switches(&std::getenv);
  counters counted;
  resources owned(chosen, sample::setting("LAMBDA_TASK_ROOT", "."), counted);
  if (chosen.graceful_shutdown) {
    sigset_t signals;
    block_sigterm(signals);
    std::thread([=, &owned, &counted] { shut_down_at(signals, owned, counted); }).detach();
  }
  handler handles(chosen, owned);
  if (chosen.init == init_time::sync) {
    owned.prepare();
    print_initialized(began);
  }
  runtime.ask_next();
  if (chosen.init == init_time::async)
    std::thread([&owned, began] { prepare_in_background(owned, began); }).detach();
  const auto after_work = [&] {
    if (chosen.init == init_time::lazy && counted.invocations == 0) print_initialized(began);
  };
  while (true) {
    const sample::invocation current = runtime.take_next();
    serve(runtime, handles, counted, current, after_work);
    runtime.ask_next();
  }
}

}  // namespace

int main() {
  const auto began = monotonic::now();
  // OpenSSL writes without MSG_NOSIGNAL.
  ::signal(SIGPIPE, SIG_IGN);
  sample::lambda_runtime runtime;
  try {
    run(runtime, began);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "optimizer: %s\n", error.what());
    runtime.init_error("Runtime.InvalidConfiguration", for_runtime(error.what()));
  }
  return 1;
}
