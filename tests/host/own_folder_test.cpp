// SPDX-License-Identifier: Apache-2.0
#include "host/own_folder.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>

#include "host/apart.hpp"
#include "host/fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

/// Deeper than a path can be long.
void make_deep(const std::string& top, int levels) {
  descriptor at(::open(top.c_str(), O_RDONLY | O_DIRECTORY));
  for (int i = 0; i < levels; ++i) {
    REQUIRE(::mkdirat(at.number(), "some-folder", 0755) == 0);
    at = descriptor(::openat(at.number(), "some-folder", O_RDONLY | O_DIRECTORY));
    REQUIRE(at);
  }
}

}  // namespace

TEST_CASE("an own folder has the mode that was asked for, and goes with what is in it") {
  const folder f;
  const mode_t mask = ::umask(077);
  {
    auto made = own_folder::make(f / "own", 01777);
    ::umask(mask);
    REQUIRE(made);
    CHECK(mode_of(f / "own") == 01777);
    const own_folder moved = std::move(*made);
    *made = own_folder();
    f.file("own/file", "text");
    CHECK(moved.path() == f / "own");
  }
  CHECK(f.names().empty());
}

TEST_CASE("a folder that is there already is neither taken nor removed") {
  const folder f;
  fs::create_directory(f / "own");
  const auto made = own_folder::make(f / "own", 0700);
  REQUIRE_FALSE(made);
  CHECK(made.error().kind == fault_kind::host);
  CHECK(made.error().where == f / "own");
  CHECK(f.names() == std::vector<std::string>{"own"});
}

TEST_CASE("a tree is removed however deep it is, and whatever it forbids") {
  const folder f;
  fs::create_directories(f / "top/closed/inner");
  f.file("top/closed/inner/file", "text", 0);
  f.file("top/0", "a name that moved folders could take");
  fs::create_directories(f / "top/1/1/1");
  fs::permissions(f / "top/closed/inner", fs::perms::none);
  fs::permissions(f / "top/closed", fs::perms::none);
  fs::create_symlink("nowhere", f / "top/dangling");
  REQUIRE(::mkfifo((f / "top/pipe").c_str(), 0600) == 0);
  make_deep(f / "top", 1000);
  CHECK(remove_tree(f / "top"));
  CHECK(f.names().empty());
  CHECK(remove_tree(f / "top"));
}

TEST_CASE("what is behind a symlink stays") {
  const folder f;
  const folder other;
  other.file("kept", "text");
  fs::create_directories(f / "top/inner");
  fs::create_directory_symlink(other.path(), f / "top/link");
  fs::create_directory_symlink(other.path(), f / "top/inner/link");
  CHECK(remove_tree(f / "top"));
  CHECK(f.names().empty());

  fs::create_directory_symlink(other.path(), f / "link");
  CHECK_FALSE(remove_tree(f / "link"));
  CHECK(other.names() == std::vector<std::string>{"kept"});
}

TEST_CASE("what is mounted in a tree stays, and the rest goes") {
  const folder f;
  const folder other;
  other.file("kept", "text");
  fs::create_directories(f / "top/inner/mount");
  f.file("top/inner/file", "text");
  f.file("top/file", "text");
  bool is_mounted = false;
  bool is_removed = true;
  REQUIRE(run_apart([&] {
    is_mounted = ::unshare(CLONE_NEWNS) == 0 &&
                 ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                 ::mount(other.path().c_str(), (f / "top/inner/mount").c_str(), nullptr, MS_BIND,
                         nullptr) == 0;
    if (is_mounted) is_removed = remove_tree(f / "top");
  }));
  if (!is_mounted) return support::skip("nothing can be mounted here");
  CHECK_FALSE(is_removed);
  CHECK(other.names() == std::vector<std::string>{"kept"});
  CHECK_FALSE(fs::exists(f / "top/file"));
  CHECK_FALSE(fs::exists(f / "top/inner/file"));
}

}  // namespace lambdaprof::host
