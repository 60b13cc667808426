// SPDX-License-Identifier: Apache-2.0
// `lambdaprof gate`: what is judged by what, the verdicts with their statuses, and who is told.
#include <cmath>

#include "command/trial_fixture.hpp"
#include "report/validator.hpp"
#include "support/places.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

using namespace cli;
using nlohmann::json;

namespace {

/// Sleeps 10 ms in each handler: above 1 ms on any machine, and hardly ever above 2 s.
constexpr const char* sleeper = "$L gate $S/sleeper --warm 1 --max-blocks 6 --no-aa ";
constexpr const char* within = "--budget 'warm.warm_ms: p50 < 2s' ";
constexpr const char* over = "--budget 'warm.warm_ms: p50 < 1ms' ";
/// Half of the events take 30 ms and half of them next to none: the median is anywhere.
constexpr const char* undecided =
    "$L gate $S/sleeper -e '{\"sleep_ms\":0}' -e '{\"sleep_ms\":30}' --warm 2 --max-blocks 6 "
    "--no-aa "
    "--budget 'warm.warm_ms: p50 < 15ms' ";

strings budgets_in(const json& result) {
  strings all;
  for (const json& v : result["verdicts"])
    all.push_back(v["metric"].get<std::string>() + " " + v["budget"].get<std::string>());
  return all;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("a budget that is kept is status 0, one that is not is status 1, each with its proof") {
  const workplace f;
  for (const auto& [budget, status, verdict] :
       {std::tuple{within, 0, "within"}, std::tuple{over, 1, "over"}}) {
    CAPTURE(std::string(verdict));
    const outcome o = run(std::string(sleeper) + budget + "--json $F/r.json");
    CHECK_MESSAGE(o.status == status, o.out);
    CHECK(o.err.empty());
    CHECK(contains(o.out, std::string("\n  ") + verdict + " budget: "));
    check_widths(o.out);
    const json result = f.json("r.json");
    CHECK(support::objections(result) == "");
    CHECK(names_in(result) == strings{"candidate"});
    CHECK(result["comparisons"].empty());
    REQUIRE(result["verdicts"].size() == 1);
    const json v = result["verdicts"][0];
    CHECK(v["verdict"] == verdict);
    CHECK(v["metric"] == "warm.warm_ms");
    CHECK(v["unit"] == "ms");
    CHECK(v["limit"] == (status == 0 ? 2000 : 1));
    CHECK(v["value"] >= 10);
    CHECK(v["low"] <= v["value"]);
    CHECK(v["value"] <= v["high"]);
    CHECK((v["high"] <= v["limit"]) == (status == 0));
    CHECK((v["low"] > v["limit"]) == (status == 1));
    CHECK(v["n"] == 6);
    CHECK(v["alpha"] == 0.05);
    CHECK(run("$L report $F/r.json").out == o.out);
    CHECK(run("$L report $F/r.json").status == 0);
  }
}

TEST_CASE(
    "what cannot be proved is status 3, or 0 where that is wanted, and never taken for kept") {
  const workplace f;
  const std::string files = "--json $F/r.json --junit $F/r.xml --github $F/r.gh ";
  const outcome fail = run(undecided + files);
  CHECK_MESSAGE(fail.status == 3, fail.out);
  CHECK(contains(fail.out, "\n  inconclusive: "));
  const json result = f.json("r.json");
  CHECK(result["verdicts"][0]["verdict"] == "inconclusive");
  CHECK(result["trial"]["stopped"] == "all 6 blocks measured");
  CHECK(contains(content(f.at("r.xml")), "failures=\"1\" errors=\"0\" skipped=\"0\""));
  const outcome pass = run(undecided + files + "--on-inconclusive pass");
  CHECK(pass.status == 0);
  CHECK(contains(pass.out, "\n  inconclusive: "));
  CHECK(contains(content(f.at("r.xml")), "failures=\"0\" errors=\"0\" skipped=\"1\""));
  CHECK(run("$L report $F/r.json --junit $F/again.xml").status == 0);
  CHECK(content(f.at("again.xml")) == content(f.at("r.xml")));
  CHECK(contains(content(f.at("r.gh")), "::warning title=inconclusive"));
}

TEST_CASE("one budget that is not kept decides over any number that are") {
  const workplace f;
  // The more budgets there are, the more blocks it takes.
  const outcome o = run(std::string(sleeper) + "--max-blocks 12 " + within + over +
                        "--budget 'peak_mb: p50 < 1GB' --budget 'cold.first_ms: median < 2s' "
                        "--json $F/r.json");
  CHECK(o.status == 1);
  CHECK(contains(o.out, "over budget: warm.warm_ms p50 < 1ms"));
  const json verdicts = f.json("r.json")["verdicts"];
  REQUIRE(verdicts.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(verdicts[i]["verdict"] == (i == 1 ? "over" : "within"));
  // All four together are said to be over once in twenty times.
  CHECK(verdicts[1]["alpha_over"] == 0.0125);
}

TEST_CASE("a decision ends the trial") {
  const workplace f;
  CHECK(
      run(std::string("$L gate $S/hello --warm 1 --no-aa ") + within + "--json $F/r.json").status ==
      0);
  CHECK(f.json("r.json")["trial"]["stopped"] == "decided after 20 blocks");
  CHECK(f.json("r.json")["trial"]["max_blocks"] == 160);
}

TEST_CASE("a function is judged by another one that has its turns in the same blocks") {
  const workplace f;
  // Neither hello nor a machine takes 40 ms, unless it is asked to.
  const std::string end = " --env INIT_MS=40 --warm 0 --max-blocks 6 --no-aa --json $F/r.json";
  const outcome better = run("$L gate $S/hello --baseline $S/slow-init" + end);
  CHECK_MESSAGE(better.status == 0, better.out);
  check_widths(better.out);
  json result = f.json("r.json");
  CHECK(names_in(result) == strings{"baseline", "candidate"});
  CHECK(budgets_in(result) == strings{"cold.first_ms p50 <= baseline + 10%"});
  CHECK(result["verdicts"][0]["unit"] == "ratio");
  CHECK(result["verdicts"][0]["limit"] == 1.1);
  CHECK(result["verdicts"][0]["n"] == 6);
  CHECK(comparison_of(result, "cold.init_ms")["ratio"] < 1);
  CHECK(run("$L gate $S/slow-init --baseline $S/hello" + end).status == 1);
  CHECK(run("$L gate $S/slow-init --baseline $S/hello --budget "
            "'cold.init_ms: p50 < baseline + 10s' --budget 'peak_mb: p50 <= baseline + 50%'" +
            end)
            .status == 0);
  result = f.json("r.json");
  CHECK(result["verdicts"][0]["unit"] == "ms");
  CHECK(result["verdicts"][0]["value"] > 0);
  CHECK(support::objections(result) == "");
}

TEST_CASE("budgets come from a profile and a file, and those of flags replace the profile's") {
  const workplace f;
  f.file("p.json", R"({"budgets": {"peak_mb": "p50 < 1GB"}, "trial": {"max_blocks": 6},
                       "load": {"warm": 0}, "variants": {"unused": {}}})");
  f.file("b.json", R"({"cold.first_ms": ["p50 < 60s", "p50 <= 90s"]})");
  const auto judged = [&](const std::string& arguments) {
    const outcome o = run("$L gate $S/hello --no-aa --json $F/r.json " + arguments);
    CHECK_MESSAGE(o.status == 0, o.err);
    return budgets_in(f.json("r.json"));
  };
  const std::string of_flag = "--budget 'peak_mb: p50 < 2GB'";
  CHECK(judged("--profile $F/p.json") == strings{"peak_mb p50 < 1 GB"});
  CHECK(judged("--profile $F/p.json " + of_flag) == strings{"peak_mb p50 < 2 GB"});
  CHECK(judged("--profile $F/p.json --budgets $F/b.json") ==
        strings{"peak_mb p50 < 1 GB", "cold.first_ms p50 < 60s", "cold.first_ms p50 <= 90s"});
  CHECK(judged("--warm 0 --max-blocks 6 --budgets $F/b.json " + of_flag) ==
        strings{"peak_mb p50 < 2 GB", "cold.first_ms p50 < 60s", "cold.first_ms p50 <= 90s"});
}

TEST_CASE("the machine is tested by a program against itself, in the same blocks") {
  const workplace f;
  const outcome o =
      run("$L gate $S/hello --baseline $S/hello --budget 'peak_mb: p50 < 1GB' "
          "--warm 0 --max-blocks 8 --json $F/r.json");
  const json result = f.json("r.json");
  CHECK(names_in(result) == strings{"baseline", "candidate", "baseline (again)"});
  REQUIRE(result["self_tests"].size() == 1);
  const json test = result["self_tests"][0];
  CHECK(test["metric"] == "peak_mb");
  CHECK(test["blocks"] == 8);
  // A verdict counts only on a quiet machine, whatever this one is.
  CHECK(o.status == (test["state"] == "quiet" ? 0 : 3));
  CHECK(contains(o.out, "A/A"));
}

TEST_CASE("what can never be proved is refused before anything is measured") {
  const workplace f;
  f.file("unknown.json", R"({"cold.frst_ms": "p50 < 1s"})");
  f.file("list.json", "[]");
  f.file("cut.json", "{");
  const std::string judge = "$L gate $S/hello --json $F/r.json ";
  const std::string first = "--budget 'cold.first_ms: ";
  for (const auto& [arguments, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "nothing to judge by"},
           {"$S/sleeper --budget 'peak_mb: p50 < 1GB'", "--baseline"},
           {"--budget 'cold.frst_ms: p50 < 1s'", "did you mean cold.first_ms"},
           {first + "p50 > 1s'", "upper limit"},
           {first + "p50 <= baseline'", "there is no baseline"},
           {first + "p90 <= baseline' --baseline $S/sleeper", "tail"},
           {first + "p99 < 1s'", "by 160 samples: it takes 377"},
           {first + "p99.9 < 1s' --max-blocks 1000", "by 1000 samples: it takes 3787"},
           {first + "p50 < 1s' --max-blocks 6 --alpha 0.001 --no-aa", "it takes 12"},
           {first + "p50 < 1s' --max-blocks 6", "it takes 8"},
           {"--baseline $S/sleeper --max-blocks 8 --alpha 0.001 --no-aa", "by 8 pairs"},
           {"--budget 'warm.warm_ms: p50 < 1s' --warm 0", "no warm invocations"},
           {"--budget 'warm.waited_ms: p50 < 1s'", "has to wait"},
           {"--budgets $F/unknown.json", "unknown.json"},
           {"--budgets $F/list.json", "list.json"},
           {"--budgets $F/cut.json", "cut.json"},
           {"--budgets $F/nothing.json", "nothing.json"},
           {first + "p50 < 1s' --alpha 0.5", "--alpha"},
           {first + "p50 < 1s' --on-inconclusive maybe", "\"pass\" or \"fail\""},
           {first + "p50 < 1s' --sweep memory=128,256", "--sweep"},
           {"--baseline $F/nothing", "no such file"},
           {"--baseline $F", "bootstrap"},
           {"--baseline ''", "--baseline"},
           {"--baseline $S/sleeper --junit $S/sleeper", "the function itself"},
       })
    check_refused(judge + arguments, part);
  CHECK_FALSE(fs::exists(f.at("r.json")));
}

TEST_CASE("a function that fails is status 4 whatever its budgets say, unless that is ignored") {
  const workplace f;
  const std::string failing =
      "$L gate $S/crasher --env CRASH=handler-error --env CRASH_AT=2 --warm 1 --max-blocks 6 "
      "--no-aa "
      "--budget 'cold.first_ms: p50 < 60s' --json $F/r.json ";
  const outcome o = run(failing);
  CHECK(o.status == 4);
  CHECK(contains(o.out, "the handler failed on purpose"));
  CHECK(f.json("r.json")["verdicts"][0]["verdict"] == "within");
  CHECK(run(failing + "-i").status == 0);

  const outcome dead =
      run("$L gate $S/crasher --env CRASH=init-exit --baseline $S/hello --json $F/r.json");
  CHECK(dead.status == 4);
  CHECK(contains(dead.out, "exit status 42"));
  CHECK(f.json("r.json")["verdicts"][0]["verdict"] == "inconclusive");
  CHECK(f.json("r.json")["verdicts"][0]["value"].is_null());
}

TEST_CASE("every format says the same verdicts, and one of them may go to standard output") {
  const workplace f;
  const outcome o = run(std::string(sleeper) + "--max-blocks 10 " + within + over +
                        "--json $F/json --csv $F/csv --markdown $F/markdown --junit $F/junit.xml "
                        "--github - --bencher $F/bencher --benchmark-action $F/action "
                        "--hyperfine $F/hyperfine --go-bench $F/go");
  CHECK(o.status == 1);
  CHECK(f.entries() == 8);
  // Nothing but commands to the workflow.
  CHECK(count(o.out, "\n::") + 1 == lines_of(o.out));
  CHECK(o.out.starts_with("::error title=over"));
  const std::string markdown = content(f.at("markdown"));
  CHECK(contains(markdown, "**over budget: warm.warm\\_ms p50 \\< 1ms"));
  const std::string junit = content(f.at("junit.xml"));
  CHECK(contains(junit, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""));
  CHECK(count(junit, "<testcase") == 2);
  if (run("command -v xmllint").status == 0)
    CHECK(run("xmllint --noout --nonet --schema " + std::string(support::source_dir) +
              "/tests/report/junit.xsd $F/junit.xml")
              .status == 0);
  CHECK_FALSE(f.json("bencher").empty());
  CHECK_FALSE(f.json("action").empty());
  CHECK(f.json("hyperfine")["results"][0]["times"].size() == 10);
  CHECK(contains(content(f.at("go")), "\nBenchmarkColdStart"));
  CHECK(lines_of(content(f.at("csv"))) == 1 + 12 * 2);
}

TEST_CASE("a result that says of its trial what cannot be is refused, and no bug of ours") {
  const workplace f;
  REQUIRE(run("$L gate $S/hello --baseline $S/hello --budget 'peak_mb: p50 <= baseline' --warm 0 "
              "--max-blocks 6 --no-aa --json $F/r.json")
              .status != 2);
  const json good = f.json("r.json");
  const auto refused = [&](const char* pointer, const json& value) {
    CAPTURE(std::string(pointer) + " " + value.dump());
    json changed = good;
    changed[json::json_pointer(pointer)] = value;
    f.file("changed.json", changed.dump());
    check_refused("$L report $F/changed.json", "changed.json");
    check_refused("$L compare $F/changed.json", "changed.json");
  };
  for (const json& alpha : {json(0), json(-1), json(0.5), json(1e300)})
    refused("/trial/alpha", alpha);
  refused("/trial/machine_deviation", -1);
  refused("/trial/budgets/0/metric", "cold.frst_ms");
  refused("/trial/budgets/0/budget", "p50 <= baseline - 100%");
  refused("/variants/0/variant/role", "repeat");
  refused("/variants/1/variant/role", "calibration");
}

}  // namespace lambdaprof
