// SPDX-License-Identifier: Apache-2.0
#include "host/keeper.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "host/cgroup_site.hpp"
#include "host/mounts.hpp"
#include "host/proc.hpp"
#include "host/run_folder.hpp"
#include "host/strays.hpp"

namespace lambdaprof::host {
namespace {

constexpr int looks_for_survivors = 5;

/// Of whoever lost its parent we are the parent now. Several looks, since new ones turn up as old
/// ones die.
void kill_all_children_but(std::span<const int> spared) {
  for (int looks = 0; looks < looks_for_survivors; ++looks) {
    std::vector<int> left = strays(spared);
    if (left.empty()) return;
    kill_and_reap(std::move(left), std::chrono::seconds(1));
  }
}

/// A descriptor below 3 that is closed would become a pipe or a socket of ours, and be written to
/// as output.
void open_standard_streams() {
  int fd = -1;
  do {
    fd = ::open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) ::close(fd);
}

/// All signals are blocked and taken here one by one.
int wait_for(int inner) {
  sigset_t all;
  ::sigfillset(&all);
  for (;;) {
    int status = 0;
    const int changed = ::waitpid(inner, &status, WNOHANG | WUNTRACED);
    if (changed == inner && WIFSTOPPED(status)) {
      ::raise(SIGSTOP);  // the shell waits for us, so it must see us stop
      ::kill(inner, SIGCONT);
      continue;
    }
    if (changed == inner) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (changed < 0 && errno != EINTR) return EX_SOFTWARE;

    siginfo_t info{};
    const int signal = ::sigwaitinfo(&all, &info);
    // What the kernel sent came from the terminal, which sends it to `inner` as well.
    // A terminal that is gone tells only the leader of its session, which may be us.
    const bool is_ours_to_pass_on = info.si_code <= 0 || signal == SIGHUP;
    if (signal > 0 && signal != SIGCHLD && is_ours_to_pass_on) ::kill(inner, signal);
  }
}

}  // namespace

int keep(const std::function<int()>& work) {
  open_standard_streams();
  ::signal(SIGCHLD, SIG_DFL);  // if we inherited "ignored", nothing could be waited for
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // A shell may have exec'ed us while it had children, such as the reader of our own output.
  const std::vector<int> not_ours = children_of(::getpid());
  const int keeper = ::getpid();

  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  std::fflush(nullptr);  // or both would write what is buffered
  const int inner = ::fork();
  if (inner > 0) {
    const int status = wait_for(inner);
    // The groups first: the freezer of v1 lets nobody die who stands still.
    cgroup_site::remove_all_of(inner, own_hierarchies());
    kill_all_children_but(not_ours);
    run_folder::remove_all_of(inner);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    return status;
  }
  if (inner == 0) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != keeper) ::raise(SIGTERM);
  }
  // Where no second process can be had, the work is done without one.
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  const int status = work();
  kill_all_children_but(inner == 0 ? std::vector<int>() : not_ours);
  if (inner < 0) return status;
  std::exit(status);
}

}  // namespace lambdaprof::host
