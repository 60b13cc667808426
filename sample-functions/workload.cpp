// SPDX-License-Identifier: Apache-2.0
// Work of a known make-up in each handler, and in the answer what the function itself saw of it:
// what a profiler says from outside has to agree with that.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

namespace {

using sample::setting_number;

/// Waits for a lock that another thread holds asleep.
void contend(std::int64_t milliseconds) {
  std::mutex lock;
  std::mutex other;
  std::condition_variable changed;
  bool is_held = false;
  std::thread holder([&] {
    const std::lock_guard held(lock);
    {
      const std::lock_guard said(other);
      is_held = true;
    }
    changed.notify_one();
    sample::sleep_ms(milliseconds);
  });
  {
    std::unique_lock waiting(other);
    changed.wait(waiting, [&] { return is_held; });
  }
  { const std::lock_guard wanted(lock); }
  holder.join();
}

/// Reads a file that is not in the page cache, by a plain read of its bytes.
void read_cold(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    std::perror(path);
    std::exit(1);
  }
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  static char block[1 << 16];
  while (::read(file, block, sizeof block) > 0) {
  }
  ::close(file);
}

/// Touches fresh memory, a page at a time.
void fault(std::int64_t megabytes) {
  const std::size_t bytes = static_cast<std::size_t>(megabytes) << 20U;
  void* const memory =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::exit(1);
  ::madvise(memory, bytes, MADV_NOHUGEPAGE);
  for (std::size_t at = 0; at < bytes; at += 4096) static_cast<volatile char*>(memory)[at] = 1;
  ::munmap(memory, bytes);
}

/// Spins and says how long it was stopped, and how often, leaving out what is shorter than 2 ms.
std::string stalls(std::int64_t milliseconds) {
  const auto now_ms = [] {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
  };
  std::vector<double> stopped;
  const double end = now_ms() + static_cast<double>(milliseconds);
  for (double last = now_ms(), now = last; now < end; last = now) {
    now = now_ms();
    if (now - last > 2) stopped.push_back(now - last);
  }
  std::sort(stopped.begin(), stopped.end());
  if (stopped.empty()) return "none";
  char text[100];
  std::snprintf(text, sizeof text, "p10 %.1f ms, p50 %.1f ms, of %zu", stopped[stopped.size() / 10],
                stopped[stopped.size() / 2], stopped.size());
  return text;
}

struct seen {
  double wall_ms = 0;
  double cpu_ms = 0;
  long faults = 0;
};

seen now() {
  timespec wall{};
  timespec cpu{};
  rusage used{};
  ::clock_gettime(CLOCK_MONOTONIC, &wall);
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timespec& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
  };
  return {ms(wall), ms(cpu), used.ru_minflt + used.ru_majflt};
}

}  // namespace

int main() {
  const std::string kind = sample::setting("WORK_KIND", "cpu");
  const std::int64_t milliseconds = setting_number("WORK_MS", 100);
  const std::int64_t megabytes = setting_number("WORK_MB", 32);
  const std::string file = sample::setting("WORK_FILE", "");
  sample::lambda_runtime runtime;
  while (true) {
    const auto current = runtime.next();
    const seen before = now();
    if (kind == "cpu") {
      sample::burn_cpu_ms(milliseconds);
    } else if (kind == "sleep") {
      sample::sleep_ms(milliseconds);
    } else if (kind == "lock") {
      contend(milliseconds);
    } else if (kind == "read") {
      read_cold(file.c_str());
    } else if (kind == "faults") {
      fault(megabytes);
    } else if (kind == "stalls") {
      std::printf("%s\n", stalls(milliseconds).c_str());
    } else {
      std::fprintf(stderr, "WORK_KIND must be cpu, sleep, lock, read, faults or stalls\n");
      return 1;
    }
    const seen after = now();
    char answer[200];
    std::snprintf(answer, sizeof answer, R"({"wall_ms":%.3f,"cpu_ms":%.3f,"faults":%ld})",
                  after.wall_ms - before.wall_ms, after.cpu_ms - before.cpu_ms,
                  after.faults - before.faults);
    std::fprintf(stdout, "%s\n", answer);
    std::fflush(stdout);
    runtime.respond(current, answer);
  }
}
