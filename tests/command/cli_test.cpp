// SPDX-License-Identifier: Apache-2.0
// The built program as a user meets it: what it prints, its status, and what it leaves behind.
#include "command/cli_fixture.hpp"

namespace lambdaprof {

using namespace cli;

TEST_CASE("bad input gets one clear line and status 2, and measures nothing") {
  const folder f;
  f.file("not-executable", "#!/bin/sh\n", 0644);
  f.file("no-interpreter", "#!/no/such/interpreter\n", 0755);
  f.file("garbage", "neither ELF nor a script", 0755);
  f.file("empty", "", 0755);
  f.file("bad.json", "{ \"load\": { \"cold\": 5, }");
  f.file("unknown.json", R"({"function": {"memry_mb": 128}})");
  f.file("wrong.json", R"({"load": {"cold": "many"}})");
  f.file("other.json", R"({"schema": "lambdaprof.result/v99"})");
  f.file("foreign.json", R"({"results": []})");
  f.file("event.json", "{not json");
  f.file("huge.json", "\"" + std::string(6291556, 'x') + "\"");
  ::setenv("F", f.path.c_str(), 1);
  const std::vector<std::pair<std::string, std::string>> all{
      {"$L run $F/nothing", "no such file"},
      {"$L run $F", "bootstrap"},
      {"$L run $F/not-executable", "chmod +x"},
      {"$L run $F/no-interpreter", "/no/such/interpreter"},
      {"$L run $F/garbage", "garbage"},
      {"$L run $F/empty", "empty"},
      {"$L run", "no function"},
      {"$L run $S/hello --cold -1", "--cold"},
      {"$L run $S/hello --cold 0", "--cold"},
      {"$L run $S/hello --cold 99999999999999999999", "--cold"},
      {"$L run $S/hello --cold 3.5", "--cold"},
      {"$L run $S/hello --idle 5", "duration"},
      {"$L run $S/hello --idle -5s", "duration"},
      {"$L run $S/hello --idle 9999999999999h", "--idle"},
      {"$L run $S/hello --timeout 0s", "--timeout"},
      {"$L run $S/hello --memory 127", "--memory"},
      {"$L run $S/hello --memory 128MB", "--memory"},
      {"$L run $S/hello --keep-alive forever", "--keep-alive"},
      {"$L run $S/hello --env NOVALUE", "--env"},
      {"$L run $S/hello --env AWS_REGION=x", "AWS_REGION"},
      {"$L run $S/hello --memry 128", "did you mean --memory"},
      {"$L runn $S/hello", "did you mean run"},
      {"$L run $S/hello --event $F/event.json", "event.json"},
      {"$L run $S/hello --event '{\"a\":'", "--event"},
      {"$L run $S/hello --event $F/huge.json", "6"},
      {"$L run $S/hello --profile $F/bad.json", "bad.json"},
      {"$L run $S/hello --profile $F/unknown.json", "did you mean memory_mb"},
      {"$L run $S/hello --profile $F/wrong.json", "load.cold"},
      {"$L run $S/hello --profile $F/nothing.json", "nothing.json"},
      {"$L run $S/hello --json $F/no/such/folder/r.json", "no/such/folder"},
      {"$L run $S/hello --json $F", "folder"},
      {"$L run $S/hello --json - --csv -", "standard output"},
      {"$L run $S/hello --json ''", "empty"},
      {"$L run $S/hello --json $F/a --csv $F/a", "only one output"},
      {"$L run $F/garbage --json $F/garbage", "garbage"},
      {"$L report $F/other.json", "v99"},
      {"$L report $F/foreign.json", "foreign.json"},
      {"$L report $F/bad.json", "bad.json"},
      {"$L report $F/nothing.json", "nothing.json"},
      {"$L report $F", "directory"},
  };
  const std::size_t before = f.entries();
  for (const auto& [command, part] : all) check_refused(command, part);
  CHECK(f.entries() == before);
}

TEST_CASE("a binary of another architecture is named with both") {
  const folder f;
  std::string elf = content(samples + "/hello");
  elf[18] = static_cast<char>(183);  // e_machine: AArch64
  elf[19] = 0;
  const std::string path = f.file("arm", elf, 0755);
  const outcome o = run("$L run " + path);
  CHECK(o.status == 2);
  CHECK_MESSAGE(contains(o.err, "aarch64"), o.err);
}

TEST_CASE("what the host cannot do is status 5 when it was required") {
  // Somebody without any rights over control groups, who is also not allowed to make any.
  const std::string nobody =
      ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  const outcome o = run(nobody + "$L run $S/hello --require cpu,memory");
  CHECK(o.status == 5);
  CHECK_MESSAGE(contains(o.err, "cpu"), o.err);
}

TEST_CASE("a run prints its report, and every file says the same") {
  const folder f;
  ::setenv("F", f.path.c_str(), 1);
  const outcome o =
      run("$L run $S/hello --cold 6 --warm 3 --json $F/r.json --csv $F/r.csv --markdown $F/r.md "
          "--journal $F/r.journal");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(o.err.empty());
  CHECK(lines_of(o.out) < 60);  // with remarks on a busy machine
  CHECK(f.entries() == 4);
  const auto json = nlohmann::json::parse(content(f.at("r.json")));
  CHECK(json["schema"] == "lambdaprof.result/v1");
  const auto& variant = json["variants"][0];
  CHECK(variant["summary"]["counts"]["cold"] == 6);
  CHECK(variant["summary"]["counts"]["failures"] == 0);
  CHECK(variant["summary"]["cold"]["cold_ms"]["n"] == 6);
  CHECK(variant["summary"]["cold"]["cold_ms"]["p90"].is_null());
  CHECK(variant["summary"]["warm"]["warm_ms"]["n"] == 18);
  CHECK(lines_of(content(f.at("r.csv"))) == 1 + 7 * 4);
  // Rendered again from the result and from the journal: the same report, word for word.
  CHECK(run("$L report $F/r.json").out == o.out);
  CHECK(run("$L report $F/r.journal").out == o.out);
  const outcome again = run("$L report $F/r.journal --json -");
  CHECK(again.out == content(f.at("r.json")));
}

TEST_CASE("a page and a trace are written, or it is said what a page would take") {
  const workplace f;
  const std::string traced = "$L run $S/hello --cold 2 --warm 1 --perfetto $F/trace.json";
  const outcome o = run(traced + " --html $F/r.html");
  if (o.status == 2) {
    CHECK_MESSAGE(contains(o.err, "built without HTML reports: "), o.err);
    CHECK(f.entries() == 0);
    CHECK(run(traced).status == 0);
  } else {
    CHECK_MESSAGE(o.status == 0, o.err);
    CHECK(content(f.at("r.html")).starts_with("<!doctype html>"));
    CHECK(contains(content(f.at("r.html")), "<p class=\"verdict plain\">cold start"));
  }
  CHECK(f.json("trace.json")["traceEvents"].size() > 20);
}

TEST_CASE("a truncated result or journal is refused with its name") {
  const folder f;
  ::setenv("F", f.path.c_str(), 1);
  REQUIRE(run("$L run $S/hello --cold 2 --warm 1 --json $F/r.json --journal $F/j").status == 0);
  for (const std::string name : {"r.json", "j"}) {
    const std::string whole = content(f.at(name));
    f.file("cut", whole.substr(0, whole.size() / 2));
    const outcome o = run("$L report $F/cut");
    CHECK(o.status == 2);
    CHECK_MESSAGE(lines_of(o.err) == 1, o.err);
  }
}

TEST_CASE("a function that fails is status 4 and its error is in the report") {
  const outcome o = run("$L run $S/crasher --env CRASH=handler-exit --cold 2 --warm 1");
  CHECK(o.status == 4);
  CHECK_MESSAGE(contains(o.out, "exit status 42"), o.out);
  CHECK(run("$L run $S/crasher --env CRASH=handler-exit --cold 2 --warm 1 -i").status == 0);
}

TEST_CASE("a function that never starts ends the run early, and the report says so") {
  const outcome o = run("$L run $S/crasher --env CRASH=init-exit");
  CHECK(o.status == 4);
  CHECK_MESSAGE(contains(o.out, "gave up"), o.out);
}

TEST_CASE("the function's output is shown on request, on standard error") {
  const outcome o =
      run("$L run /bin/sh --cold 1 --warm 0 --warm-up 0 --show-output -- -c 'echo hi; exit 3'");
  CHECK(o.status == 4);
  CHECK(contains(o.err, "hi"));
  CHECK_FALSE(contains(o.out, "\nhi"));
}

TEST_CASE("the profile in force can be printed, says where values come from and reads back") {
  const folder f;
  ::setenv("F", f.path.c_str(), 1);
  const outcome o = run("$L run $S/hello --memory 512 --print-profile | tee $F/p.json");
  CHECK(contains(o.out, "512"));
  CHECK(contains(o.out, "--memory"));
  CHECK(contains(o.out, "default"));
  CHECK(run("$L run --profile $F/p.json --cold 1 --warm 1").status == 0);
}

TEST_CASE("a reader that goes away is no error") {
  CHECK(run("$L run $S/hello --cold 2 --warm 1 | head -1").status == 0);
  CHECK(run("exec 3>&1; { $L run $S/hello --cold 2 --warm 1; echo $? >&3; } | true").out == "0\n");
}

TEST_CASE("help and version are there, with examples") {
  CHECK(contains(run("$L run --help").out, "Examples:"));
  CHECK(contains(run("$L report --help").out, "Examples:"));
  CHECK(contains(run("$L --version").out, "lambdaprof"));
}

TEST_CASE("ctrl-c keeps what was measured, reports it and leaves no process") {
  const folder f;
  const std::string mark = fmt::format("MARK=int{}", ::getpid());
  const pid_t pid = start({"lambdaprof", "run", samples + "/crasher", "--env", "CRASH=double-fork",
                           "--env", mark, "--warm", "100000", "--json", f.at("r.json")},
                          f.at("err"));
  REQUIRE(becomes(true, mark));
  std::this_thread::sleep_for(200ms);
  ::kill(pid, SIGINT);
  CHECK(status_of(pid) == 130);
  CHECK(becomes(false, mark));
  const auto json = nlohmann::json::parse(content(f.at("r.json")));
  CHECK(json["variants"][0]["interrupted"] == true);
}

TEST_CASE("a signal to the whole group reaches us twice and still keeps what was measured") {
  const folder f;
  ::setenv("F", f.path.c_str(), 1);
  const outcome o = run("timeout -s TERM 0.5 $L run $S/hello --warm 100000 --json $F/r.json");
  CHECK(o.status == 124);
  CHECK(nlohmann::json::parse(content(f.at("r.json")))["variants"][0]["interrupted"] == true);
}

TEST_CASE("nobody reading standard error does not cost the results") {
  const folder f;
  ::setenv("F", f.path.c_str(), 1);
  const outcome o = run(
      "$L run $S/crasher --env CRASH=flood --cold 1 --show-output --json $F/r.json 2>/dev/full");
  CHECK(o.status == 0);
  CHECK(f.entries() == 1);
}

TEST_CASE("one output that cannot be written does not cost the others") {
  const folder f;
  ::setenv("F", f.path.c_str(), 1);
  const outcome o = run("$L run $S/hello --cold 1 --json /dev/full --csv $F/r.csv");
  CHECK(o.status == 2);
  CHECK(contains(o.err, "/dev/full"));
  CHECK(contains(o.out, "hello"));
  CHECK(f.entries() == 1);
}

TEST_CASE("few open files allowed means fewer environments, said in the report") {
  const outcome o = run("ulimit -n 448; $L run $S/hello --cold 1 --warm-up 0 --burst 20");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "ulimit -n"));
  CHECK(contains(o.out, "8 events were throttled"));
}

TEST_CASE("a second ctrl-c ends at once") {
  const folder f;
  const std::string mark = fmt::format("MARK=twice{}", ::getpid());
  const pid_t pid =
      start({"lambdaprof", "run", samples + "/crasher", "--env", "CRASH=init-hang", "--env", mark},
            f.at("err"));
  REQUIRE(becomes(true, mark));
  ::kill(pid, SIGINT);
  ::kill(pid, SIGINT);
  CHECK(status_of(pid) == 130);
  CHECK(becomes(false, mark));
}

TEST_CASE("kill -9 of lambdaprof leaves no process and no file") {
  for (const bool the_inner : {false, true}) {
    CAPTURE(the_inner);
    const folder f;
    const std::string mark = fmt::format("MARK=nine{}{}", ::getpid(), the_inner);
    const pid_t pid =
        start({"lambdaprof", "run", samples + "/crasher", "--env", "CRASH=double-fork", "--env",
               mark, "--warm", "100000", "--json", f.at("r.json")},
              f.at("err"));
    REQUIRE(becomes(true, mark));
    std::this_thread::sleep_for(100ms);
    pid_t target = pid;
    if (the_inner) target = std::stoi(content(fmt::format("/proc/{0}/task/{0}/children", pid)));
    ::kill(target, SIGKILL);
    status_of(pid);
    CHECK(becomes(false, mark));
    CHECK(f.entries() <= 2);
  }
}

}  // namespace lambdaprof
