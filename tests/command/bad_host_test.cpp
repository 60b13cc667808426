// SPDX-License-Identifier: Apache-2.0
// The built program on a machine that lacks something of what it would use: the run goes on as far
// as it can, says what is missing, and leaves nothing.
#include <nlohmann/json.hpp>

#include "command/bad_fixture.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

using namespace bad;
using nlohmann::json;
using support::skip;

namespace {

/// What a result says about one thing of the model.
json model_of(const std::string& result, const std::string& about) {
  const json all = json::parse(result);
  for (const json& one : all["model"])
    if (one["about"] == about) return one;
  return {{"says", "nothing"}, {"enforced", nullptr}};
}

/// Of the control groups of this machine, whatever their version.
constexpr const char* all_group_mounts =
    "$(awk '/ - cgroup/ {print $5}' /proc/self/mountinfo | sort -r)";

struct lack {
  std::string what;
  std::string script;
  strings not_enforced;
  strings enforced;
};

void check_lack(const lack& one) {
  CAPTURE(one.what);
  const folder f;
  const outcome o =
      run(f, one.script + "\n$L run $S/hello --cold 1 --warm 1 --json $F/r.json || exit\n" +
                 "for what in " + fmt::format("{}", fmt::join(one.not_enforced, " ")) +
                 "; do $L run $S/hello --require $what; echo $? $what >>$F/required; done");
  if (o.status == 77) return skip(one.what + ": " + no_mounts);
  REQUIRE_MESSAGE(o.status == 0, o.err);
  const std::string result = host::read_text(f / "r.json");
  for (const std::string& about : one.not_enforced) {
    CAPTURE(about);
    CHECK(model_of(result, about)["enforced"] == false);
    CHECK(contains(model_of(result, about)["says"].get<std::string>(), ": "));
    const std::size_t line = o.out.find("\n  not enforced");
    REQUIRE(line != std::string::npos);
    CHECK(contains(o.out.substr(line, o.out.find('\n', line + 1) - line), about));
    CHECK(contains(host::read_text(f / "required"), "5 " + about + "\n"));
    const std::size_t fault = o.err.find("lambdaprof: --require: cannot enforce " + about);
    REQUIRE_MESSAGE(fault != std::string::npos, o.err);
    CHECK(contains(o.err.substr(fault, o.err.find('\n', fault) - fault), " ("));  // the remedy
  }
  for (const std::string& about : one.enforced)
    CHECK_MESSAGE(model_of(result, about)["enforced"] == true, model_of(result, about)["says"]);
  CHECK(fs::is_empty(f.tmp()));
}

}  // namespace

TEST_CASE("control groups that are missing are said, refused if required, and cost no run") {
  check_lack({"no control groups",
              fmt::format("for g in {}; do u -l $g; done", all_group_mounts),
              {"cpu", "memory", "freeze"},
              {}});
  check_lack({"read-only control groups",
              fmt::format("for g in {}; do m -o remount,bind,ro $g; done", all_group_mounts),
              {"cpu", "memory", "freeze"},
              {}});
}

TEST_CASE("half of the controllers are used, and the other half is said and refused") {
  const host::hierarchies own = host::own_hierarchies();
  if (own.cpu.empty() || own.memory.empty() || own.cpu == own.memory)
    return skip("the controllers have no hierarchies of their own");
  const auto without = [](const std::string& controllers) {
    return fmt::format(
        "for g in $(awk '/ - cgroup .*[, ]({})(,|$)/ || / - cgroup2 / && \"{}\" ~ \"unified\" "
        "{{print $5}}' /proc/self/mountinfo); do u -l $g; done",
        controllers, controllers);
  };
  check_lack({"cpu without memory", without("memory"), {"memory"}, {"cpu", "freeze"}});
  check_lack({"memory without cpu", without("cpu"), {"cpu"}, {"memory", "freeze"}});
  check_lack({"no freezer", without("freezer|unified"), {"freeze"}, {"cpu", "memory"}});
}

TEST_CASE("a TMPDIR that cannot be used costs the view and the copy, not the run, and is said") {
  struct flaw {
    std::string script;
    strings not_enforced;
    std::string reason;
  };
  const strings everything{"control groups", "code", "/tmp", "executable"};
  const std::vector<flaw> flaws{
      {"TMPDIR=$F/nowhere", everything, "No such file or directory"},
      {"m -t tmpfs -o ro none $F/tmp", everything, "Read-only file system"},
      {"m -t tmpfs -o nr_inodes=2 none $F/tmp; touch $F/tmp/last", everything,
       "No space left on device"},
      {"m -t tmpfs -o nr_inodes=3 none $F/tmp", {"/tmp"}, "No space left on device"},
      {"m -t tmpfs -o size=64k none $F/tmp; cat /dev/zero >$F/tmp/full",
       {"executable"},
       "No space left on device"},
      {"m -t tmpfs -o noexec none $F/tmp", {"executable"}, "noexec"},
  };
  for (const flaw& one : flaws) {
    CAPTURE(one.script);
    const folder f;
    const outcome o =
        run(f, one.script + " 2>/dev/null\n$L run $S/hello --cold 1 --burst 3 --json $F/r.json\n" +
                   "status=$?; ls -d $F/tmp/lambdaprof.* && exit 9; exit $status");
    if (o.status == 77) return skip(no_mounts);
    REQUIRE_MESSAGE(o.status == 0, o.err);
    const std::string result = host::read_text(f / "r.json");
    for (const std::string& about : everything) {
      const json told = model_of(result, about);
      CAPTURE(told.dump());
      const bool is_lost = std::count(one.not_enforced.begin(), one.not_enforced.end(), about) > 0;
      CHECK(told["enforced"] == !is_lost);
      if (is_lost) CHECK(contains(told["says"].get<std::string>(), one.reason));
    }
    if (one.not_enforced == everything)
      CHECK_MESSAGE(contains(o.out, "name another place by TMPDIR"), o.out);
  }
}

TEST_CASE("a TMPDIR that is a relative path is none") {
  const folder f;
  const outcome o = run(f, "cd $F; TMPDIR=tmp $L run $S/hello --cold 1 --warm 1");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(fs::is_empty(f.tmp()));
}

TEST_CASE("a function that fills its /tmp is told so, and nothing of ours breaks") {
  const folder f;
  const outcome o = run(f,
                        "m -t tmpfs -o size=8m none $F/tmp\n"
                        "$L run $S/crasher --env CRASH=fill-tmp --cold 2 --warm 1 --warm-up 0 "
                        "--burst 2 -i --json $F/r.json || exit; ls -A $F/tmp >&2");
  if (o.status == 77) return skip(no_mounts);
  REQUIRE_MESSAGE(o.status == 0, o.err);
  const std::string result = host::read_text(f / "r.json");
  if (model_of(result, "/tmp")["enforced"] != true) return skip("no view can be made here");
  CHECK(o.err.empty());
  CHECK_MESSAGE(contains(o.out, "Function.NoSpace: No space left on device"), o.out);
  const json counts = json::parse(result)["variants"][0]["summary"]["counts"];
  CHECK(counts["by_outcome"]["function_error"].get<int>() +
            counts["by_outcome"]["success"].get<int>() ==
        6);
  CHECK(contains(model_of(result, "/tmp")["says"].get<std::string>(), "in memory"));
}

TEST_CASE("what may not be read, entered or executed is named") {
  const folder f;
  const outcome noexec = run(f,
                             "m -t tmpfs -o noexec none $F/tmp\n"
                             "cp $S/hello $F/tmp; $L run $F/tmp/hello");
  if (noexec.status == 77) return skip(no_mounts);
  CHECK(noexec.status == 2);
  CHECK_MESSAGE(contains(noexec.err, "noexec"), noexec.err);

  const std::string nobody =
      ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  const std::string closed = "chmod 1777 $F/tmp; mkdir -m 0 $F/closed; ";
  const outcome folder_of_it = run(f, closed + nobody + "$L run $F/closed/bootstrap");
  CHECK(folder_of_it.status == 2);
  CHECK_MESSAGE(contains(folder_of_it.err, "closed/bootstrap: Permission denied"),
                folder_of_it.err);
  const outcome working = run(f, nobody + "$L run $S/hello --directory $F/closed");
  CHECK(working.status == 2);
  CHECK_MESSAGE(contains(working.err, "closed: may not be entered"), working.err);
}

}  // namespace lambdaprof
