// SPDX-License-Identifier: Apache-2.0
// From the load as written to its plan, and what only the whole profile shows.
#include "profile/plan.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "profile/phase_list.hpp"
#include "profile/read.hpp"

using namespace lambdaprof;
using namespace lambdaprof::profile;

namespace {

lambdaprof::profile::profile with_load(const std::string& load) {
  auto read = read_profile_text("{\"load\": " + load + "}", "x.json");
  CHECK_MESSAGE(read.has_value(), (read ? "" : to_string(read.error())));
  return read ? *read : lambdaprof::profile::profile{};
}

std::string plan_from(const std::string& load) {
  const auto p = with_load(load);
  CHECK(check(p));
  return load::describe(plan_of(p));
}

std::string fault_of_plan(const std::string& plan) {
  const auto read = read_profile_text("{\"load\": {\"plan\": " + plan + "}}", "x.json");
  if (!read) return to_string(read.error());
  const auto fine = check(*read);
  return fine ? "no fault" : to_string(fine.error());
}

std::string nested(int depth) {
  std::string plan = R"([{"burst": 1}])";
  for (int i = 0; i < depth; ++i) plan = R"([{"repeat": {"times": 2, "phases": )" + plan + "}}]";
  return plan;
}

}  // namespace

TEST_CASE("the numbers of the load become cycles") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"{}", "20 × (fresh, 1 + 20 sequential) after 1 to warm up"},
      {R"({"warm_up": 0, "cold": 3, "warm": 0})", "3 × (fresh, 1 event)"},
      {R"({"warm_up": 2, "cold": 3, "warm": 4})",
       "3 × (fresh, 1 + 4 sequential) after 2 to warm up"},
      // After a burst of several there are warm events only if they are asked for.
      {R"({"burst": 50, "warm_up": 0})", "20 × (fresh, 50 at once)"},
      {R"({"burst": 50, "warm_up": 0, "warm": 5})", "20 × (fresh, 50 at once, 5 sequential)"},
      // Idle time: whatever was there before must not make the first cycle warm.
      {R"({"idle": "15m", "warm_up": 0, "cold": 2, "warm": 1})",
       "fresh, 2 × (idle 15 m, 1 + 1 sequential)"},
      {R"({"idle": "15m", "cold": 2, "burst": 5})",
       "fresh, 2 × (idle 15 m, 5 at once) after 1 to warm up"},
      {R"({"idle": null, "plan": null, "warm_up": 0, "cold": 1, "warm": 0})",
       "1 × (fresh, 1 event)"},
  };
  for (const auto& [load, described] : rows) {
    CAPTURE(load);
    CHECK(plan_from(load) == described);
  }
}

TEST_CASE("every phase of a plan is read and told again") {
  const std::string text =
      R"([{"fresh":true},{"burst":50},{"idle":"15m"},{"sequential":20},)"
      R"({"steady":{"per_second":100,"for":"10s"}},{"poisson":{"per_second":0.5,"for":"1m"}},)"
      R"({"repeat":{"times":5,"discarded":true,"phases":[{"burst":2},{"repeat":{"times":3,"phases":[{"burst":1}]}}]}}])";
  const auto p = with_load("{\"plan\": " + text + "}");
  REQUIRE(p.load.plan);
  CHECK(compact(phase_list{}.tell(*p.load.plan)) == text);
  CHECK(load::describe(plan_of(p)) ==
        "fresh, 50 at once, idle 15 m, 20 sequential, 100/s for 10 s, Poisson 0.5/s for 60 s, "
        "5 × (2 at once, 3 × (1 event)) discarded");
}

TEST_CASE("a plan that cannot be played is refused with the phase that is wrong") {
  const std::string x = "x.json: load.plan";
  const std::vector<std::pair<std::string, std::string>> rows{
      {"[]", x + ": expected a list of 1 to 1000 phases, got []"},
      {"{}", x + ": expected a list of 1 to 1000 phases, got {}"},
      {"\"15m\"", x + ": expected a list of 1 to 1000 phases, got \"15m\""},
      {"[3]", x + "[0]: expected an object, got 3"},
      {"[{}]", x + "[0]: a phase has exactly one key (one of burst, idle"},
      {R"([{"burst": 1, "idle": "1s"}])", x + "[0]: a phase has exactly one key"},
      {R"([{"burst": 1}, {"busrt": 1}])", x + "[1].busrt: unknown key (did you mean burst?)"},
      {R"([{"burst": 0}])", x + "[0].burst: expected a whole number from 1 to 1000000, got 0"},
      {R"([{"burst": 1000001}])", "got 1000001"},
      {R"([{"sequential": 1.5}])", x + "[0].sequential: expected a whole number"},
      {R"([{"idle": "0s"}])", x + "[0].idle: expected a duration from 1ms to 8760h, got \"0s\""},
      {R"([{"idle": 15}])", x + "[0].idle: expected a duration"},
      {R"([{"fresh": false}])", x + "[0].fresh: expected true, got false"},
      {R"([{"fresh": 1}])", x + "[0].fresh: expected true, got 1"},
      {R"([{"steady": 100}])", x + "[0].steady: expected an object, got 100"},
      {R"([{"steady": {"for": "1s"}}])", x + "[0].steady.per_second: it is missing"},
      {R"([{"poisson": {"per_second": 1}}])", x + "[0].poisson.for: it is missing"},
      {R"([{"poisson": {"per_second": 1, "for": 3}}])", x + "[0].poisson.for: expected a duration"},
      {R"([{"steady": {"per_second": 0, "for": "1s"}}])",
       x + "[0].steady.per_second: expected a number above 0, up to 100000, got 0"},
      {R"([{"steady": {"per_second": -1, "for": "1s"}}])", "got -1"},
      {R"([{"steady": {"per_second": 100001, "for": "1s"}}])", "got 100001"},
      {R"([{"steady": {"per_sec": 1, "for": "1s"}}])", x + "[0].steady.per_sec: unknown key"},
      {R"([{"repeat": {"times": 2}}])", x + "[0].repeat.phases: it is missing"},
      {R"([{"repeat": {"phases": [{"burst": 1}]}}])", x + "[0].repeat.times: it is missing"},
      {R"([{"repeat": {"times": 0, "phases": [{"burst": 1}]}}])", x + "[0].repeat.times: expected"},
      {R"([{"repeat": {"times": 2, "phases": []}}])", x + "[0].repeat.phases: expected a list"},
      {R"([{"repeat": {"times": 2, "discarded": "yes", "phases": [{"burst": 1}]}}])",
       x + "[0].repeat.discarded: expected true or false, got \"yes\""},
      {R"([{"repeat": {"times": 2, "phases": [{"burst": 1}, {"burst": 0}]}}])",
       x + "[0].repeat.phases[1].burst: expected"},
      // What only the whole shows.
      {R"([{"fresh": true}, {"idle": "1s"}])", "load.plan: the plan sends no events"},
      {R"([{"repeat": {"times": 11, "phases": [{"burst": 1000000}]}}])",
       "load.plan: the plan sends 1.1e+07 events; at most 10 million can be"},
      {R"([{"steady": {"per_second": 100000, "for": "101s"}}])", "sends 1.01e+07 events"},
      {R"([{"burst": 1}, {"repeat": {"times": 1000000, "phases": [{"repeat": {"times": 1000000, "phases": [{"fresh": true}]}}]}}])",
       "load.plan: the plan goes through 1e+12 phases; at most 10 million can be"},
      {R"([{"burst": 1}, {"repeat": {"times": 11, "phases": [{"idle": "8760h"}]}}])",
       "load.plan: the plan lasts longer than ten years"},
  };
  for (const auto& [plan, message] : rows) {
    CAPTURE(plan);
    CHECK_MESSAGE(fault_of_plan(plan).find(message) != std::string::npos, fault_of_plan(plan));
  }
  CHECK(fault_of_plan(R"([{"repeat": {"times": 10, "phases": [{"burst": 1000000}]}}])") ==
        "no fault");
}

TEST_CASE("repeats may be nested eight deep") {
  CHECK(fault_of_plan(nested(8)) == "no fault");
  CHECK(fault_of_plan(nested(9)).find("repeats are nested more than 8 deep") != std::string::npos);
}

TEST_CASE("a plan and the numbers that it replaces cannot both be given") {
  for (const std::string other :
       {R"("cold": 20)", R"("warm": 1)", R"("warm_up": 0)", R"("burst": 1)", R"("idle": "1s")"}) {
    CAPTURE(other);
    const auto p = with_load("{" + other + R"(, "plan": [{"burst": 1}]})");
    const auto fine = check(p);
    REQUIRE_FALSE(fine);
    const std::string key = other.substr(1, other.find('"', 1) - 1);
    CHECK(to_string(fine.error()) ==
          "x.json: load.plan: a plan replaces load." + key +
              ", but that is given as well, by x.json (give one or the other)");
  }
  CHECK(check(with_load(R"({"idle": null, "plan": [{"burst": 1}]})")));

  auto p = with_load(R"({"plan": [{"burst": 1}]})");
  REQUIRE(apply_flag(p, "load.cold", "5", "--cold"));
  const auto fine = check(p);
  REQUIRE_FALSE(fine);
  CHECK(to_string(fine.error()).find("load.cold, but that is given as well, by --cold") !=
        std::string::npos);
}

TEST_CASE("a load without a plan is bounded as well") {
  lambdaprof::profile::profile p;
  REQUIRE(apply_flag(p, "load.cold", "1000000", "--cold"));
  const auto fine = check(p);
  REQUIRE_FALSE(fine);
  CHECK(to_string(fine.error()) ==
        "--cold: load.cold: the plan sends 2.1e+07 events; at most 10 million can be");
}

TEST_CASE("a cold page cache and bursts exclude each other") {
  lambdaprof::profile::profile p;
  p.page_cache = page_cache::cold;
  CHECK(check(p));
  p.load.burst = 2;
  REQUIRE(!check(p));
  CHECK(check(p).error().message == "a cold page cache can be had for one start at a time");
}

TEST_CASE("all variables together take at most 4 KB") {
  const auto with = [](std::size_t bytes) {
    lambdaprof::profile::profile p;
    p.function.variables = {{"AB", std::string(bytes - 4, 'x')}, {"CD", ""}};
    return p;
  };
  CHECK(check(with(4096)));
  const auto fine = check(with(4097));
  REQUIRE_FALSE(fine);
  CHECK(to_string(fine.error()) ==
        "function.environment: the variables take 4097 bytes; Lambda allows 4096 for all names and "
        "values");
}

TEST_CASE("the executable has a name if there is a command") {
  lambdaprof::profile::profile p;
  CHECK(check(p));
  p.function.command = {"./bootstrap", ""};
  CHECK(check(p));
  REQUIRE(apply_flag(p, "function.command", "", "FUNCTION"));
  const auto fine = check(p);
  REQUIRE_FALSE(fine);
  CHECK(to_string(fine.error()) == "FUNCTION: function.command: the executable is empty");
}
