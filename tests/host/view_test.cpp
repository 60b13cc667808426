// SPDX-License-Identifier: Apache-2.0
#include "host/view.hpp"

#include <sched.h>
#include <sys/mount.h>

#include <optional>

#include "host/apart.hpp"
#include "host/view_fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;
using support::skip;

TEST_CASE("a function finds no control groups mounted, and no files of theirs") {
  const elsewhere code;
  run r({code.path(), {shell}});
  if (!r.can()) return skip(no_views);
  const auto v = r.site.make();
  REQUIRE(v);
  CHECK(sh(*v, "grep -e ' - cgroup' -e /sys/fs/cgroup /proc/self/mountinfo").lines.empty());
  CHECK(sh(*v, "find /sys/fs/cgroup -mindepth 1").lines.empty());
  // Not because it is in none.
  std::string groups;
  for (const std::string& line : sh(*v, "cat /proc/self/cgroup").lines) groups += line + "\n";
  CHECK(groups == read_text("/proc/self/cgroup"));
}

TEST_CASE("a function can read and execute its code, but not change it") {
  const elsewhere code;
  std::ofstream(code.path() + "/main") << "#!/bin/sh\necho ran; > $0; echo $?; > new; echo $?\n";
  fs::permissions(code.path() + "/main", fs::perms::owner_all);
  const std::string main = code.path() + "/main";
  run r({code.path(), {main}});
  if (!r.site.abilities().read_only_code.can) return skip(no_views);
  const auto v = r.site.make();
  REQUIRE(v);
  const outcome o = launch_in(*v, {main}, code.path());
  CHECK(o.status == 0);
  REQUIRE(o.lines.size() == 5);
  CHECK(o.lines[0] == "ran");
  CHECK(o.lines[1].find("Read-only file system") != std::string::npos);
  CHECK(o.lines[2] == "2");
  CHECK(o.lines[3].find("Read-only file system") != std::string::npos);
  CHECK(o.lines[4] == "2");
  CHECK(::access(main.c_str(), W_OK) == 0);
}

TEST_CASE("what is mounted in the code's folder is seen and read-only too") {
  const elsewhere code;
  const elsewhere other;
  fs::create_directory(code.path() + "/mount");
  std::ofstream(other.path() + "/file") << "text\n";
  bool is_mounted = false;
  std::optional<outcome> seen;
  // In a namespace that stands for the host's.
  REQUIRE(run_apart([&] {
    is_mounted = ::unshare(CLONE_NEWNS) == 0 &&
                 ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                 ::mount(other.path().c_str(), (code.path() + "/mount").c_str(), nullptr, MS_BIND,
                         nullptr) == 0;
    if (!is_mounted) return;
    run r({code.path(), {shell}});
    if (const auto v = r.site.make())
      seen = sh(*v, "cat mount/file; test -w mount || echo read-only", code.path());
  }));
  if (!is_mounted) return skip(no_views);
  REQUIRE(seen);
  CHECK(seen->lines == strings{"text", "read-only"});
}

TEST_CASE(
    "a function has an empty /tmp that anyone may write to, and nothing of it is the host's") {
  const elsewhere code;
  const folder host_tmp;
  run r({code.path(), {shell}});
  if (!r.can()) return skip(no_views);
  const auto v = r.site.make();
  REQUIRE(v);
  CHECK(sh(*v, "ls -A /tmp; stat -c %a:%F /tmp").lines == strings{"1777:directory"});
  const std::string name = fs::path(host_tmp.path()).filename().string() + ".new";
  CHECK(sh(*v, "echo text > /tmp/" + name + " && cat /tmp/" + name).lines == strings{"text"});
  CHECK_FALSE(fs::exists("/tmp/" + name));
}

TEST_CASE("the processes of a view share its /tmp one after the other, those of another do not") {
  const elsewhere code;
  run r({code.path(), {shell}});
  if (!r.can()) return skip(no_views);
  const auto first = r.site.make();
  const auto second = r.site.make();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(sh(*first, "echo kept > /tmp/file").status == 0);
  CHECK(sh(*first, "cat /tmp/file").lines == strings{"kept"});
  CHECK(sh(*second, "ls -A /tmp").lines.empty());
}

TEST_CASE("what a function mounts is seen in its own view only") {
  const elsewhere code;
  run r({code.path(), {shell}});
  if (!r.can()) return skip(no_views);
  const auto first = r.site.make();
  const auto second = r.site.make();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(sh(*first, "mkdir /tmp/here && mount -t tmpfs none /tmp/here && mount -t tmpfs none /mnt")
            .status == 0);
  const strings in_first = sh(*first, "cat /proc/self/mountinfo").lines;
  CHECK(sh(*second, "cat /proc/self/mountinfo").lines.size() == in_first.size() - 2);
}

TEST_CASE(
    "of the host's /tmp only the code and what the command names are visible, where they are") {
  const folder tmp;
  if (!tmp.path().starts_with("/tmp/")) return skip("temporary folders are not in /tmp");
  const folder unrelated;
  for (const char* name : {"code", "bin", "data"}) fs::create_directory(tmp / name);
  tmp.file("code/file", "code\n");
  tmp.file("bin/main", "#!/bin/sh\nls -A /tmp " + tmp.path() + "; cat file \"$1\" \"$2/inner\"\n",
           0755);
  tmp.file("bin/beside", "");
  tmp.file("argument", "argument\n");
  tmp.file("not-named", "");
  tmp.file("data/inner", "data\n");
  const strings command{tmp / "bin/main", tmp / "argument", tmp / "data", tmp / "missing"};
  run r({tmp / "code", command});
  if (!r.can()) return skip(no_views);
  const auto v = r.site.make();
  REQUIRE(v);
  const std::string name = fs::path(tmp.path()).filename().string();
  CHECK(launch_in(*v, command, tmp / "code").lines == strings{"/tmp:", name, "", tmp.path() + ":",
                                                              "argument", "bin", "code", "data",
                                                              "code", "argument", "data"});
  CHECK(sh(*v, "ls " + (tmp / "bin")).lines == strings{"beside", "main"});
  CHECK(sh(*v, "cd " + (tmp / "code") + " && pwd -P && test ! -w file").lines ==
        strings{tmp / "code"});
  CHECK(sh(*v, "test -w " + (tmp / "argument")).status == 0);
}

TEST_CASE("a run's folder in the folder of the code does not make /tmp read-only") {
  const elsewhere code;
  run r({code.path(), {shell}}, code.path());
  if (!r.can()) return skip(no_views);
  const auto v = r.site.make();
  REQUIRE(v);
  CHECK(sh(*v, "echo > /tmp/file").status == 0);
  CHECK(sh(*v, "test -w .", code.path()).status == 1);
}

TEST_CASE("an executable directly in /tmp is visible without what is beside it") {
  const elsewhere code;
  std::string name = "/tmp/lambdaprof-test-XXXXXX";
  REQUIRE(descriptor(::mkstemp(name.data())));
  std::ofstream(name) << "#!/bin/sh\nls /tmp\n";
  fs::permissions(name, fs::perms::owner_all);
  run r({code.path(), {name}});
  const bool can = r.can();
  std::optional<outcome> seen;
  if (can) {
    const auto v = r.site.make();
    REQUIRE(v);
    seen = sh(*v, name);
  }
  fs::remove(name);
  if (!can) return skip(no_views);
  CHECK(seen->lines == strings{fs::path(name).filename().string()});
}

TEST_CASE("a staged copy is what is executed, at the path of the executable") {
  for (const std::string top : {"/tmp", "/var/tmp"}) {
    CAPTURE(top);
    std::string code = top + "/lambdaprof-test-XXXXXX";
    REQUIRE(::mkdtemp(code.data()) != nullptr);
    const std::string main = code + "/main";
    std::ofstream(main) << "#!/bin/sh\necho original\n";
    fs::permissions(main, fs::perms::owner_all);
    {
      run r({code, {main}});
      const std::string copy = r.made->path() + "/000001";
      std::ofstream(copy) << "#!/bin/sh\necho copy of $0\n";
      fs::permissions(copy, fs::perms::owner_all);
      const viewed staged{code, {main}, copy};
      view_site site = view_site::open(*r.made, staged);
      if (!site.abilities().staged.can) {
        fs::remove_all(code);
        return skip(no_views);
      }
      const auto plain = r.site.make();
      const auto v = site.make();
      REQUIRE(plain);
      REQUIRE(v);
      CHECK(launch_in(*v, {main}, code).lines == strings{"copy of " + main});
      CHECK(launch_in(*plain, {main}, code).lines == strings{"original"});
      CHECK(sh(*v, "echo >> main", code).status != 0);
    }
    CHECK(content_of(main) == "#!/bin/sh\necho original\n");
    fs::remove_all(code);
  }
}

}  // namespace lambdaprof::host
