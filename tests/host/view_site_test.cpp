// SPDX-License-Identifier: Apache-2.0
// What can be had where, and that nothing of it is left.
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include <cerrno>
#include <optional>

#include "host/apart.hpp"
#include "host/view.hpp"
#include "host/view_fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof::host {

using namespace testing;
using support::skip;

namespace {

/// Gives away, in the child of run_apart, what it takes to make a mount namespace.
bool drop_admin() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (::syscall(SYS_capget, &header, data) != 0) return false;
  constexpr unsigned admin = 1U << CAP_SYS_ADMIN;
  data[0].effective &= ~admin;
  data[0].permitted &= ~admin;
  data[0].inheritable &= ~admin;
  return ::syscall(SYS_capset, &header, data) == 0;
}

std::string own_mountinfo() {
  return read_text("/proc/self/mountinfo");
}

}  // namespace

TEST_CASE("code in / or in /tmp itself stays writable, and a view says why") {
  const folder place;
  run root({"/", {shell}});
  if (!root.can()) return skip(no_views);
  CHECK_FALSE(root.site.abilities().read_only_code.can);
  CHECK(root.site.abilities().read_only_code.why_not ==
        "the code's folder is /, where it has to write");
  CHECK_FALSE(root.site.abilities().read_only_code.remedy.empty());
  const auto v = root.site.make();
  REQUIRE(v);
  CHECK(sh(*v, "ls -A /tmp").lines.empty());

  run tmp({"/tmp", {shell}});
  const view_abilities& a = tmp.site.abilities();
  CHECK(a.hidden_groups.can);
  CHECK_FALSE(a.read_only_code.can);
  CHECK_FALSE(a.own_tmp.can);
  CHECK(a.own_tmp.why_not == "/tmp is the folder of the code");
  const auto shared = tmp.site.make();
  REQUIRE(shared);
  CHECK(sh(*shared, "test -d " + place.path() + " -a -w .", "/tmp").status ==
        (place.path().starts_with("/tmp/") ? 0 : 1));
  CHECK(sh(*shared, "grep ' - cgroup' /proc/self/mountinfo").lines.empty());
}

TEST_CASE("neither mounts nor folders nor descriptors are left, and ours were never touched") {
  const std::string before = own_mountinfo();
  const folder tmp;
  const auto descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto open_before = descriptors();
  {
    run r({tmp.path(), {shell}});
    if (!r.can()) return skip(no_views);
    CHECK(fs::is_empty(r.made->path()));
    {
      auto first = r.site.make();
      const auto second = r.site.make();
      REQUIRE(first);
      REQUIRE(second);
      CHECK(sh(*first, "mkdir -p /tmp/a/b; echo > /tmp/a/b/file; chmod 0 /tmp/a").status == 0);
      const view moved = std::move(*first);
      CHECK(sh(moved, "test -f /tmp/a/b/file").status == 0);
      CHECK(own_mountinfo() == before);
    }
    CHECK(fs::is_empty(r.made->path()));
    run failing({tmp / "missing", {tmp / "missing/main"}});
    CHECK_FALSE(failing.site.make());
    CHECK(fs::is_empty(failing.made->path()));
  }
  CHECK(own_mountinfo() == before);
  CHECK(descriptors() == open_before);
  CHECK(tmp.names().empty());
  CHECK(children_of(::getpid()).empty());
}

TEST_CASE("a launch begins after its view was entered, and says so if that is none") {
  const elsewhere code;
  run r({code.path(), {shell}});
  if (!r.can()) return skip(no_views);
  const auto v = r.site.make();
  REQUIRE(v);
  auto ends = std::move(*make_pipe());
  const clock time;
  launch_request request{{"/bin/true"}, {}, "/", ends.write.number(), ends.write.number()};
  request.view = v->number();
  const instant before = time.now();
  const auto started = launch(request, time);
  REQUIRE(std::holds_alternative<launched>(started));
  const auto& l = std::get<launched>(started);
  CHECK(before < l.began);
  CHECK(l.began < l.started);
  CHECK(::waitpid(l.pid, nullptr, 0) == l.pid);

  // A descriptor that is no namespace.
  request.view = ends.read.number();
  const auto refused = launch(request, time);
  REQUIRE(std::holds_alternative<launch_error>(refused));
  CHECK(std::get<launch_error>(refused).step == "mount namespace");
  CHECK(std::get<launch_error>(refused).error_number == EINVAL);
}

TEST_CASE("without the privilege a site says why there are no views and what to do about it") {
  const elsewhere code;
  const folder place;
  const auto made = run_folder::make(place.path());
  REQUIRE(made);
  bool is_dropped = false;
  std::optional<view_site> site;
  REQUIRE(run_apart([&] {
    is_dropped = drop_admin();
    site.emplace(view_site::open(*made, {code.path(), {shell}, "/bin/sh"}));
  }));
  REQUIRE(is_dropped);
  const view_abilities& a = site->abilities();
  for (const ability* one : {&a.hidden_groups, &a.read_only_code, &a.own_tmp, &a.staged}) {
    CHECK_FALSE(one->can);
    CHECK(one->how.empty());
    CHECK(one->why_not == "cannot make a mount namespace: Operation not permitted");
    CHECK(one->remedy.find("as root") != std::string::npos);
  }
  const auto v = site->make();
  REQUIRE_FALSE(v);
  CHECK(v.error().kind == fault_kind::host);
  CHECK(v.error().message == a.own_tmp.why_not);
  CHECK(fs::is_empty(made->path()));
}

TEST_CASE("in a chroot a site says that there are no views, since they would lead out of it") {
  const elsewhere other;
  bool is_inside = false;
  std::optional<view_site> site;
  REQUIRE(run_apart([&] {
    is_inside = ::unshare(CLONE_NEWNS) == 0 &&
                ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                ::mount("none", other.path().c_str(), "tmpfs", 0, nullptr) == 0;
    for (const char* name : {"/proc", "/usr", "/bin", "/lib", "/lib64", "/tmp", "/var/tmp"}) {
      std::error_code error;
      if (!is_inside || !fs::exists(name, error)) continue;
      const std::string inner = other.path() + name;
      fs::create_directories(inner, error);
      is_inside = ::mount(name, inner.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0;
    }
    is_inside = is_inside && ::chroot(other.path().c_str()) == 0 && ::chdir("/") == 0;
    if (!is_inside) return;
    const auto made = run_folder::make("/");
    site.emplace(view_site::open(*made, {"/usr", {shell}}));
  }));
  if (!is_inside) return skip(no_views);
  CHECK_FALSE(site->abilities().hidden_groups.can);
  CHECK(site->abilities().hidden_groups.remedy == "do not run it in a chroot");
  CHECK_FALSE(site->make());
}

TEST_CASE("each ability of a site is explained or refused with a reason") {
  const elsewhere code;
  const run r({code.path(), {shell}});
  const view_abilities& a = r.site.abilities();
  for (const ability* one : {&a.hidden_groups, &a.read_only_code, &a.own_tmp}) {
    CHECK(one->how.empty() != one->can);
    CHECK(one->why_not.empty() == one->can);
  }
  CHECK_FALSE(a.staged.can);
  CHECK(a.staged.why_not.empty());
}

}  // namespace lambdaprof::host
