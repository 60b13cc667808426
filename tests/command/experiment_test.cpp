// SPDX-License-Identifier: Apache-2.0
// Experiments as a user runs them: profiles with a question, groups, and services beside them.
#include "command/trial_fixture.hpp"

namespace lambdaprof::cli {
namespace {

/// Work of so many milliseconds in the first handler or in init, and a service that is told of.
constexpr const char* small_experiment = R"({
  "function": {"command": ["%S/slow-init"], "memory_mb": 1769},
  "services": [["/bin/sh", "-c", "echo ready STORE=here; exec sleep 100"]],
  "load": {"warm": 1, "warm_up": 0},
  "variants": {
    "short": {"function": {"environment": {"INIT_MS": "1"}}},
    "long": {"function": {"environment": {"INIT_MS": "20"}}}
  },
  "trial": {"question": "Does sleeping take time?", "each": ["timeout=3s,4s"],
            "judged_by": ["cold.cold_ms"], "max_blocks": 12}
})";

std::string experiment_file(const workplace& w, std::string text = small_experiment) {
  for (std::size_t at; (at = text.find("%S")) != std::string::npos;) text.replace(at, 2, samples);
  return w.file("sleeping.json", text);
}

TEST_CASE("an experiment compares within its groups and says what each variant is worth") {
  const workplace w;
  experiment_file(w);
  const outcome o =
      run("cd $F && $L experiment sleeping --profiles $F --json $F/result.json --ignore-failure");
  CAPTURE(o.out);
  REQUIRE_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "Does sleeping take time?"));
  CHECK(contains(o.out, "cold start: hurts: +1"));
  const nlohmann::json result = w.json("result.json");
  CHECK(names_in(result) ==
        strings{"short, timeout=3s", "long, timeout=3s", "short, timeout=4s", "long, timeout=4s"});
  CHECK(result["trial"]["question"] == "Does sleeping take time?");
  std::size_t groups = 0;
  for (const nlohmann::json& c : result["comparisons"]) {
    if (c["metric"] != "cold.cold_ms") continue;
    const auto group = c["group"].get<std::string>();
    CHECK(c["base"] == "short, " + group);
    CHECK(c["variant"] == "long, " + group);
    ++groups;
  }
  CHECK(groups == 2);
  bool is_told = false;
  for (const nlohmann::json& v : result["variants"][0]["function"]["variables"])
    is_told = is_told || (v["name"] == "STORE" && v["value"] == "here");
  CHECK(is_told);

  SUBCASE("and again from the saved result") {
    const outcome again = run("$L report $F/result.json");
    CHECK(again.status == 0);
    CHECK(contains(again.out, "Does sleeping take time?"));
    CHECK(contains(again.out, "cold start: hurts: +1"));
  }
}

TEST_CASE("experiments are listed with their questions") {
  const workplace w;
  experiment_file(w);
  w.file("no-question.json", "{}");
  const outcome o = run("$L experiment --profiles $F");
  CHECK(o.status == 0);
  CHECK(contains(o.out, "sleeping  Does sleeping take time?"));
  CHECK_FALSE(contains(o.out, "no-question"));
}

TEST_CASE("what comes with the program is found, and every experiment of it is sound") {
  const outcome o = run("$L experiment");
  REQUIRE_MESSAGE(o.status == 0, o.err);
  for (const char* name :
       {"async-init", "connection-warming", "precompile", "response-cache", "gc-settings",
        "memory-sweep", "burst-after-idle", "everything", "warming-policies"})
    CHECK_MESSAGE(contains(o.out, name), o.out);
}

TEST_CASE("what is wrong with an experiment is said with its remedy") {
  const workplace w;
  experiment_file(w);
  w.file("no-question.json", "{}");
  w.file("missing.json", R"({"function": {"command": ["./nowhere"]}, "variants": {"a": {}, "b": {}},
    "trial": {"question": "Why?", "needs": "build it with make"}})");
  w.file("unready.json", R"({"function": {"command": [")" + samples + R"(/hello"]},
    "services": [["/bin/sh", "-c", "echo out of order >&2; exit 1"]],
    "variants": {"a": {}, "b": {}}, "trial": {"question": "Why?"}})");
  const auto fails = [](const std::string& arguments, int status, const std::string& with) {
    const outcome o = run("cd $F && $L experiment --profiles $F " + arguments);
    CHECK(o.status == status);
    CHECK_MESSAGE(contains(o.err, with), o.err);
  };
  fails("sleepin", 2, "did you mean sleeping?");
  fails("no-question", 2, "asks no question");
  fails("missing", 2, "build it with make");
  fails("unready", 5, "the service ended before it was ready: out of order");
  fails("sleeping --each memory=1,2", 2, "--each");
}

TEST_CASE("an experiment on policies measures the function and simulates with its times") {
  const workplace w;
  w.file("policies.json", R"({"function": {"command": [")" + samples + R"(/hello"]},
    "load": {"cold": 6, "warm": 3},
    "simulation": {"traffic": ["poisson:0.01", "poisson:0.1"], "policies": ["none", "provisioned:1"],
                   "days": 2},
    "trial": {"question": "Which?"}})");
  const outcome o = run("cd $F && $L experiment policies.json --json s.json");
  REQUIRE_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "Cold starts by traffic"));
  CHECK(w.json("s.json")["loads"].size() == 2);
  CHECK(w.json("policies-run.json")["variants"].size() == 1);
}

TEST_CASE("compare has groups of its own") {
  const workplace w;
  const outcome o =
      run("$L compare $S/hello --variant a:AA=1 --variant b:AA=2 --each memory=128,256 --cold 6 "
          "--warm 1 "
          "--json $F/r.json --markdown $F/r.md");
  REQUIRE_MESSAGE(o.status == 0, o.err);
  CHECK(names_in(w.json("r.json")) == strings{"a, 128 MB", "b, 128 MB", "a, 256 MB", "b, 256 MB"});
  // One line speaks of both sizes.
  const std::string report = content(w.at("r.md"));
  CHECK_MESSAGE(contains(report, "128, 256 MB · "), report);
  CHECK_MESSAGE(contains(report, " / 256 MB "), report);
}

}  // namespace
}  // namespace lambdaprof::cli
