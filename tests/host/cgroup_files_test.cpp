// SPDX-License-Identifier: Apache-2.0
#include "host/cgroup_files.hpp"

#include <cerrno>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

TEST_CASE("a number stands alone or behind its name, and one that is not there is -1") {
  constexpr const char* text = "usage_usec 277176\nuser_usec 27\nuser_usec_x 1\nodd\nmax max\n";
  CHECK(number_in(text, "usage_usec") == 277176);
  CHECK(number_in(text, "user_usec") == 27);
  CHECK(number_in(text, "user") == -1);
  CHECK(number_in(text, "odd") == -1);
  CHECK(number_in(text, "max") == -1);
  CHECK(number_in("4096\n") == 4096);
  CHECK(number_in("max\n") == -1);
  CHECK(number_in("") == -1);
}

TEST_CASE("a controller is listed if the whole word is") {
  CHECK(has_word("cpuset cpu io memory\n", "cpu"));
  CHECK(has_word("cpuset cpu io memory\n", "memory"));
  CHECK(has_word("cpu\n", "cpu"));
  CHECK_FALSE(has_word("cpuset io hugememory\n", "cpu"));
  CHECK_FALSE(has_word("cpuset io hugememory\n", "memory"));
  CHECK_FALSE(has_word("", "cpu"));
}

TEST_CASE("a control file is read and written from its beginning, again and again") {
  const folder f;
  const control_file file(f.file("quota", "-1\n"), control_file::access::both);
  CHECK(file.text() == "-1\n");
  CHECK(file.write("1447") == 0);
  CHECK(file.write("20") == 0);
  CHECK(file.text() == "2047");
}

TEST_CASE("a control file that is not there reads as empty, and a write says why it failed") {
  const folder f;
  const control_file none;
  CHECK_FALSE(none);
  CHECK(none.text().empty());
  CHECK(none.write("1") == EBADF);
  CHECK_FALSE(control_file(f / "missing", control_file::access::read));
  CHECK(write_control(f / "missing", "1") == ENOENT);
  CHECK(members_of(f / "missing").empty());
  CHECK(groups_in(f / "missing").empty());
  CHECK(remove_group_tree(f / "missing"));
}

TEST_CASE("the members of a group are read one from each line") {
  const folder f;
  f.file("cgroup.procs", "12\n0\n4194303\n");
  CHECK(members_of(f.path()) == std::vector<int>{12, 0, 4194303});
}

TEST_CASE("what is not a group is not removed") {
  const folder f;
  fs::create_directory(f / "inner");
  f.file("inner/kept", "");
  CHECK_FALSE(remove_group_tree(f / "inner"));
  CHECK(fs::exists(f / "inner/kept"));
}

}  // namespace lambdaprof::host
