// SPDX-License-Identifier: Apache-2.0
// `lambdaprof compare` of functions: who takes part, what is measured of whom, what is said of it.
#include <cmath>

#include "command/trial_fixture.hpp"
#include "report/validator.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

using namespace cli;
using nlohmann::json;

namespace {

json variable(const char* name, const char* value) {
  return json::array({{{"name", name}, {"value", value}}});
}

}  // namespace

TEST_CASE("two functions have their turns in the same blocks, and are compared by pairs") {
  const workplace f;
  const outcome o = run("$L compare $S/hello $S/sleeper --cold 8 --warm 1 --json $F/r.json");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(o.err.empty());
  CHECK(f.entries() == 1);
  CHECK(o.out.starts_with("hello · sleeper"));
  check_widths(o.out);
  const json result = f.json("r.json");
  CHECK(names_in(result) == strings{"hello", "sleeper"});
  CHECK(result["verdicts"].empty());
  CHECK(result["trial"]["stopped"] == "all 8 blocks measured");
  REQUIRE(result["comparisons"].size() >= 6);
  for (const json& c : result["comparisons"]) {
    CAPTURE(c.dump());
    CHECK(c["base"] == "hello");
    CHECK(c["variant"] == "sleeper");
    CHECK(c["paired"] == true);
    CHECK(c["blocks"] == 8);
    CHECK(c["dropped"] == 0);
    CHECK(c["low"] <= c["ratio"]);
    CHECK(c["ratio"] <= c["high"]);
    CHECK(c["p"] <= c["p_holm"]);
  }
  CHECK(comparison_of(result, "warm.warm_ms")["variant_value"] >= 10);
  for (const json& v : result["variants"]) {
    std::int64_t block = 0;
    for (const json& e : v["environments"]) {
      CHECK(e["discarded"] == (block < 2));
      CHECK(e["block"] == block++);
    }
    CHECK(block == 10);
    CHECK(v["summary"]["cold"]["cold_ms"]["n"] == 8);
  }
  CHECK(support::objections(result) == "");
}

TEST_CASE("what a trial has found is found again in its result, word for word") {
  const workplace f;
  const outcome o = run(
      "$L compare $S/slow-init --variant a:INIT_MS=1 --variant b:INIT_MS=2 --aa --precision 0.01% "
      "--max-blocks 8 --warm 1 --json $F/r.json");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "precision of 0.01 % was not reached"));
  for (const std::string command : {"compare", "report"}) {
    CAPTURE(command);
    CHECK(run("$L " + command + " $F/r.json").out == o.out);
    CHECK(run("$L " + command + " $F/r.json --json -").out == content(f.at("r.json")));
  }
}

TEST_CASE("--variant sets variables and keys for one variant only") {
  const workplace f;
  const outcome o =
      run("$L compare $S/slow-init --variant short:INIT_MS=1 --variant long:INIT_MS=10,memory=256 "
          "--cold 1 --warm 1 --json $F/r.json");
  CHECK_MESSAGE(o.status == 0, o.err);
  const json variants = f.json("r.json")["variants"];
  CHECK(variants[0]["function"]["variables"] == variable("INIT_MS", "1"));
  CHECK(variants[1]["function"]["variables"] == variable("INIT_MS", "10"));
  CHECK(variants[0]["function"]["memory_mb"] == 128);
  CHECK(variants[1]["function"]["memory_mb"] == 256);
  CHECK(variants[1]["variant"]["settings"] == "INIT_MS=10, memory_mb=256");
  // {"init_ms":1} and {"init_ms":10}: what counts is what the function sees.
  CHECK(variants[0]["invocations"][0]["response_bytes"] == 13);
  CHECK(variants[1]["invocations"][0]["response_bytes"] == 14);
}

TEST_CASE("two sweeps give each value with each") {
  const workplace f;
  CHECK(run("$L compare $S/slow-init --sweep INIT_MS=1,2 --sweep memory=128,256 --cold 1 --warm 0 "
            "--json $F/r.json")
            .status == 0);
  CHECK(names_in(f.json("r.json")) == strings{"INIT_MS=1, memory=128", "INIT_MS=1, memory=256",
                                              "INIT_MS=2, memory=128", "INIT_MS=2, memory=256"});
}

TEST_CASE("variants of a profile start in its folder, and flags come on top of it") {
  const workplace f;
  fs::create_directory(f.path / "sub");
  for (const char* name : {"hello", "sleeper"})
    fs::copy_file(samples + "/" + name, f.path / "sub" / name);
  f.file("sub/p.json", R"({"load": {"cold": 5, "warm": 1}, "trial": {"base": "two"}, "variants": {
    "one": {"function": {"command": ["./hello"]}},
    "two": {"function": {"command": ["./sleeper"], "environment": {"SLEEP_MS": "1"}}}}})");
  const outcome o = run("cd $F && $L compare --profile sub/p.json --cold 2 --json r.json");
  CHECK_MESSAGE(o.status == 0, o.err);
  const json result = f.json("r.json");
  CHECK(names_in(result) == strings{"one", "two"});
  CHECK(result["variants"][1]["variant"]["role"] == "base");
  CHECK(result["trial"]["max_blocks"] == 2);
  CHECK(result["plan"] == "fresh, 1 + 1 sequential");
  CHECK(run("cd $F && $L run --profile sub/p.json ./sub/hello --cold 1").status == 0);
}

TEST_CASE("--base names what the others are compared with, and --aa measures that once more") {
  const workplace f;
  const outcome o =
      run("$L compare $S/hello --variant a --variant b --base b --aa --cold 8 --warm 0 "
          "--json $F/r.json --csv $F/r.csv");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "base: b"));
  CHECK(contains(o.out, "A/A"));
  const json result = f.json("r.json");
  CHECK(names_in(result) == strings{"a", "b", "b (again)"});
  CHECK(result["variants"][2]["variant"]["role"] == "repeat");
  for (const json& c : result["comparisons"]) {
    CHECK(c["base"] == "b");
    CHECK(c["variant"] == "a");
  }
  REQUIRE(result["self_tests"].size() == 1);
  CHECK(result["self_tests"][0]["blocks"] == 8);
  CHECK(result["self_tests"][0]["low"] <= result["self_tests"][0]["high"]);
  CHECK(lines_of(content(f.at("r.csv"))) == 1 + 3 * 10);

  CHECK(run("$L compare $S/hello --aa --cold 1 --warm 0 --json $F/r.json").status == 0);
  CHECK(names_in(f.json("r.json")) == strings{"hello", "hello (again)"});
  CHECK(run("$L compare $S/hello --variant a --variant 'a (again)' --aa --cold 1 --warm 0 "
            "--json $F/r.json")
            .status == 0);
  CHECK(names_in(f.json("r.json")) == strings{"a", "a (again)", "a (again) (again)"});
}

TEST_CASE("functions of the same name are told apart by their folders") {
  const workplace f;
  for (const char* folder : {"old", "new"}) {
    fs::create_directory(f.path / folder);
    for (const char* name : {"app", "bootstrap"})
      fs::copy_file(samples + "/hello", f.path / folder / name);
  }
  const std::string end = " --cold 1 --warm 0 --json r.json";
  CHECK(run("cd $F && $L compare old/app new/app $S/hello" + end).status == 0);
  const json result = f.json("r.json");
  CHECK(names_in(result) == strings{"old/app", "new/app", "hello"});
  CHECK(result["variants"][0]["variant"]["function"] == "app");
  CHECK(run("cd $F && $L compare old/bootstrap new" + end).status == 0);
  CHECK(names_in(f.json("r.json")) == strings{"old", "new"});
  CHECK(run("cd $F && $L compare $S/hello $S/sleeper --name same" + end).status == 0);
  CHECK(names_in(f.json("r.json")) == strings{"hello", "sleeper"});
}

TEST_CASE("a precision ends the trial once it is reached") {
  const workplace f;
  CHECK(run("$L compare $S/hello $S/sleeper --precision 99% --warm 0 --max-blocks 21 "
            "--env SLEEP_MS=1 --json $F/r.json")
            .status == 0);
  // Whether it was reached is for the machine to say; that it is said is what counts here.
  const json result = f.json("r.json");
  const json cold = comparison_of(result, "cold.cold_ms");
  const double half = std::sqrt(cold["high"].get<double>() / cold["low"].get<double>());
  const auto stopped = result["trial"]["stopped"].get<std::string>();
  CAPTURE(stopped);
  CHECK((half <= 1.99) == stopped.starts_with("cold starts are known to ±99 % after"));
  CHECK((half > 1.99) == contains(stopped, "was not reached by all 21"));
}

TEST_CASE("what cannot be compared is status 2 with one line that says why") {
  const workplace f;
  fs::copy_file(samples + "/hello", f.path / "f");
  const std::string many = fmt::format("{}", fmt::join(strings(65, "x"), ","));
  for (const auto& [command, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "nothing to compare"},
           {"$F/nothing.json", "no such file"},
           {"$F/nothing --sweep memory=128,256", "no such file"},
           {"$S/hello", "nothing to compare"},
           {"$S/hello --variant one", "\"one\""},
           {"$S/hello $S/nothing", "no such file"},
           {"$S/hello $S/hello", "--aa"},
           {"$F/f $F/../$(basename $F)/f", "--aa"},
           {"$S/hello --variant a:ONE=1 --variant a:TWO=2", "two variants are called \"a\""},
           {"$S/hello --variant a:memry=256 --variant b", "did you mean memory"},
           {"$S/hello --variant a:memory=1 --variant b", "128"},
           {"$S/hello --variant a:cold=1 --variant b", "share load.cold"},
           {"$S/hello --variant a:AWS_REGION=x --variant b", "AWS_REGION"},
           {"$S/hello --variant a --variant b --base bb", "did you mean b?"},
           {"$S/hello --variant :ONE=1 --variant b", "name of a variant"},
           {"$S/hello --sweep memory", "KEY=VALUE"},
           {"$S/hello --sweep memory=128", "memory=128"},
           {"$S/hello --sweep memory=128,128", "memory=128"},
           {"$S/hello --sweep memory=128,512 --sweep memory=128,512", "twice"},
           {"$S/hello --sweep ONE=" + many, "64"},
           {"$S/hello --aa --precision 0", "--precision"},
           {"$S/hello --aa --precision nan", "--precision"},
           {"$S/hello --aa --max-blocks 5", "--max-blocks"},
           {"$S/hello --baseline x", "did you mean --base"},
           {"$F/f $S/sleeper --json $F/f", "the function itself"},
           {"$S/hello --aa --json $F/r --csv $F/./r", "only one output"},
           {"$S/hello --aa --junit - --hyperfine /dev/stdout", "standard output"},
       }) {
    check_refused("$L compare " + command, part);
    CHECK(f.entries() == 1);
  }
}

TEST_CASE("a block counts where both succeeded, and with too few of them there is no comparison") {
  const workplace f;
  fs::copy_file(samples + "/crasher", f.path / "crasher");
  // Named by the environment, of which the first after the warm-up is 2, and its start.
  f.file("sometimes",
         "#!/bin/sh\n"
         "export CRASH=handler-error CRASH_AT=99\n"
         "case $AWS_LAMBDA_LOG_STREAM_NAME in *[$FAILS]00000000) CRASH_AT=1 ;; esac\n"
         "exec ./crasher\n",
         0755);
  const auto compared = [&](const std::string& digits) {
    const outcome o =
        run("$L compare $F/sometimes --variant good:FAILS=x --variant bad:FAILS=" + digits +
            " --cold 10 --warm 0 --json $F/r.json");
    CHECK_MESSAGE(o.status == 4, o.err);
    CHECK(contains(o.out, "bad: failures"));
    check_widths(o.out);
    return f.json("r.json");
  };
  const json once = compared("5");
  CHECK(once["variants"][1]["summary"]["counts"]["failures"] == 1);
  CHECK(comparison_of(once, "cold.cold_ms")["blocks"] == 9);
  CHECK(comparison_of(once, "cold.cold_ms")["dropped"] == 1);
  CHECK(has_caveat(once, "bad failed in 1 of 10 blocks"));
  const json often = compared("5-8");
  CHECK(comparison_of(often, "cold.cold_ms").is_null());
  CHECK(has_caveat(often, "cold start of bad is not compared"));
  // Its inits succeeded nevertheless.
  CHECK(comparison_of(often, "cold.init_ms")["blocks"] == 10);
}

TEST_CASE("a variant that always fails has its errors in the report, and no comparison") {
  const workplace f;
  const std::string both =
      "$L compare $S/crasher --variant good:CRASH=handler-error,CRASH_AT=99 "
      "--variant bad:CRASH=init-exit --cold 3 --warm 0 --json $F/r.json";
  const outcome gave_up = run(both);
  CHECK(gave_up.status == 4);
  CHECK_MESSAGE(contains(gave_up.out, "exit status 42"), gave_up.out);
  CHECK_MESSAGE(contains(gave_up.out, "bad: gave up early"), gave_up.out);
  CHECK(f.json("r.json")["trial"]["stopped"] == "a variant gave up");
  CHECK(f.json("r.json")["comparisons"].empty());

  const outcome whole = run(both + " --give-up 0");
  CHECK(whole.status == 4);
  CHECK(f.json("r.json")["trial"]["stopped"] == "all 3 blocks measured");
  CHECK(comparison_of(f.json("r.json"), "cold.cold_ms").is_null());
  CHECK(has_caveat(f.json("r.json"), "bad failed in 3 of 3 blocks"));
  CHECK(run(both + " --give-up 0 -i").status == 0);
}

TEST_CASE("throttled events are said of a trial as of a run") {
  const workplace f;
  CHECK(run("$L compare $S/hello --variant one:max_environments=1 --variant two --burst 3 --cold 2 "
            "--json $F/r.json")
            .status == 0);
  CHECK(has_caveat(f.json("r.json"), "4 events of one were throttled"));
  CHECK_FALSE(has_caveat(f.json("r.json"), "of two were throttled"));
}

TEST_CASE("more variants than there are files to open for are refused as a lack of the host") {
  const outcome o =
      run("ulimit -n 200; $L compare $S/hello --sweep ONE=1,2,3,4,5,6,7,8,9 --cold 1");
  CHECK(o.status == 5);
  CHECK(o.out.empty());
  CHECK_MESSAGE(contains(o.err, "ulimit -n"), o.err);
  CHECK(run("ulimit -n 352; $L compare $S/hello --sweep ONE=1,2,3,4,5,6,7,8,9 --cold 1 --warm 0")
            .status == 0);
}

TEST_CASE("names that mean something elsewhere are only text in every format") {
  const workplace f;
  const std::string odd = R"(|<&">%0A*_[x](y))";
  const outcome o = run("$L compare $S/hello --variant '" + odd +
                        "' --variant b --cold 1 --warm 1 --json $F/json --csv $F/csv --markdown "
                        "$F/markdown --junit $F/junit --github $F/github --bencher $F/bencher "
                        "--benchmark-action $F/action --hyperfine $F/hyperfine --go-bench -");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(f.entries() == 8);
  // The only thing on standard output.
  CHECK(o.out.starts_with("goos: linux\n"));
  CHECK(contains(o.out, "BenchmarkColdStart/variant=b 1 "));
  CHECK(names_in(f.json("json")) == strings{odd, "b"});
  CHECK(contains(content(f.at("csv")), "\"|<&\"\">%0A*_[x](y)\",0,0,"));
  CHECK(contains(content(f.at("markdown")), "| cold start | "));
  CHECK(contains(content(f.at("markdown")), "\\|\\<&amp;"));
  CHECK(f.json("bencher").contains("b: cold start"));
  CHECK(f.json("action")[0]["name"] == odd + ": cold start");
  CHECK(f.json("hyperfine")["results"][0]["command"] == odd);
  CHECK(content(f.at("junit")).starts_with("<?xml"));
}

TEST_CASE("a terminal gets colours unless NO_COLOR is set, a pipe gets none") {
  if (run("command -v script").status != 0) return support::skip("no program script");
  const std::string escape = "\x1b[";
  const std::string command = "$L compare $S/hello --aa --cold 1 --warm 0 --progress never";
  CHECK_FALSE(contains(run(command + " | cat").out, escape));
  const std::string on_terminal = "TERM=xterm script -qec \"" + command + "\" /dev/null";
  CHECK(contains(run(on_terminal).out, escape));
  CHECK_FALSE(contains(run("NO_COLOR=1 " + on_terminal).out, escape));
}

}  // namespace lambdaprof
