// SPDX-License-Identifier: Apache-2.0
#include "host/kept_paths.hpp"

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;
using strings = std::vector<std::string>;

namespace {

strings inner_of(const std::vector<kept_path>& kept) {
  strings names;
  for (const kept_path& k : kept) names.push_back(k.inner + (k.is_folder ? "/" : ""));
  return names;
}

}  // namespace

TEST_CASE("of the names only absolute paths of what is in the hidden folder are kept") {
  const folder f;
  f.file("app.py", "");
  f.file("not-named", "");
  fs::create_directories(f / "code/lib");
  const strings names{f / "app.py",   f / "code/", f / "missing",         f.path(), "/", "/usr/bin",
                      f.path() + "x", "app.py",    "--file=" + (f / "x"), ""};
  const auto kept = kept_paths(f.path(), names);
  CHECK(inner_of(kept) == strings{"app.py", "code/"});
  CHECK(kept.front().path == f / "app.py");
}

TEST_CASE("what is kept with the folder around it is not kept twice") {
  const folder f;
  fs::create_directories(f / "code/lib");
  fs::create_directory(f / "code.d");
  f.file("code/main", "");
  CHECK(inner_of(kept_paths(f.path(), {f / "code/main", f / "code", f / "code/lib", f / "code",
                                       f / "code.d"})) == strings{"code/", "code.d/"});
}

TEST_CASE("a symlink is kept with what it points to") {
  const folder f;
  const folder other;
  other.file("outside", "");
  fs::create_directory(f / "real");
  f.file("real/file", "");
  fs::create_directory_symlink("real", f / "link");
  fs::create_symlink(other / "outside", f / "away");
  const auto kept = kept_paths(f.path(), {f / "link/file", f / "away"});
  CHECK(inner_of(kept) == strings{"away", "link/file", "real/file"});
}

TEST_CASE("a hidden folder that is itself a symlink is known by both names") {
  const folder f;
  fs::create_directory(f / "real");
  fs::create_directory_symlink("real", f / "tmp");
  f.file("real/file", "");
  const auto by_link = kept_paths(f / "tmp", {f / "tmp/file"});
  CHECK(inner_of(by_link) == strings{"file"});
  CHECK(inner_of(kept_paths(f / "tmp", {f / "real/file"})) == strings{"file"});
}

}  // namespace lambdaprof::host
