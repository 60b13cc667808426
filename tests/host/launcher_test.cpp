// SPDX-License-Identifier: Apache-2.0
#include "host/launcher.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;
using strings = std::vector<std::string>;

namespace {

struct attempt {
  clock time;
  pipe_ends ends = std::move(*make_pipe());

  launch_outcome operator()(strings words, const std::string& directory = "/") {
    return launch({std::move(words), {}, directory, ends.write.number(), ends.write.number()},
                  time);
  }
};

launch_error error_of(strings words, const std::string& directory = "/") {
  attempt launch_it;
  const launch_outcome outcome = launch_it(std::move(words), directory);
  REQUIRE(std::holds_alternative<launch_error>(outcome));
  return std::get<launch_error>(outcome);
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a launched process sees the descriptors 0, 1 and 2 and no other") {
  const descriptor inheritable(::open("/dev/zero", O_RDONLY));
  const descriptor high(::fcntl(inheritable.number(), F_DUPFD, 900));
  REQUIRE(high);
  // The command after ls keeps the shell from becoming ls itself.
  auto c = command::shell("ls /proc/$$/fd; readlink /proc/$$/fd/0; true");
  CHECK(c.finish().status == 0);
  CHECK(c.lines == strings{"0", "1", "2", "/dev/null"});
}

TEST_CASE("standard output and standard error go to the descriptors they were given") {
  clock time;
  auto out = make_pipe();
  auto err = make_pipe();
  auto outcome = launch({{"/bin/sh", "-c", "echo to-out; echo to-err >&2"},
                         {},
                         "/",
                         out->write.number(),
                         err->write.number()},
                        time);
  REQUIRE(std::holds_alternative<launched>(outcome));
  out->write.close();
  err->write.close();
  REQUIRE(::waitpid(std::get<launched>(outcome).pid, nullptr, 0) > 0);
  char text[64];
  CHECK(std::string(text, static_cast<std::size_t>(::read(out->read.number(), text, 64))) ==
        "to-out\n");
  CHECK(std::string(text, static_cast<std::size_t>(::read(err->read.number(), text, 64))) ==
        "to-err\n");
}

TEST_CASE("a launched process has exactly the environment that was asked for") {
  const strings environment{"B=2", "A=with space", "EMPTY="};
  command c({"/usr/bin/env"}, environment);
  CHECK(c.finish().status == 0);
  CHECK(c.lines == environment);

  command none({"/usr/bin/env"}, {});
  CHECK(none.finish().status == 0);
  CHECK(none.lines.empty());
}

TEST_CASE("the arguments arrive as they are, after the executable's path") {
  command c({"/bin/sh", "-c", "printf '%s\\n' \"$0\" \"$@\"", "zero", "", "a b", "*"});
  CHECK(c.finish().status == 0);
  CHECK(c.lines == strings{"zero", "", "a b", "*"});
}

TEST_CASE("a launched process starts in the folder that was asked for") {
  const folder here;
  command c({"/bin/sh", "-c", "pwd -P"}, {}, here.path());
  c.finish();
  CHECK(c.lines == strings{fs::canonical(here.path()).string()});
}

TEST_CASE("a launched process leads a process group of its own") {
  auto c =
      command::shell("read pid name state parent group rest </proc/self/stat; echo $pid $group");
  c.finish();
  const std::string pid = std::to_string(c.process->pid());
  CHECK(c.lines == strings{pid + " " + pid});
}

TEST_CASE("nothing of our signal handling reaches a launched process, and ours stays as it was") {
  for (const int s : {SIGPIPE, SIGUSR1, SIGCHLD}) ::signal(s, s == SIGCHLD ? SIG_DFL : SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR2);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  command c({"/bin/grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"});
  sigset_t after;
  ::sigprocmask(SIG_SETMASK, &before, &after);
  for (const int s : {SIGPIPE, SIGUSR1}) ::signal(s, SIG_DFL);
  c.finish();
  CHECK(c.lines == strings{"SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"});
  CHECK(::sigismember(&after, SIGUSR2) == 1);
  CHECK(::sigismember(&after, SIGTERM) == 0);
}

TEST_CASE(
    "a launched process may open as many files as in Lambda, and raise that to our own limit") {
  rlimit ours{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &ours) == 0);
  const mode_t mask = ::umask(077);
  auto c = command::shell("ulimit -Sn; ulimit -Hn; umask");
  ::umask(mask);
  c.finish();
  const std::string hard = std::to_string(ours.rlim_max);
  CHECK(c.lines == strings{std::to_string(std::min<rlim_t>(1024, ours.rlim_max)), hard, "0022"});
}

TEST_CASE("the instants of a launch are in order") {
  attempt launch_it;
  const instant before = launch_it.time.now();
  auto outcome = launch_it({"/bin/true"});
  REQUIRE(std::holds_alternative<launched>(outcome));
  const auto& l = std::get<launched>(outcome);
  CHECK(before <= l.began);
  CHECK(l.began < l.started);
  CHECK(l.started <= launch_it.time.now());
  CHECK(l.inherited_peak_bytes > 0);
  CHECK(::waitpid(l.pid, nullptr, 0) == l.pid);
}

TEST_CASE("a launch that fails gives the errno of exec") {
  const folder f;
  const std::string no_permission = f.file("no-permission", "#!/bin/sh\n", 0644);
  const std::string no_format = f.file("no-format", "what is this\n", 0755);
  const std::string no_interpreter = f.file("no-interpreter", "#!/nowhere/sh\n", 0755);
  const std::pair<std::string, int> expected[] = {
      {f / "missing", ENOENT},  {no_permission, EACCES}, {no_format, ENOEXEC},
      {no_interpreter, ENOENT}, {f.path(), EACCES},      {no_permission + "/below", ENOTDIR}};
  for (const auto& [path, number] : expected) {
    CAPTURE(path);
    const launch_error error = error_of({path});
    CHECK(error.error_number == number);
    CHECK(error.step == "exec");
  }
}

TEST_CASE("a launch that fails before exec says at which step") {
  const launch_error no_folder = error_of({"/bin/true"}, "/nowhere");
  CHECK(no_folder.error_number == ENOENT);
  CHECK(no_folder.step == "chdir");
  CHECK(to_string(no_folder, {{"/bin/true"}, {}, "/nowhere", -1, -1}) ==
        "chdir of /nowhere failed: No such file or directory");

  const auto no_output = launch({{"/bin/true"}, {}, "/", 987, 987}, clock());
  REQUIRE(std::holds_alternative<launch_error>(no_output));
  CHECK(std::get<launch_error>(no_output).error_number == EBADF);
  CHECK(std::get<launch_error>(no_output).step == "stdio");
}

TEST_CASE("neither launches nor failures leave a process, a zombie or a descriptor behind") {
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    error_of({"/nowhere/missing"});
    error_of({"/bin/true"}, "/nowhere");
    command({"/bin/true"}).finish();
  }
  CHECK(children_of(::getpid()).empty());
  CHECK(open_descriptors() == before);
}

TEST_CASE("a launched process does not outlive the one that launched it") {
  adopt_orphans();
  const std::string mark = unique_mark();
  const int launching = ::fork();
  if (launching == 0) {
    attempt launch_it;
    launch({{"/bin/sleep", "1000"},
            {mark},
            "/",
            launch_it.ends.write.number(),
            launch_it.ends.write.number()},
           launch_it.time);
    ::raise(SIGKILL);
  }
  REQUIRE(::waitpid(launching, nullptr, 0) == launching);
  CHECK(eventually([&] { return processes_with(mark).empty(); }));
  int status = 0;
  REQUIRE(::waitpid(-1, &status, 0) > 0);
  CHECK(WIFSIGNALED(status));
}

}  // namespace lambdaprof::host
