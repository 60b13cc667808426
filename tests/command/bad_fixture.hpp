// SPDX-License-Identifier: Apache-2.0
// The built program where something is missing: with mounts, control groups and a TMPDIR of its
// own, so that neither other runs nor the host are touched.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/cgroup_files.hpp"
#include "host/mounts.hpp"
#include "host/proc.hpp"
#include "support/places.hpp"

namespace lambdaprof::bad {

namespace fs = std::filesystem;
using strings = std::vector<std::string>;

inline const std::string program = std::string(support::binary_dir) + "/lambdaprof";
inline const std::string samples = std::string(support::binary_dir) + "/sample-functions";
constexpr const char* no_mounts = "nothing can be mounted here";
constexpr const char* no_groups = "no control groups can be made here";

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline bool eventually(const std::function<bool()>& holds) {
  for (int looks = 0; looks < 5000; ++looks) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return holds();
}

/// A folder, with one inside for what runs keep in TMPDIR.
struct folder {
  std::string path = "/var/tmp/lambdaprof-bad-XXXXXX";
  folder() {
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    fs::create_directory(tmp());
    fs::permissions(path, fs::perms(0755));
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return path + "/" + name; }
  std::string tmp() const { return *this / "tmp"; }
};

/// Control groups below ours, for runs that see no others and that no others see.
class private_groups {
  host::hierarchies around =
      host::below(host::own_hierarchies(), fmt::format("test.{}", ::getpid()));
  strings outer() const { return folders_of(around); }

 public:
  const host::hierarchies here = host::below(around, "main");
  bool is_usable = !outer().empty();

  private_groups() {
    for (const std::string& group : outer())
      is_usable = ::mkdir(group.c_str(), 0755) == 0 && is_usable;
    for (const std::string& group : folders_of(here))
      is_usable = ::mkdir(group.c_str(), 0755) == 0 && is_usable;
  }
  private_groups(const private_groups&) = delete;
  private_groups& operator=(const private_groups&) = delete;
  ~private_groups() {
    for (const std::string& group : outer()) host::remove_group_tree(group);
  }

  /// Moves the process that calls it.
  bool enter() const {
    const strings all = folders_of(here);
    return std::all_of(all.begin(), all.end(), [](const std::string& group) {
      return host::write_control(group + "/cgroup.procs", "0") == 0;
    });
  }
  /// Those of runs, in all hierarchies; in v2 a run may have its own beside `here`.
  strings of_runs() const {
    strings found;
    strings parents = outer();
    for (const std::string& group : folders_of(here)) parents.push_back(group);
    for (const std::string& parent : parents)
      for (const std::string& name : host::groups_in(parent))
        if (name != "main") found.push_back(parent + "/" + name);
    return found;
  }
};

struct outcome {
  int status = -1;
  std::string out;
  std::string err;
};

/// The script by the shell, with the program as $L, the samples as $S and the folder as $F, and
/// with mounts that nobody else sees. `m` and `u` are mount and umount, and status 77 where they
/// cannot.
inline outcome run(const folder& f, const std::string& script,
                   const private_groups* groups = nullptr) {
  std::ofstream(f / "script") << fmt::format(
      "L={} S={} F={}; export TMPDIR=$F/tmp\n"
      "m() {{ $APART && mount \"$@\" || exit 77; }}\n"
      "u() {{ $APART && umount \"$@\" || exit 77; }}\n{}\n",
      program, samples, f.path, script);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (groups != nullptr && !groups->enter()) ::_exit(77);
    const std::string line = fmt::format(
        "export APART=false; unshare --mount true 2>/dev/null && APART=true; $APART && "
        "apart='unshare --mount --propagation private'; "
        "exec $apart sh {0}/script >{0}/out 2>{0}/err </dev/null",
        f.path);
    ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    ::_exit(127);
  }
  int raw = 0;
  ::waitpid(pid, &raw, 0);
  return {WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), host::read_text(f / "out"),
          host::read_text(f / "err")};
}

}  // namespace lambdaprof::bad
