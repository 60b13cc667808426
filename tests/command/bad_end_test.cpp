// SPDX-License-Identifier: Apache-2.0
// What a run leaves, however and whenever it is ended, and what it does about other runs and what
// those have left.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "command/bad_fixture.hpp"
#include "host/run_name.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

using namespace bad;
using nlohmann::json;
using support::skip;

namespace {

/// Living processes that have this in their environment.
bool is_alive(const std::string& mark) {
  std::error_code ignored;
  for (const auto& p : fs::directory_iterator("/proc", ignored))
    if (contains(host::read_text((p.path() / "environ").string()), mark)) return true;
  return false;
}

std::string unique_mark() {
  static int marks = 0;
  return fmt::format("MARK=bad-{}-{}.", ::getpid(), ++marks);
}

/// Takes v2 from this process and its children, so that a run freezes by v1, which keeps even the
/// dead; nobody else notices.
bool hide_unified() {
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return false;
  for (const std::string& point : host::group_mounts_in(host::read_text("/proc/self/mountinfo"))) {
    const bool is_v2 = fs::exists(point + "/cgroup.controllers");
    if (is_v2 && ::umount2(point.c_str(), MNT_DETACH) != 0) return false;
  }
  return true;
}

enum class freezer { as_found, v1 };

/// A run in the background that leads a process group; killed and waited for at the end.
class background {
 public:
  background(const folder& f, const private_groups& groups, strings arguments,
             freezer kind = freezer::as_found)
      : pid_(::fork()) {
    if (pid_ != 0) return;
    ::setpgid(0, 0);
    const int out = ::open((f / "out").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644);
    for (const int fd : {1, 2}) ::dup2(out, fd);
    ::setenv("TMPDIR", f.tmp().c_str(), 1);
    arguments.insert(arguments.begin(), {"lambdaprof", "run"});
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    if (groups.enter() && (kind == freezer::as_found || hide_unified()))
      ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  background(const background&) = delete;
  background& operator=(const background&) = delete;
  ~background() {
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
    wait();
  }
  int pid() const { return pid_; }
  int inner() const {
    std::vector<int> children;
    eventually([&] { return !(children = host::children_of(pid_)).empty(); });
    return children.empty() ? -1 : children.front();
  }
  int wait() {
    int raw = 0;
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), &raw, 0);
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  }

 private:
  pid_t pid_;
};

bool is_frozen(const std::string& run_group) {
  for (const std::string& name : host::groups_in(run_group)) {
    const std::string group = run_group + "/" + name;
    if (host::number_in(host::read_text(group + "/cgroup.events"), "frozen") == 1 ||
        host::read_text(group + "/freezer.state").starts_with("FROZEN"))
      return name.starts_with("environment.");
  }
  return false;
}

struct moment {
  const char* name;
  std::function<bool(const folder&, const private_groups&, const std::string& mark)> has_come;
};

const std::vector<moment> moments{
    {"its first group is there",
     [](const auto&, const auto& groups, const auto&) { return !groups.of_runs().empty(); }},
    {"its folder is there",
     [](const auto& f, const auto&, const auto&) { return !fs::is_empty(f.tmp()); }},
    {"a function lives", [](const auto&, const auto&, const auto& mark) { return is_alive(mark); }},
    {"a function stands still",
     [](const auto&, const auto& groups, const auto&) {
       const strings all = groups.of_runs();
       return std::any_of(all.begin(), all.end(), is_frozen);
     }},
};

enum class victim { keeper, inner };

struct ending {
  const char* name;
  int signal;
  victim whose;
  int status;
};

constexpr ending endings[]{{"Ctrl-C", SIGINT, victim::keeper, 130},
                           {"kill -9 of the keeper", SIGKILL, victim::keeper, 137},
                           {"kill -9 of the run itself", SIGKILL, victim::inner, 137}};

constexpr const char* burst_and_rest =
    R"({"load": {"plan": [{"burst": 3}, {"sequential": 2}, {"idle": "1h"}, {"burst": 1}]}})";

void check_ends(freezer kind) {
  const private_groups groups;
  if (!groups.is_usable) return skip(no_groups);
  const std::string mounts = host::read_text("/proc/self/mountinfo");
  for (const moment& m : moments)
    for (const ending& e : endings) {
      CAPTURE(std::string(m.name));
      CAPTURE(std::string(e.name));
      const folder f;
      const std::string mark = unique_mark();
      std::ofstream(f / "profile.json") << burst_and_rest;
      background r(f, groups,
                   {samples + "/crasher", "--profile", f / "profile.json", "--env",
                    "CRASH=double-fork", "--env", mark, "--idle-clock", "real"},
                   kind);
      REQUIRE_MESSAGE(eventually([&] { return m.has_come(f, groups, mark); }),
                      host::read_text(f / "out"));
      ::kill(e.whose == victim::keeper ? r.pid() : r.inner(), e.signal);
      CHECK(r.wait() == e.status);
      CHECK(eventually([&] { return !is_alive(mark); }));
      CHECK(eventually([&] { return groups.of_runs().empty(); }));
      CHECK(eventually([&] { return fs::is_empty(f.tmp()); }));
    }
  CHECK(host::read_text("/proc/self/mountinfo") == mounts);
}

}  // namespace

TEST_CASE("two runs at once do not disturb each other, and leave nothing") {
  const folder f;
  const private_groups groups;
  if (!groups.is_usable) return skip(no_groups);
  const std::string mark = unique_mark();
  const std::string one =
      "$L run $S/crasher --env CRASH=double-fork --env " + mark + " --cold 10 --burst 5 --json $F/";
  const outcome o = run(f,
                        one + "a & first=$!; " + one + "b & second=$!\n" +
                            "wait $first; a=$?; wait $second; echo $a $?",
                        &groups);
  if (o.status == 77) return skip(no_groups);
  CHECK_MESSAGE(o.out.ends_with("\n0 0\n"), o.err);
  for (const char* name : {"a", "b"}) {
    const json variant = json::parse(host::read_text(f / name))["variants"][0];
    CHECK(variant["summary"]["counts"]["by_outcome"] == json{{"success", 50}});
    for (const json& note : variant["notes"])
      CHECK_FALSE_MESSAGE(contains(note.dump(), "killed"), note.dump());
  }
  CHECK(groups.of_runs().empty());
  CHECK(fs::is_empty(f.tmp()));
  CHECK_FALSE(is_alive(mark));
}

TEST_CASE(
    "what a run has left that was killed with its keeper goes with the next, and it is said") {
  const folder f;
  const private_groups groups;
  if (!groups.is_usable) return skip(no_groups);
  const std::string mark = unique_mark();
  {
    background killed(
        f, groups,
        {samples + "/crasher", "--env", "CRASH=double-fork", "--env", mark, "--warm", "100000"});
    REQUIRE_MESSAGE(eventually([&] { return is_alive(mark); }), host::read_text(f / "out"));
    const int inner = killed.inner();
    ::kill(-killed.pid(), SIGKILL);
    REQUIRE(eventually([&] { return !host::is_other_living_run(inner); }));
  }
  REQUIRE_FALSE(groups.of_runs().empty());
  REQUIRE_FALSE(fs::is_empty(f.tmp()));
  // Those of a living run, and what only looks like ours.
  const strings others{fmt::format("lambdaprof.{}", ::getpid()), "lambdaprof.x", "other.4194304"};
  for (const std::string& name : others) fs::create_directory(f.tmp() + "/" + name);
  for (const std::string& group : folders_of(groups.here))
    for (const std::string& name : others)
      REQUIRE(::mkdir((group + "/" + name).c_str(), 0755) == 0);

  const outcome o = run(f, "$L run $S/hello --cold 1 --warm 1", &groups);
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK_MESSAGE(contains(o.out, "removed the control groups of an earlier run"), o.out);
  CHECK_MESSAGE(contains(o.out, "removed the folders of an earlier run"), o.out);
  CHECK_FALSE(is_alive(mark));
  CHECK(groups.of_runs().size() == others.size() * folders_of(groups.here).size());
  for (const std::string& name : others) CHECK(fs::remove(f.tmp() + "/" + name));
  CHECK(fs::is_empty(f.tmp()));
}

TEST_CASE("whenever and however a run is ended, no process, group, mount or folder is left") {
  check_ends(freezer::as_found);
}

TEST_CASE("nor where the freezer is that of v1, in which nobody dies who stands still") {
  const host::hierarchies own = host::own_hierarchies();
  if (own.unified.empty() || own.freezer.empty()) return skip("not both versions are mounted");
  const int child = ::fork();
  if (child == 0) ::_exit(hide_unified() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (status != 0) return skip(no_mounts);
  check_ends(freezer::v1);
}

}  // namespace lambdaprof
