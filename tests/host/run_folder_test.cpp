// SPDX-License-Identifier: Apache-2.0
// Each test has a place of its own: other runs would clean up in the usual one.
#include "host/run_folder.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "host/fixture.hpp"
#include "host/keeper.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;
using strings = std::vector<std::string>;

namespace {

std::string name_of(int pid) {
  return fmt::format("lambdaprof.{}", pid);
}

strings sorted(strings names) {
  std::sort(names.begin(), names.end());
  return names;
}

/// A run that is killed after it has made its folder and something in it; its pid.
int kill_a_run(const std::string& place) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const int run = ::fork();
  if (run == 0) {
    const auto made = run_folder::make(place);
    const char ready = made && ::mkdir((made->path() + "/environment.0").c_str(), 0) == 0 ? 'y' : 0;
    if (::write(ends[1], &ready, 1) != 1) ::_exit(99);
    for (;;) ::pause();
  }
  char ready = 0;
  REQUIRE(::read(ends[0], &ready, 1) == 1);
  REQUIRE(ready == 'y');
  for (const int end : ends) ::close(end);
  REQUIRE(::kill(run, SIGKILL) == 0);
  REQUIRE(::waitpid(run, nullptr, 0) == run);
  return run;
}

/// No process ever has this id.
constexpr int nobody = 4194304;

}  // namespace

TEST_CASE("the folder of a run has its pid as a name, is closed to others and goes with the run") {
  const folder place;
  {
    const auto made = run_folder::make(place.path());
    REQUIRE(made);
    CHECK(made->path() == place / name_of(::getpid()));
    CHECK(made->removed_leftovers() == 0);
    CHECK((fs::status(made->path()).permissions() & fs::perms::all) == fs::perms::owner_all);
  }
  CHECK(place.names().empty());
}

TEST_CASE("what a killed run has left is removed and counted by the next") {
  const folder place;
  const int before = kill_a_run(place.path());
  CHECK(place.names() == strings{name_of(before)});
  const auto made = run_folder::make(place.path());
  REQUIRE(made);
  CHECK(made->removed_leftovers() == 1);
  CHECK(place.names() == strings{name_of(::getpid())});
}

TEST_CASE("a folder that an earlier run with our pid has left is in nobody's way") {
  const folder place;
  fs::create_directories(place / name_of(::getpid()) + "/environment.0");
  const auto made = run_folder::make(place.path());
  REQUIRE(made);
  CHECK(made->removed_leftovers() == 1);
  CHECK(fs::is_empty(made->path()));
}

TEST_CASE("who survives a killed run can remove its folder") {
  const folder place;
  const int before = kill_a_run(place.path());
  run_folder::remove_all_of(before, place.path());
  CHECK(place.names().empty());
}

TEST_CASE("a keeper removes the folder of a run that was killed") {
  const folder place;
  const int keeper = ::fork();
  if (keeper == 0) {
    ::setenv("TMPDIR", place.path().c_str(), 1);
    ::_exit(keep([] {
      const auto made = run_folder::make();
      return made ? ::raise(SIGKILL) : 1;
    }));
  }
  int status = 0;
  REQUIRE(::waitpid(keeper, &status, 0) == keeper);
  CHECK(WEXITSTATUS(status) == 128 + SIGKILL);
  CHECK(place.names().empty());
}

TEST_CASE("folders of living runs and of others are not touched") {
  const folder place;
  const strings others =
      sorted({name_of(::getppid()), "lambdaprof.", "lambdaprof.x",
              fmt::format("lambdaprof.{}x", nobody), fmt::format("other.{}", nobody)});
  for (const std::string& name : others) fs::create_directory(place / name);
  { CHECK(run_folder::make(place.path())->removed_leftovers() == 0); }
  CHECK(sorted(place.names()) == others);
}

TEST_CASE("a folder that is in use is not touched where the pid of its run means nothing") {
  const folder place;
  const auto made = run_folder::make(place.path());
  REQUIRE(made);
  // As another PID namespace would see it.
  fs::rename(made->path(), place / name_of(nobody));
  run_folder::remove_all_of(nobody, place.path());
  CHECK(place.names() == strings{name_of(nobody)});
}

TEST_CASE("neither a symlink nor the folder of another user is taken for one of ours") {
  const folder place;
  const folder other;
  other.file("kept", "text");
  fs::create_directory_symlink(other.path(), place / name_of(nobody));
  run_folder::remove_all_of(nobody, place.path());
  CHECK(other.names() == strings{"kept"});
  CHECK(place.names() == strings{name_of(nobody)});

  fs::remove(place / name_of(nobody));
  fs::create_directory(place / name_of(nobody));
  if (::chown((place / name_of(nobody)).c_str(), 1234, 1234) != 0)
    return support::skip("nothing can be given to another user");
  run_folder::remove_all_of(nobody, place.path());
  CHECK(place.names() == strings{name_of(nobody)});
}

TEST_CASE("a place where no folder can be made gives a fault that names it") {
  const auto made = run_folder::make("/proc/nowhere");
  REQUIRE_FALSE(made);
  CHECK(made.error().where == "/proc/nowhere/" + name_of(::getpid()));
  CHECK_FALSE(made.error().hint.empty());
}

TEST_CASE("runs have their folders in $TMPDIR if that is an absolute path") {
  const char* const set = std::getenv("TMPDIR");
  const std::string before = set == nullptr ? "" : set;
  ::setenv("TMPDIR", "/somewhere/else", 1);
  CHECK(place_of_runs() == "/somewhere/else");
  ::setenv("TMPDIR", "relative", 1);
  const std::string without = place_of_runs();
  CHECK((without == "/tmp" || without == "/var/tmp"));
  ::unsetenv("TMPDIR");
  CHECK(place_of_runs() == without);
  if (set != nullptr) ::setenv("TMPDIR", before.c_str(), 1);
}

}  // namespace lambdaprof::host
