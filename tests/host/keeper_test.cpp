// SPDX-License-Identifier: Apache-2.0
// Every test has a keeper of its own: a process that calls `keep`, with the test as its parent.
#include "host/keeper.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <cstdlib>

#include "host/fixture.hpp"
#include "host/strays.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

/// A line of communication from the processes below to the test.
struct wire {
  pipe_ends ends = std::move(*make_pipe());

  wire() { ::fcntl(ends.read.number(), F_SETFL, 0); }
  void say(int number) const {
    if (::write(ends.write.number(), &number, sizeof number) != sizeof number) ::_exit(99);
  }
  int hear() const {
    int number = 0;
    REQUIRE(::read(ends.read.number(), &number, sizeof number) == sizeof number);
    return number;
  }
};

/// A process that becomes a keeper in its own way, with the signals as a program finds them.
int fork_keeper(const std::function<int()>& become_keeper) {
  std::fflush(nullptr);
  const int keeper = ::fork();
  if (keeper == 0) {
    for (const int s : {SIGINT, SIGTERM}) ::signal(s, SIG_DFL);  // doctest has handlers for these
    ::_exit(become_keeper());
  }
  REQUIRE(keeper > 0);
  return keeper;
}

int start_keeper(const std::function<int()>& work) {
  return fork_keeper([&] { return keep(work); });
}

int status_of(int pid) {
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Blocks these signals, says that it is ready, and returns the first that comes.
int next_signal(const wire& up, std::initializer_list<int> signals) {
  sigset_t awaited;
  ::sigemptyset(&awaited);
  for (const int s : signals) ::sigaddset(&awaited, s);
  ::sigprocmask(SIG_BLOCK, &awaited, nullptr);
  up.say(::getpid());
  int signal = 0;
  ::sigwait(&awaited, &signal);
  return signal;
}

/// A function that has forked a child and a daemon in a session of its own.
void start_function(const std::string& mark) {
  clock time;
  auto ends = std::move(*make_pipe());
  ::fcntl(ends.read.number(), F_SETFL, 0);
  launch({{"/bin/sh", "-c",
           "sleep 1000 & (setsid sh -c 'trap \"\" TERM HUP; echo; sleep 1000; sleep 1000' &); "
           "echo; wait; sleep 1000"},
          {"PATH=/usr/bin:/bin", mark},
          "/",
          ends.write.number(),
          ends.write.number()},
         time);
  char said[2];
  for (ssize_t heard = 0; heard < 2;) heard += ::read(ends.read.number(), said, 1);
}

/// The function, its child, the daemon and the daemon's own child.
constexpr std::size_t processes_of_function = 4;

}  // namespace

TEST_CASE("the keeper returns what the work returned") {
  CHECK(status_of(start_keeper([] { return 0; })) == 0);
  CHECK(status_of(start_keeper([] { return 42; })) == 42);
}

TEST_CASE("the keeper returns 128 and the signal that killed the work") {
  CHECK(status_of(start_keeper([] { return ::raise(SIGKILL); })) == 128 + SIGKILL);
  CHECK(status_of(start_keeper([] { return ::raise(SIGTERM); })) == 128 + SIGTERM);
}

TEST_CASE("nothing of a function is left after the work has ended by itself") {
  const std::string mark = unique_mark();
  const int keeper = start_keeper([&] {
    start_function(mark);
    return 3;
  });
  CHECK(status_of(keeper) == 3);
  CHECK(processes_with(mark).empty());
}

TEST_CASE("nothing of a function is left after the work has been killed") {
  const std::string mark = unique_mark();
  const wire up;
  const int keeper = start_keeper([&] {
    start_function(mark);
    return next_signal(up, {SIGTERM});
  });
  const int inner = up.hear();
  REQUIRE(eventually([&] { return processes_with(mark).size() == processes_of_function; }));
  ::kill(inner, SIGKILL);
  CHECK(status_of(keeper) == 128 + SIGKILL);
  CHECK(processes_with(mark).empty());
}

TEST_CASE("nothing of a function is left after the keeper has been killed") {
  adopt_orphans();
  const std::string mark = unique_mark();
  const wire up;
  const int keeper = start_keeper([&] {
    start_function(mark);
    return next_signal(up, {SIGTERM});
  });
  const int inner = up.hear();
  REQUIRE(eventually([&] { return processes_with(mark).size() == processes_of_function; }));
  ::kill(keeper, SIGKILL);
  CHECK(status_of(keeper) == -SIGKILL);
  CHECK(status_of(inner) == SIGTERM);  // an orphan of ours by now, told to end and ended in order
  CHECK(processes_with(mark).empty());
  CHECK(strays({}).empty());
}

TEST_CASE("a signal that is sent to the keeper reaches the work") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    const wire up;
    const int keeper = start_keeper([&] { return next_signal(up, {signal}); });
    up.hear();
    ::kill(keeper, signal);
    CHECK(status_of(keeper) == signal);
  }
}

TEST_CASE("a signal of the terminal reaches the work once, not twice") {
  const descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(::grantpt(master.number()) == 0);
  REQUIRE(::unlockpt(master.number()) == 0);
  const std::string terminal = ::ptsname(master.number());
  const wire up;
  const int keeper = fork_keeper([&] {
    ::setsid();  // so that the terminal becomes ours, with our group in the foreground
    ::ioctl(::open(terminal.c_str(), O_RDWR), TIOCSCTTY, 0);
    return keep([&] {
      const std::initializer_list<int> signals = {SIGINT, SIGUSR1};
      up.say(next_signal(up, signals));
      return next_signal(up, signals);
    });
  });
  up.hear();
  REQUIRE(::write(master.number(), "\3", 1) == 1);
  CHECK(up.hear() == SIGINT);
  up.hear();
  // The keeper takes signals in order: a SIGINT that it passed on would be there before this one.
  ::kill(keeper, SIGUSR1);
  CHECK(status_of(keeper) == SIGUSR1);
}

TEST_CASE("the keeper stops with the work, and the work goes on with the keeper") {
  const wire up;
  const int keeper = start_keeper([&] { return next_signal(up, {SIGUSR1}); });
  const int inner = up.hear();
  // Not by SIGTSTP: where a runner has left us in an orphaned process group, the kernel ignores
  // that.
  ::kill(inner, SIGSTOP);
  int status = 0;
  REQUIRE(::waitpid(keeper, &status, WUNTRACED) == keeper);
  CHECK(WIFSTOPPED(status));
  CHECK(state_of(inner) == 'T');
  ::kill(keeper, SIGCONT);
  CHECK(eventually([&] { return state_of(inner) != 'T'; }));
  ::kill(keeper, SIGUSR1);
  CHECK(status_of(keeper) == SIGUSR1);
}

TEST_CASE("children from before, such as the reader of our output, are left alone") {
  adopt_orphans();
  const wire up;
  const int keeper = fork_keeper([&] {
    const int reader = ::fork();
    if (reader == 0) {
      ::pause();
      ::_exit(0);
    }
    up.say(reader);
    return keep([] { return 0; });
  });
  const int reader = up.hear();
  CHECK(status_of(keeper) == 0);
  ::kill(reader, SIGUSR1);
  CHECK(status_of(reader) == -SIGUSR1);  // by us, not by a SIGKILL of the keeper
}

TEST_CASE("ignored ends of children and closed standard streams do not confuse the keeper") {
  const wire up;
  const int keeper = fork_keeper([&] {
    ::signal(SIGCHLD, SIG_IGN);
    for (const int fd : {0, 1, 2}) ::close(fd);
    return keep([&] {
      const auto ends = make_pipe();
      up.say(ends->read.number());
      return 6;
    });
  });
  CHECK(up.hear() > STDERR_FILENO);
  CHECK(status_of(keeper) == 6);
}

}  // namespace lambdaprof::host
