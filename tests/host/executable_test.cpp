// SPDX-License-Identifier: Apache-2.0
#include "host/executable.hpp"

#include <cstdlib>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

fault fault_of(std::string_view name, const std::string& cwd) {
  const auto found = find_executable(name, cwd);
  REQUIRE(!found);
  CHECK(found.error().kind == fault_kind::usage);
  return found.error();
}

/// $PATH for as long as it lives.
class search_path {
 public:
  explicit search_path(const std::string& value) {
    if (const char* old = std::getenv("PATH")) before_ = old;
    ::setenv("PATH", value.c_str(), 1);
  }
  search_path(const search_path&) = delete;
  search_path& operator=(const search_path&) = delete;
  ~search_path() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

const std::string script = "#!/bin/sh\n";

}  // namespace

TEST_CASE("a name with a slash is a path from the working directory") {
  const folder f;
  f.file("bootstrap", script, 0755);
  fs::create_directory(f / "sub");
  CHECK(find_executable("./bootstrap", f.path()).value() == f / "bootstrap");
  CHECK(find_executable(".//bootstrap", f.path()).value() == f / "bootstrap");
  CHECK(find_executable(f / "bootstrap", "/nowhere").value() == f / "bootstrap");
  CHECK(find_executable("sub/../bootstrap", f.path()).value() == f / "sub/../bootstrap");
}

TEST_CASE("a symlink is kept as it is") {
  const folder f;
  f.file("real", script, 0755);
  fs::create_symlink("real", f / "link");
  CHECK(find_executable("link", f.path()).value() == f / "link");
}

TEST_CASE("a name without a slash is looked for in the working directory, then in PATH") {
  const folder here;
  const folder first;
  const folder second;
  first.file("tool", script, 0644);
  second.file("tool", script, 0755);
  here.file("own", script, 0755);
  second.file("own", script, 0755);
  const search_path path(first.path() + ":" + second.path());
  CHECK(find_executable("own", here.path()).value() == here / "own");
  CHECK(find_executable("tool", here.path()).value() == second / "tool");
  CHECK(fault_of("neither", here.path()).message == "no such file");
}

TEST_CASE("PATH may hold relative folders and be missing") {
  const folder f;
  fs::create_directory(f / "bin");
  f.file("bin/tool", script, 0755);
  {
    const search_path path("bin");
    CHECK(find_executable("tool", f.path()).value() == f / "bin/tool");
  }
  const search_path none("");
  CHECK(!find_executable("tool", f.path()));
}

TEST_CASE("a file that is not there is a fault with the nearest name as a hint") {
  const folder f;
  f.file("bootstrap", script, 0755);
  f.file("something-else", script, 0755);
  const fault wrong = fault_of("./bootstrp", f.path());
  CHECK(wrong.where == f / "bootstrp");
  CHECK(wrong.message == "no such file");
  CHECK(wrong.hint == "is it " + f / "bootstrap" + "?");
  CHECK(fault_of("./zzzzzzzzzzzzzzzzzzz", f.path()).hint.empty());
  CHECK(fault_of("nofolder/bootstrap", f.path()).hint.empty());
  CHECK(fault_of("bootstrap/below", f.path()).message == "Not a directory");
  CHECK(fault_of("", f.path()).message == "the name of the executable is empty");
}

TEST_CASE("a folder stands for the bootstrap in it") {
  const folder f;
  fs::create_directory(f / "function");
  CHECK(fault_of("function", f.path()).message == "is a folder without a bootstrap");
  f.file("function/bootstrap", script, 0644);
  CHECK(fault_of("function", f.path()).where == f / "function/bootstrap");
  fs::permissions(f / "function/bootstrap", fs::perms::owner_all);
  CHECK(find_executable("function", f.path()).value() == f / "function/bootstrap");
  CHECK(find_executable("./function/", f.path()).value() == f / "function/bootstrap");
}

TEST_CASE("a file without permission is a fault that says how to give it") {
  const folder f;
  f.file("my function", script, 0644);
  const fault wrong = fault_of("./my function", f.path());
  CHECK(wrong.message == "is not executable");
  CHECK(wrong.hint == "chmod +x '" + f / "my function" + "'");
}

TEST_CASE("what is no regular file is a fault") {
  CHECK(fault_of("/dev/null", "/").message == "is not a regular file");
}

TEST_CASE("what cannot be executed here is a fault before anything is started") {
  const folder f;
  f.file("nothing", "", 0755);
  const fault wrong = fault_of("./nothing", f.path());
  CHECK(wrong.where == f / "nothing");
  CHECK(wrong.message == "is an empty file");
}

TEST_CASE("the digest of a file is FNV-1a of 64 bits, with its size") {
  const folder f;
  // Test vectors of the authors of FNV.
  CHECK(digest_of(f.file("empty", ""))->fnv1a64 == "cbf29ce484222325");
  CHECK(digest_of(f.file("a", "a"))->fnv1a64 == "af63dc4c8601ec8c");
  const auto foobar = digest_of(f.file("foobar", "foobar"));
  CHECK(foobar->fnv1a64 == "85944171f73967e8");
  CHECK(foobar->bytes == 6);
  CHECK(digest_of(f.file("large", std::string(1'000'000, 'x')))->bytes == 1'000'000);
}

TEST_CASE("the digest of a file that cannot be read is a fault") {
  const folder f;
  CHECK(digest_of(f / "missing").error().where == f / "missing");
  CHECK(digest_of(f.path()).error().message == "cannot be read: Is a directory");
}

}  // namespace lambdaprof::host
