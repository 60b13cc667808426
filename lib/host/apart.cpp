// SPDX-License-Identifier: Apache-2.0
#include "host/apart.hpp"

#include <sched.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstddef>

namespace lambdaprof::host {
namespace {

constexpr std::size_t stack_bytes = std::size_t{256} * 1024;

struct task {
  const std::function<void()>& work;
  bool is_done = false;
};

// Ends by returning, not by _exit, so that sanitizers see its frames go from the stack.
int carry_out(void* memory) {
  task& t = *static_cast<task*>(memory);
  t.work();
  t.is_done = true;
  return 0;
}

}  // namespace

bool run_apart(const std::function<void()>& work) {
  // Ours stands still, so there is room in it.
  alignas(16) std::byte stack[stack_bytes];
  task t{work};
  // A handler of ours would run in the child, in memory that is ours.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const int child =
      ::clone(&carry_out, stack + stack_bytes, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &t);
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return t.is_done;
}

}  // namespace lambdaprof::host
