// SPDX-License-Identifier: Apache-2.0
// A trial that is ended before its time: what was measured is reported, and nothing is left.
#include "command/trial_fixture.hpp"

namespace lambdaprof {

using namespace cli;
using nlohmann::json;

namespace {

const std::vector<strings> trials{
    {"lambdaprof", "compare", samples + "/crasher", "--variant", "a:memory=128", "--variant", "b"},
    {"lambdaprof", "gate", samples + "/crasher", "--baseline", samples + "/crasher"},
};

/// A trial that would take for ever, of functions that leave daemons.
pid_t start_trial(strings arguments, const workplace& f, const std::string& mark) {
  for (const std::string& each :
       {std::string("--env"), std::string("CRASH=double-fork"), std::string("--env"), mark,
        std::string("--max-blocks"), std::string("100000"), std::string("--warm"),
        std::string("3000"), std::string("--json"), f.at("r.json"), std::string("--github"),
        f.at("r.gh")})
    arguments.push_back(each);
  return start(arguments, f.at("err"));
}

std::string unique_mark(std::size_t number) {
  return fmt::format("MARK=trial{}-{}.", ::getpid(), number);
}

}  // namespace

TEST_CASE("ctrl-c ends a trial with a partial report of what was measured, and leaves no process") {
  std::size_t number = 0;
  for (const strings& trial : trials) {
    CAPTURE(trial[1]);
    const workplace f;
    const std::string mark = unique_mark(++number);
    const pid_t pid = start_trial(trial, f, mark);
    REQUIRE(becomes(true, mark));
    std::this_thread::sleep_for(200ms);
    ::kill(pid, SIGINT);
    CHECK(status_of(pid) == 130);
    CHECK(becomes(false, mark));
    CHECK(content(f.at("err")).empty());
    const json result = f.json("r.json");
    CHECK(result["trial"]["stopped"] == "interrupted");
    const bool is_one_interrupted =
        std::any_of(result["variants"].begin(), result["variants"].end(),
                    [](const json& v) { return v["interrupted"] == true; });
    CHECK(is_one_interrupted);
    for (const json& v : result["verdicts"]) CHECK(v["verdict"] == "inconclusive");
    // Nobody has failed.
    CHECK_FALSE(has_caveat(result, "failed"));
    const outcome o = run("$L report $F/r.json");
    CHECK(contains(o.out, "\n  interrupted, partial: "));
    CHECK(o.status == 0);
  }
}

TEST_CASE("ctrl-c in --update leaves the baseline as it was") {
  const workplace f;
  f.file("base.json", R"({"schema": "lambdaprof.result/v0"})");
  const std::string mark = unique_mark(99);
  const pid_t pid = start({"lambdaprof", "gate", samples + "/hello", "--env", mark, "--warm",
                           "3000", "--update", "--baseline", f.at("base.json")},
                          f.at("err"));
  REQUIRE(becomes(true, mark));
  ::kill(pid, SIGINT);
  CHECK(status_of(pid) == 130);
  CHECK(becomes(false, mark));
  CHECK(contains(content(f.at("err")), "interrupted, the baseline stays as it was"));
  CHECK(f.json("base.json")["schema"] == "lambdaprof.result/v0");
}

TEST_CASE("kill -9 of a trial leaves no process and no file") {
  std::size_t number = 100;
  for (const strings& trial : trials)
    for (const bool the_inner : {false, true}) {
      CAPTURE(trial[1]);
      CAPTURE(the_inner);
      const workplace f;
      const std::string mark = unique_mark(++number);
      const pid_t pid = start_trial(trial, f, mark);
      REQUIRE(becomes(true, mark));
      pid_t target = pid;
      if (the_inner) target = std::stoi(content(fmt::format("/proc/{0}/task/{0}/children", pid)));
      ::kill(target, SIGKILL);
      status_of(pid);
      CHECK(becomes(false, mark));
      CHECK_FALSE(fs::exists(f.at("r.json")));
      CHECK(f.entries() == 1);
    }
}

}  // namespace lambdaprof
