// SPDX-License-Identifier: Apache-2.0
// Misbehaves in one way, chosen by CRASH, and is otherwise a good function: the fixture for what an
// emulator must survive. Things that belong to an invocation happen at invocation number CRASH_AT
// (from 1).
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

namespace {

using sample::invocation;
using sample::lambda_runtime;
using sample::sleep_for_ever;

constexpr int failure_code = 42;
constexpr std::size_t one_byte_too_many = 6 * 1024 * 1024 + 100 + 1;
constexpr const char* answer = R"({"message":"still here"})";

void segfault() {
  const rlimit no_core{};
  ::setrlimit(RLIMIT_CORE, &no_core);  // a fixture must not litter the disk
  ::raise(SIGSEGV);
}

void fork_sleeper() {
  const pid_t child = ::fork();
  if (child < 0) sample::die("fork failed");
  if (child == 0) sleep_for_ever();
}

void start_daemon() {
  const pid_t middle = ::fork();
  if (middle < 0) sample::die("fork failed");
  if (middle == 0) {
    ::setsid();
    fork_sleeper();
    std::_Exit(0);
  }
  ::waitpid(middle, nullptr, 0);
}

void start_flood() {
  ::signal(SIGPIPE, SIG_IGN);  // a closed pipe ends the flood, not the function
  std::thread([] {
    std::string block;
    while (block.size() < 65536)
      block += "flood flood flood flood flood flood flood flood flood flood flood\n";
    while (::write(STDOUT_FILENO, block.data(), block.size()) > 0) continue;
  }).detach();
}

/// To the root of each hierarchy of control groups that is mounted, where no limit of ours holds;
/// says where it is then.
void leave_groups() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" - cgroup") == std::string::npos) continue;
    std::istringstream words(line);
    std::string point;
    for (int field = 0; field < 5; ++field) words >> point;
    std::ofstream(point + "/cgroup.procs") << ::getpid();
  }
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) std::printf("in %s\n", line.c_str());
  std::fflush(stdout);
}

constexpr const char* mark = "/tmp/crasher-mark";

void look_for_mark() {
  std::puts(::access(mark, F_OK) == 0 ? "the mark is there" : "no mark");
  std::fflush(stdout);
}

void leave_mark() {
  std::ofstream(mark) << "left by an earlier process\n";
}

/// What the system says once there is no room in /tmp.
const char* fill_tmp() {
  const int file = ::open("/tmp/crasher-fill", O_WRONLY | O_CREAT | O_EXCL, 0644);
  const std::string block(1024 * 1024, 'x');
  while (file >= 0 && ::write(file, block.data(), block.size()) > 0) continue;
  return std::strerror(errno);
}

std::string post_head(const invocation& current, std::string_view length) {
  return "POST /2018-06-01/runtime/invocation/" + current.id +
         "/response HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::string(length) +
         "\r\n\r\n";
}

std::string response_path(std::string_view id) {
  return std::string("/invocation/").append(id).append("/response");
}

struct init_crash {
  std::string_view name;
  void (*happen)(lambda_runtime&);
};

constexpr auto init_crashes = std::to_array<init_crash>({
    {"init-exit0", [](lambda_runtime&) { std::_Exit(0); }},
    {"init-exit", [](lambda_runtime&) { std::_Exit(failure_code); }},
    {"init-signal", [](lambda_runtime&) { segfault(); }},
    {"init-hang", [](lambda_runtime&) { sleep_for_ever(); }},
    {"init-error",
     [](lambda_runtime& runtime) {
       runtime.init_error("Function.SampleInitError", "init failed on purpose");
       std::_Exit(1);
     }},
    {"close-parked",
     [](lambda_runtime& runtime) {
       runtime.ask_next();
       sample::sleep_ms(20);  // long enough for the server to have parked the request
       runtime.hang_up();
       sleep_for_ever();
     }},
    {"never-reads",
     [](lambda_runtime& runtime) {
       runtime.ask_next();
       sleep_for_ever();
     }},
    {"flood", [](lambda_runtime&) { start_flood(); }},
    {"fork", [](lambda_runtime&) { fork_sleeper(); }},
    {"double-fork", [](lambda_runtime&) { start_daemon(); }},
    {"ignore-sigterm", [](lambda_runtime&) { ::signal(SIGTERM, SIG_IGN); }},
    {"leave-groups", [](lambda_runtime&) { leave_groups(); }},
    {"leave-groups-and-fork",
     [](lambda_runtime&) {
       leave_groups();
       start_daemon();
     }},
});

struct handler_crash {
  std::string_view name;
  void (*happen)(lambda_runtime&, const invocation&);
};

constexpr auto handler_crashes = std::to_array<handler_crash>({
    {"handler-exit0", [](lambda_runtime&, const invocation&) { std::_Exit(0); }},
    {"handler-exit", [](lambda_runtime&, const invocation&) { std::_Exit(failure_code); }},
    {"handler-signal", [](lambda_runtime&, const invocation&) { segfault(); }},
    {"handler-kill", [](lambda_runtime&, const invocation&) { ::raise(SIGKILL); }},
    {"handler-hang", [](lambda_runtime&, const invocation&) { sleep_for_ever(); }},
    {"handler-error",
     [](lambda_runtime& runtime, const invocation& current) {
       runtime.fail(current, "Function.SampleError", "the handler failed on purpose");
     }},
    {"mark-tmp",
     [](lambda_runtime&, const invocation&) {
       leave_mark();
       std::_Exit(failure_code);
     }},
    {"mark-tmp-and-hang",
     [](lambda_runtime&, const invocation&) {
       leave_mark();
       sleep_for_ever();
     }},
    {"fill-tmp",
     [](lambda_runtime& runtime, const invocation& current) {
       runtime.fail(current, "Function.NoSpace", fill_tmp());
     }},
    {"exit-after-response",
     [](lambda_runtime& runtime, const invocation& current) {
       runtime.respond(current, answer);
       std::_Exit(0);
     }},
    {"oversize",
     [](lambda_runtime& runtime, const invocation& current) {
       std::string body(one_byte_too_many, 'x');
       body.front() = body.back() = '"';
       runtime.post(response_path(current.id), body);
     }},
    {"wrong-id",
     [](lambda_runtime& runtime, const invocation& current) {
       runtime.post(response_path("00000000-0000-4000-8000-000000000000"),
                    R"({"message":"stale"})");
       runtime.respond(current, answer);
     }},
    {"double-response",
     [](lambda_runtime& runtime, const invocation& current) {
       runtime.respond(current, answer);
       runtime.post(response_path(current.id), R"({"message":"again"})");
     }},
    {"malformed",
     [](lambda_runtime& runtime, const invocation&) {
       runtime.send_raw("\x01\x02 this is : not HTTP\r\n\r\n\xff\xfe\r\n\r\n");
       runtime.await_close();
       sleep_for_ever();
     }},
    {"huge-header",
     [](lambda_runtime& runtime, const invocation& current) {
       const std::string field = "X-Huge: " + std::string(2'000'000, 'h') + "\r\n";
       const int status = runtime.post(response_path(current.id), answer, field);
       if (status != 202) sample::die("the huge header was refused with " + std::to_string(status));
     }},
    {"short-body",
     [](lambda_runtime& runtime, const invocation& current) {
       runtime.send_raw(post_head(current, "100") + R"({"message")");
       sleep_for_ever();
     }},
    {"close-mid-body",
     [](lambda_runtime& runtime, const invocation& current) {
       runtime.send_raw(post_head(current, "100") + R"({"message")");
       runtime.hang_up();
       sleep_for_ever();
     }},
});

[[noreturn]] void refuse(const std::string& wish) {
  std::string names;
  for (const auto& crash : init_crashes) names.append(" ").append(crash.name);
  for (const auto& crash : handler_crashes) names.append(" ").append(crash.name);
  sample::die("CRASH=" + wish + " is not one of:" + names);
}

}  // namespace

int main() {
  const std::string wish = sample::setting("CRASH", "");
  const auto at = sample::setting_number("CRASH_AT", 1);
  const auto* in_init = std::ranges::find(init_crashes, wish, &init_crash::name);
  const auto* in_handler = std::ranges::find(handler_crashes, wish, &handler_crash::name);
  const bool knows_handler = in_handler != handler_crashes.end();
  if (wish.starts_with("mark-tmp")) look_for_mark();
  lambda_runtime runtime;
  if (in_init != init_crashes.end()) {
    in_init->happen(runtime);
  } else if (!knows_handler) {
    refuse(wish);
  }
  for (std::int64_t number = 1;; ++number) {
    const invocation current = runtime.next();
    if (knows_handler && number == at) {
      in_handler->happen(runtime, current);
    } else {
      runtime.respond(current, answer);
    }
  }
}
