// SPDX-License-Identifier: Apache-2.0
// What real functions tell by their lines: marks, metrics, what their start is made of.
#include "command/cli_fixture.hpp"
#include "command/teller.hpp"

namespace lambdaprof {

using namespace cli;

namespace {

struct told : workplace {
  nlohmann::json result;
  std::string report;

  explicit told(const std::string& flags) {
    file("teller", teller, 0755);
    const outcome o =
        run("$L run $F/teller --memory 1769 --cold 3 --warm 4 --warm-up 1 --json $F/r.json " +
            flags + " --markdown $F/r.md");
    CHECK_MESSAGE(o.status == 0, o.err);
    result = json("r.json");
    report = content(at("r.md"));
  }
  nlohmann::json summary() const { return result["variants"][0]["summary"]; }
  nlohmann::json environments() const { return result["variants"][0]["environments"]; }
};

}  // namespace

TEST_CASE("a mark in the init, metrics cold and warm") {
  const told t("--mark 'ready=optimizer initialized in'");
  CHECK(t.summary()["mark"]["ready_ms"]["n"] == 3);
  CHECK(t.summary()["mark_never"]["ready"] == 0);
  for (const auto& e : t.environments()) {
    const auto ready = e["marks"][0]["ready_ms"].get<double>();
    CHECK(ready > 0);
    CHECK(ready <= e["init_ms"].get<double>());
  }
  const auto hits = t.summary()["emf"]["CacheHit"];
  CHECK(hits["cold"]["n"] == 3);
  CHECK(hits["cold"]["mean"] == 0);
  CHECK(hits["warm"]["n"] == 12);
  CHECK(hits["warm"]["mean"] == 1);
  CHECK(contains(t.report, "| ready |"));
  CHECK(contains(t.report, "100.0 %"));
  CHECK_FALSE(contains(t.report, "never appeared"));
}

TEST_CASE("a mark in the first invocation, and one that never appears") {
  const told t("--env READY=late --mark 'ready=optimizer initialized in' --mark gone=nowhere");
  for (const auto& e : t.environments()) {
    const auto ready = e["marks"][0]["ready_ms"].get<double>();
    CHECK(ready > e["init_ms"].get<double>());
    CHECK(e["marks"][1]["ready_ms"].is_null());
  }
  CHECK(t.summary()["mark_never"]["gone"] == 3);
  CHECK(contains(t.report, "the mark gone never appeared in 3 of 3 environments"));
}

TEST_CASE("malformed metrics are told with an example, and end nothing") {
  const told t("--env BROKEN=1");
  CHECK(t.result["variants"][0]["emf"]["malformed"] == 15);
  CHECK_FALSE(t.summary().contains("emf"));
  CHECK(contains(t.report, "malformed, and nothing was taken of it: 15 of 15 lines with metrics"));
  CHECK(contains(t.report, "(None is named and not in the line, in "));
}

TEST_CASE("a function that answers with HTTP 5xx has failed, and its times are no figures") {
  const workplace f;
  f.file("teller", teller, 0755);
  const std::string down = R"(--env 'ANSWER={"statusCode":502,"body":"the store is down"}' )";
  const outcome o =
      run("$L run $F/teller --cold 2 --warm 3 --warm-up 0 --json $F/r.json --csv $F/r.csv " + down);
  CHECK(o.status == 4);
  // It is given up after three of them, like any other that only fails.
  CHECK(contains(o.out, "× answered with HTTP 5xx"));
  CHECK(contains(o.out, "× HTTP 502: the store is down"));
  const nlohmann::json v = f.json("r.json")["variants"][0];
  CHECK(v["invocations"].size() == 3);
  CHECK(v["summary"]["cold"]["cold_ms"]["n"] == 0);
  CHECK(v["invocations"][0]["outcome"] == "error_answer");
  CHECK(v["invocations"][0]["http_status"] == 502);
  // For Lambda it is none: no Status is in its log.
  CHECK_FALSE(contains(v["invocations"][0]["report"].get<std::string>(), "Status"));
  CHECK(contains(content(f.at("r.csv")), ",error_answer,"));
  const outcome again = run("$L report $F/r.json");
  CHECK(contains(again.out, "× HTTP 502: the store is down"));
  CHECK(run("$L run $F/teller --cold 1 --ignore-failure " + down).status == 0);
  CHECK(run(R"($L run $F/teller --cold 1 --env 'ANSWER={"statusCode":404}')").status == 0);
}

TEST_CASE("the dynamic loader tells what a start is made of") {
  const told t("--init-trace");
  const auto trace = t.summary()["init_trace"];
  CHECK(trace["n"] == 3);
  REQUIRE_FALSE(trace["steps"].empty());
  double all = 0;
  for (const auto& step : trace["steps"]) {
    CHECK(step["by"] == "loader");
    all += step["self_ms"].get<double>();
  }
  CHECK(all > 0);
  CHECK(all < trace["init_ms"].get<double>());
  CHECK(contains(t.report, "starts are traced"));
  CHECK(contains(t.report, "starts were traced, and their times include that"));
}

TEST_CASE("the time to a mark can be compared and limited") {
  const workplace f;
  f.file("teller", teller, 0755);
  const std::string mark =
      " --mark 'ready=optimizer initialized in' --mark nowhere=nothing --memory 1769 --warm 0 ";
  const outcome c =
      run("$L compare $F/teller --variant a:READY=init --variant b:READY=late --cold 6" + mark +
          "--json $F/c.json --markdown -");
  CHECK_MESSAGE(c.status == 0, c.err);
  CHECK(contains(c.out, "b: the mark nowhere never appeared in 6 of 6 environments"));
  CHECK(contains(c.out, "until ready"));
  bool is_compared = false;
  const nlohmann::json result = f.json("c.json");
  for (const auto& one : result["comparisons"])
    is_compared = is_compared || one["metric"] == "mark.ready_ms";
  CHECK(is_compared);
  const outcome g =
      run("$L gate $F/teller --no-aa --max-blocks 20 --budget 'mark.ready_ms: p50 < 20s'" + mark +
          "--json $F/g.json");
  CHECK_MESSAGE(g.status == 0, g.err);
  CHECK(f.json("g.json")["verdicts"][0]["metric"] == "mark.ready_ms");
}

TEST_CASE("a trial refuses to be traced") {
  const workplace f;
  f.file("traced.json", R"({"init_trace": true})");
  check_refused("$L compare --profile $F/traced.json $S/hello --sweep memory=128,256",
                "a trace takes time");
  check_refused("$L gate --profile $F/traced.json $S/hello --budget 'cold.first_ms: p50 < 1s'",
                "a trace takes time");
  check_refused("$L gate $S/hello --init-trace", "--init-trace");
  check_refused("$L run $S/hello --mark ready", "--mark");
  check_refused("$L gate $S/hello --budget 'mark.ready_ms: p50 < 1s'",
                "no such mark is looked for");
}

}  // namespace lambdaprof
