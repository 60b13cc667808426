// SPDX-License-Identifier: Apache-2.0
#include "host/mounts.hpp"

#include <doctest/doctest.h>

#include <ostream>

namespace lambdaprof::host {

namespace {

// As recorded on machines, shortened to what says something.
constexpr const char* v1_mounts =
    "22 27 0:21 / /proc rw,nosuid shared:5 - proc proc rw\n"
    "31 25 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755\n"
    "33 31 0:29 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd\n"
    "36 31 0:32 / /sys/fs/cgroup/cpu,cpuacct rw shared:14 - cgroup cgroup rw,cpu,cpuacct\n"
    "37 31 0:33 / /sys/fs/cgroup/cpuset rw shared:15 - cgroup cgroup rw,cpuset\n"
    "38 31 0:34 / /sys/fs/cgroup/memory rw shared:16 - cgroup cgroup rw,memory\n"
    "39 31 0:35 / /sys/fs/cgroup/freezer rw shared:17 - cgroup cgroup rw,freezer\n";

constexpr const char* v2_mounts =
    "23 28 0:21 / /proc rw,nosuid shared:12 - proc proc rw\n"
    "32 22 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
    "41 23 0:36 / /proc/sys/fs/binfmt_misc rw shared:16 - autofs systemd-1 rw,fd=30\n";

}  // namespace

TEST_CASE("with cgroup v1 each controller has our group in a hierarchy of its own") {
  const auto found = hierarchies_of(v1_mounts,
                                    "9:freezer:/\n8:memory:/user.slice/user-1000.slice\n"
                                    "5:cpuset:/\n4:cpu,cpuacct:/user.slice\n"
                                    "1:name=systemd:/user.slice/user-1000.slice/session-2.scope\n");
  CHECK(found.cpu == "/sys/fs/cgroup/cpu,cpuacct/user.slice");
  CHECK(found.cpuacct == found.cpu);
  CHECK(found.memory == "/sys/fs/cgroup/memory/user.slice/user-1000.slice");
  CHECK(found.freezer == "/sys/fs/cgroup/freezer");
  CHECK(found.unified.empty());
  CHECK(folders_of(found).size() == 3);
}

TEST_CASE("with cgroup v2 there is one group for everything") {
  hierarchies expected;
  expected.unified = "/sys/fs/cgroup";
  CHECK(hierarchies_of(v2_mounts, "0::/\n") == expected);

  expected.unified =
      "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/a.scope";
  CHECK(hierarchies_of(v2_mounts,
                       "0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.scope\n") ==
        expected);

  expected.unified = "/sys/fs/cgroup/odd:name, with blank";
  CHECK(hierarchies_of(v2_mounts, "0::/odd:name, with blank\n") == expected);
}

TEST_CASE("where both versions are mounted side by side both are found") {
  const auto found = hierarchies_of(
      "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
      "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
      "33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct\n"
      "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
      "37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer\n"
      "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n",
      "9:name=systemd:/\n6:freezer:/\n4:memory:/api/0f22\n2:cpuacct:/\n1:cpu:/\n0::/\n");
  CHECK(found.cpu == "/sys/fs/cgroup/cpu");
  CHECK(found.cpuacct == "/sys/fs/cgroup/cpuacct");
  CHECK(found.memory == "/sys/fs/cgroup/memory/api/0f22");
  CHECK(found.freezer == "/sys/fs/cgroup/freezer");
  CHECK(found.unified == "/sys/fs/cgroup/unified");
  CHECK(folders_of(found).size() == 5);
}

TEST_CASE(
    "in a container the mount shows a part of the hierarchy, and our group is counted from there") {
  // Docker with v2 and a private cgroup namespace, and with v1 and none.
  CHECK(hierarchies_of("698 697 0:27 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate\n",
                       "0::/\n")
            .unified == "/sys/fs/cgroup");
  constexpr const char* v1 =
      "711 703 0:33 /docker/4f5a /sys/fs/cgroup/memory ro,nosuid master:16 - cgroup cgroup "
      "rw,memory\n";
  CHECK(hierarchies_of(v1, "8:memory:/docker/4f5a\n").memory == "/sys/fs/cgroup/memory");
  CHECK(hierarchies_of(v1, "8:memory:/docker/4f5a/inner\n").memory ==
        "/sys/fs/cgroup/memory/inner");
  CHECK(hierarchies_of(v1, "8:memory:/docker/4f5abc\n").memory.empty());
  CHECK(hierarchies_of(v1, "8:memory:/\n").memory.empty());
}

TEST_CASE("a group that cannot be seen counts as not there") {
  CHECK(hierarchies_of(v2_mounts, "0::/../other\n") == hierarchies{});
  CHECK(hierarchies_of(v2_mounts, "0::/gone (deleted)\n") == hierarchies{});
  CHECK(hierarchies_of("32 22 0:27 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/\n") ==
        hierarchies{});
  CHECK(hierarchies_of(v2_mounts, "") == hierarchies{});
}

TEST_CASE("without control groups nothing is found, whatever else the tables say") {
  CHECK(hierarchies_of("", "") == hierarchies{});
  CHECK(hierarchies_of("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,memory\n",
                       "4:memory:/\n0::/\n") == hierarchies{});
  CHECK(hierarchies_of("cgroup", "0::/\n") == hierarchies{});
  CHECK(hierarchies_of("1 2 3 / /x rw - cgroup2", "0:") == hierarchies{});
  CHECK(hierarchies_of("\n\n \n - - \n", "\n:\n::\n") == hierarchies{});
  CHECK(folders_of(hierarchies{}).empty());
}

TEST_CASE("blanks and backslashes in a mount point are spelled out") {
  const auto found = hierarchies_of(
      R"(32 22 0:27 / /mnt/my\040groups\134x\011y\12 rw - cgroup2 cgroup2 rw)", "0::/a\\040b\n");
  CHECK(found.unified == "/mnt/my groups\\x\ty\\12/a\\040b");
}

TEST_CASE("of two mounts of a hierarchy the one that can be written is used") {
  const std::string readable = "50 22 0:27 / /ro ro - cgroup2 cgroup2 rw\n";
  const std::string writable = "51 22 0:27 / /rw rw - cgroup2 cgroup2 rw\n";
  CHECK(hierarchies_of(readable + writable, "0::/\n").unified == "/rw");
  CHECK(hierarchies_of(writable + readable, "0::/\n").unified == "/rw");
  CHECK(hierarchies_of(readable, "0::/\n").unified == "/ro");
}

TEST_CASE("all mounts of control groups are found, of whatever controller") {
  CHECK(group_mounts_in(v1_mounts) ==
        std::vector<std::string>{"/sys/fs/cgroup/systemd", "/sys/fs/cgroup/cpu,cpuacct",
                                 "/sys/fs/cgroup/cpuset", "/sys/fs/cgroup/memory",
                                 "/sys/fs/cgroup/freezer"});
  CHECK(group_mounts_in(v2_mounts) == std::vector<std::string>{"/sys/fs/cgroup"});
  CHECK(group_mounts_in("").empty());
}

TEST_CASE("a group below is below in each hierarchy that there is") {
  hierarchies groups;
  groups.cpu = "/c/cpu";
  groups.unified = "/c/unified/own";
  hierarchies expected;
  expected.cpu = "/c/cpu/a";
  expected.unified = "/c/unified/own/a";
  CHECK(below(groups, "a") == expected);
}

}  // namespace lambdaprof::host
