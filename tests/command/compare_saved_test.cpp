// SPDX-License-Identifier: Apache-2.0
// `lambdaprof compare` of saved results: they were measured one after the other, which is said
// wherever they are shown.
#include "command/trial_fixture.hpp"
#include "report/validator.hpp"

namespace lambdaprof {

using namespace cli;
using nlohmann::json;

namespace {

/// A run, saved in $F.
void save_run(const std::string& name, const std::string& arguments) {
  const outcome o = run("$L run " + arguments + " --cold 6 --warm 2 --json $F/" + name);
  REQUIRE_MESSAGE(o.status == 0, o.err);
}

void check_unpaired(const json& result) {
  REQUIRE_FALSE(result["comparisons"].empty());
  for (const json& c : result["comparisons"]) {
    CAPTURE(c.dump());
    CHECK(c["paired"] == false);
    CHECK(c["low"] <= c["ratio"]);
    CHECK(c["ratio"] <= c["high"]);
    CHECK(c["difference_low"] <= c["difference"]);
    CHECK(c["difference"] <= c["difference_high"]);
  }
  CHECK(has_caveat(result, "unpaired: "));
}

}  // namespace

TEST_CASE("two saved runs are compared unpaired, and that is said") {
  const workplace f;
  save_run("a.json", "$S/hello");
  save_run("b.json", "$S/sleeper --memory 256");
  const outcome o = run("$L compare $F/a.json $F/b.json --json $F/r.json --csv $F/r.csv");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "unpaired, n = 6"));
  CHECK(contains(o.out, "  ! unpaired: "));
  check_widths(o.out);
  const json result = f.json("r.json");
  CHECK(names_in(result) == strings{"a.json", "b.json"});
  check_unpaired(result);
  CHECK(support::objections(result) == "");
  CHECK(lines_of(content(f.at("r.csv"))) == 1 + 2 * 7 * 3);
  CHECK(contains(run("cat $F/a.json | $L compare - $F/b.json").out, "base: standard input"));
}

TEST_CASE("results of the same file name are told apart by their folders") {
  const workplace f;
  for (const char* day : {"monday", "tuesday"}) {
    fs::create_directory(f.path / day);
    save_run(std::string(day) + "/r.json", "$S/hello");
  }
  CHECK(run("$L compare $F/monday/r.json $F/tuesday/r.json --json $F/r.json").status == 0);
  CHECK(names_in(f.json("r.json")) == strings{"monday/r.json", "tuesday/r.json"});
}

TEST_CASE("an unpaired interval holds its ratio, whatever the samples are") {
  const workplace f;
  const std::string wide = R"($S/sleeper -e '{"sleep_ms":1}' -e '{"sleep_ms":10}')";
  save_run("a.json", wide);
  save_run("b.json", wide);
  CHECK(run("$L compare $F/a.json $F/b.json --json $F/r.json").status == 0);
  check_unpaired(f.json("r.json"));
}

TEST_CASE("what was compared unpaired stays so when its own result is read again") {
  const workplace f;
  for (const char* name : {"a.json", "b.json"})
    REQUIRE(run(std::string("$L compare $S/hello $S/sleeper --cold 6 --warm 1 --json $F/") + name)
                .status == 0);
  const outcome o = run("$L compare $F/a.json $F/b.json --json $F/r.json");
  CHECK_MESSAGE(o.status == 0, o.err);
  const json result = f.json("r.json");
  CHECK(names_in(result) ==
        strings{"a.json: hello", "a.json: sleeper", "b.json: hello", "b.json: sleeper"});
  check_unpaired(result);
  for (const std::string command : {"compare", "report"}) {
    CAPTURE(command);
    CHECK(run("$L " + command + " $F/r.json").out == o.out);
    CHECK(run("$L " + command + " $F/r.json --json -").out == content(f.at("r.json")));
  }
}

TEST_CASE("results of another plan, model or machine are refused, and marked with --force") {
  const workplace f;
  save_run("a.json", "$S/hello");
  REQUIRE(run("$L run $S/hello --cold 6 --warm 3 --json $F/plan.json").status == 0);
  save_run("model.json", "$S/hello --keep-alive none");
  json other = f.json("a.json");
  other["machine"]["cpus"] = other["machine"]["cpus"].get<int>() + 1;
  f.file("machine.json", other.dump());
  for (const std::string what : {"plan", "model", "machine"}) {
    CAPTURE(what);
    const std::string command = "$L compare $F/a.json $F/" + what + ".json";
    check_refused(command, "another " + what);
    const outcome o = run(command + " --force --json $F/r.json");
    CHECK(o.status == 0);
    CHECK_MESSAGE(contains(o.out, "! forced, and not comparable: "), o.out);
    check_unpaired(f.json("r.json"));
    CHECK(has_caveat(f.json("r.json"), "another " + what));
    CHECK(run("$L report $F/r.json").out == o.out);
  }
}

TEST_CASE("a saved trial can be compared with a run, as far as it is of the same plan") {
  const workplace f;
  REQUIRE(run("$L compare $S/hello $S/sleeper --cold 6 --warm 2 --json $F/t.json").status == 0);
  save_run("a.json", "$S/hello");
  check_refused("$L compare $F/a.json $F/t.json", "another plan");
  const outcome o = run("$L compare $F/a.json $F/t.json --force --json $F/r.json");
  CHECK(o.status == 0);
  CHECK(f.json("r.json")["variants"].size() == 3);
  check_unpaired(f.json("r.json"));
}

TEST_CASE("a comparison tells what a gate or an interrupted trial has found, with status 0") {
  const workplace f;
  REQUIRE(run("$L gate $S/sleeper --budget 'warm.warm_ms: p50 < 1ms' --max-blocks 6 --warm 1 "
              "--no-aa --json $F/over.json")
              .status == 1);
  CHECK(run("$L compare $F/over.json").status == 0);
  CHECK(contains(run("$L compare $F/over.json").out, "over budget"));
  json interrupted = f.json("over.json");
  interrupted["variants"][0]["interrupted"] = true;
  f.file("interrupted.json", interrupted.dump());
  const outcome o = run("$L compare $F/interrupted.json");
  CHECK(o.status == 0);
  CHECK(contains(o.out, "interrupted, partial: "));
}

TEST_CASE("saved results that cannot be compared are refused by name") {
  const workplace f;
  save_run("a.json", "$S/hello");
  f.file("b.json", content(f.at("a.json")));
  f.file("foreign.json", R"({"results": []})");
  f.file("cut.json", content(f.at("a.json")).substr(0, 2000));
  REQUIRE(run("$L report $F/a.json $F/b.json --json $F/both.json").status == 0);
  const std::vector<std::pair<std::string, std::string>> all{
      {"$F/a.json", "second result"},
      {"$F/a.json $F/a.json", "two runs are called"},
      {"$F/both.json", "two runs are called"},
      {"$F/a.json $F/nothing.json", "nothing.json: no such file"},
      {"$F/a.json $S/hello", "hello: is no saved result"},
      {"$S/hello $F/a.json", "hello: is no saved result"},
      {"$F/a.json $F/foreign.json", "foreign.json"},
      {"$F/a.json $F/cut.json", "cut.json: the file ends too early"},
      {"$F/a.json $F/b.json --variant x", "--variant: is for functions"},
      {"$F/a.json $F/b.json --sweep memory=128,256", "--sweep: is for functions"},
      {"$F/a.json $F/b.json --cold 5", "--cold: is for functions"},
      {"$F/a.json $F/b.json --aa", "--aa: is for functions"},
      {"$F/a.json $F/b.json -- x", "--: is for functions"},
  };
  for (const auto& [command, part] : all) check_refused("$L compare " + command, part);
}

TEST_CASE("the block in which a trial was interrupted is no failure and no pair") {
  const workplace f;
  REQUIRE(run("$L compare $S/hello $S/sleeper --cold 6 --warm 0 --json $F/r.json").status == 0);
  json result = f.json("r.json");
  result["variants"][1]["interrupted"] = true;
  result["variants"][1]["invocations"].back()["outcome"] = "interrupted";
  f.file("r.json", result.dump());
  CHECK(run("$L compare $F/r.json --json $F/again.json").status == 0);
  const json again = f.json("again.json");
  CHECK(comparison_of(again, "cold.cold_ms")["blocks"] == 5);
  CHECK(comparison_of(again, "cold.cold_ms")["dropped"] == 0);
  CHECK_FALSE(has_caveat(again, "failed"));
}

}  // namespace lambdaprof
