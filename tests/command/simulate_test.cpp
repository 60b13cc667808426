// SPDX-License-Identifier: Apache-2.0
// `lambdaprof simulate` as a user calls it.
#include <cmath>
#include <fstream>

#include "cli_fixture.hpp"

using namespace lambdaprof::cli;

namespace {

const std::string given = "$L simulate --init 1ns --handler exponential:1s --timeout 900s ";

bool comes_to_catch(pid_t pid, int signal) {
  for (int i = 0; i < 1000; ++i) {
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    std::string line;
    while (std::getline(status, line))
      if (line.starts_with("SigCgt:") &&
          (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1)) & 1U)
        return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

nlohmann::json policy(const nlohmann::json& j, std::size_t i) {
  return j["loads"][0]["policies"][i];
}

}  // namespace

TEST_CASE("policies meet the same requests, side by side") {
  const workplace f;
  const outcome o = run(given +
                        "--traffic poisson:0.1 --days 10 --keep-alive fixed:330s "
                        "--policy none --policy provisioned:1 --policy warmer:every=5m "
                        "--json $F/s.json --csv $F/s.csv --markdown $F/s.md");
  REQUIRE_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "poisson:0.1"));
  CHECK(contains(o.out, "not modelled"));
  const auto j = f.json("s.json");
  const auto none = policy(j, 0);
  CHECK(none["requests"] == policy(j, 1)["requests"]);
  CHECK(none["requests"] == policy(j, 2)["requests"]);
  // lambda-models C, anchor table, but for the lifetime of two hours.
  const auto share = none["cold_share"].get<double>();
  CHECK(std::abs(share - .0091) < .002);
  // B(1, 0.1) of them spill over, and some of these are cold.
  CHECK(policy(j, 1)["cold_share"].get<double>() < .0909);
  CHECK(policy(j, 2)["cold_share"].get<double>() < share);
  CHECK(policy(j, 2)["pings"] == 10 * 24 * 12);
  CHECK(lines_of(content(f.at("s.csv"))) == 4);
  CHECK(contains(content(f.at("s.md")), "provisioned:1"));
}

TEST_CASE("a measured run is extended: its times are drawn again") {
  const workplace f;
  REQUIRE(run("$L run $S/hello --cold 8 --warm 3 --memory 256 --json $F/r.json").status == 0);
  const outcome o = run(
      "$L simulate --from $F/r.json --handler 1s --traffic burst:5,10m --days 1 --json $F/s.json");
  REQUIRE_MESSAGE(o.status == 0, o.err);
  CHECK(contains(o.out, "8 samples"));
  const auto j = f.json("s.json");
  CHECK(j["memory_mb"] == 256);
  CHECK(j["function"] == "hello");
  REQUIRE(j["loads"][0]["policies"].size() == 4);
  CHECK(policy(j, 0)["cold_share"] == 1);  // ten minutes are too long for the keep-alive of today
  // They were not in 2020, but for one burst of twelve: no environment lives longer than two hours.
  CHECK(policy(j, 1)["cold_share"].get<double>() == doctest::Approx(1.0 / 12));
}

TEST_CASE("a signal keeps the policies that were played, also where it arrives twice") {
  const workplace f;
  const pid_t pid =
      start({"lambdaprof", "simulate", "--init", "1ns", "--handler", "1ms", "--traffic",
             "burst:5,12h", "--traffic", "poisson:100", "--days", "10", "--json", f.at("s.json")},
            f.at("err"));
  REQUIRE(comes_to_catch(pid, SIGTERM));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  ::kill(pid, SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  ::kill(pid, SIGTERM);
  CHECK(status_of(pid) == 130);  // dead of it would be 143
  const auto j = f.json("s.json");
  CHECK(j["interrupted"] == true);
  REQUIRE(j["loads"].size() == 1);
  CHECK(j["loads"][0]["load"] == "burst:5,12h");
  CHECK(j["loads"][0]["policies"].size() == 4);
}

TEST_CASE("a hang-up that is ignored, as under nohup, stops no simulation") {
  const workplace f;
  const outcome o =
      run("trap '' HUP; $L simulate --init 1ns --handler 1ms --traffic poisson:1 --days 2 "
          "--json $F/s.json >/dev/null & pid=$!; sleep 0.2; kill -HUP $pid; wait $pid");
  CHECK(o.status == 0);
  CHECK_FALSE(f.json("s.json").contains("interrupted"));
}

TEST_CASE("where a simulation cannot be written is said before it is played") {
  const workplace f;
  // Played, it would take longer than a test may.
  const outcome o = run(given + "--traffic poisson:900 --days 1 --json $F/none/s.json");
  CHECK(o.status == 2);
  CHECK(contains(o.err, "none/s.json"));
  check_refused(given + "--traffic poisson:0.1 --json - --csv -", "only one output");
}

TEST_CASE("the plan of a profile is a load as well") {
  const workplace f;
  f.file("p.json", R"({"load": {"plan": [{"burst": 3}, {"idle": "1m"}, {"burst": 5}]}})");
  const outcome o =
      run("$L simulate --init 100ms --handler 10ms --profile $F/p.json --policy none "
          "--json $F/s.json");
  REQUIRE_MESSAGE(o.status == 0, o.err);
  CHECK(policy(f.json("s.json"), 0)["requests"] == 8);
  // The last two events of the second burst are served by who is free before a new one is there.
  CHECK(policy(f.json("s.json"), 0)["cold"] == 3);
}

TEST_CASE("what cannot be simulated is said in one line that names the place") {
  check_refused("$L simulate", "no traffic given");
  check_refused("$L simulate --traffic poisson:1", "no init given");
  check_refused("$L simulate --init 1s --traffic poisson:1", "no handler given");
  check_refused(given + "--traffic poisson:x", "--traffic: \"poisson:x\" is no traffic");
  check_refused(given + "--traffic poisson:1 --policy warm", "--policy: \"warm\" is not a policy");
  check_refused(given + "--traffic poisson:1 --days 0", "--days");
  check_refused(given + "--traffic poisson:90000", "at most 100 million");
  check_refused(given + "--traffic poisson:1 --policy provisioned:2000", "max_environments");
  check_refused("$L simulate --init often --handler 1s --traffic poisson:1", "--init");
  check_refused("$L simulate --from /no/such.json --traffic poisson:1", "/no/such.json");
}

TEST_CASE("a warmer and provisioned concurrency with real processes") {
  const workplace f;
  const outcome o =
      run("$L run $S/sleeper --env SLEEP_MS=100 --burst 3 --idle 9m --cold 2 --warm-up 1 "
          "--keep-alive fixed:5m --warmer every=4m,concurrency=3 --json $F/r.json --journal $F/j");
  REQUIRE_MESSAGE(o.status == 0, o.err);
  const auto counts = f.json("r.json")["variants"][0]["summary"]["counts"];
  CHECK(counts["invocations"] == 6);
  CHECK(counts["pings"].get<int>() >= 15);
  CHECK(contains(o.out, "pings ("));
  CHECK(run("$L report $F/j --json $F/again.json").status == 0);
  CHECK(f.json("again.json")["variants"][0]["summary"]["counts"] == counts);

  const outcome p = run("$L run $S/hello --provisioned 2 --cold 2 --warm 3 --json $F/p.json");
  REQUIRE_MESSAGE(p.status == 0, p.err);
  const auto found = f.json("p.json")["variants"][0]["summary"];
  CHECK(found["counts"]["cold"] == 0);
  CHECK(found["counts"]["provisioned"].get<int>() >= 4);
  CHECK(found["counts"]["provisioned_starts"] == 2);
  CHECK(found["cold"]["cold_ms"]["n"] == 0);
  CHECK(contains(p.out, "provisioned"));
  check_refused("$L run $S/hello --provisioned 2 --snap-start", "SnapStart");
  check_refused("$L run $S/hello --provisioned 2 --max-concurrency 4", "managed instances");
  check_refused("$L run $S/hello --warmer every=1m,hold=5s", "hold");
}
