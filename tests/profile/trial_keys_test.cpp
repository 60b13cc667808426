// SPDX-License-Identifier: Apache-2.0
// Budgets in a profile and by flag, and the keys of trials and gates.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "profile/print.hpp"
#include "profile/read.hpp"

namespace lambdaprof::profile {
namespace {

std::string fault_of(std::string_view text) {
  const auto read = read_profile_text(text, "x.json");
  return read ? "no fault" : to_string(read.error());
}

std::string flag_fault(std::string_view path, std::string_view text, std::string_view flag) {
  profile p;
  const auto done = apply_flag(p, path, text, flag);
  return done ? "no fault" : to_string(done.error());
}

std::vector<std::string> budgets_of(const profile& p) {
  std::vector<std::string> all;
  for (const trial::budget& b : p.budgets)
    all.push_back(std::string(b.metric->key) + ": " + b.text);
  return all;
}

TEST_CASE("the budgets of a profile are read, one or several for a metric") {
  const auto p = read_profile_text(R"({"budgets": {
      "cold.first_ms": ["p50<150", "p90 <= 1.2 s", "median <= baseline+10%"],
      "peak_mb": "p50 < 64MB"}})",
                                   "x.json");
  REQUIRE(p);
  CHECK(budgets_of(*p) ==
        std::vector<std::string>{"cold.first_ms: p50 < 150ms", "cold.first_ms: p90 <= 1.2s",
                                 "cold.first_ms: p50 <= baseline + 10%", "peak_mb: p50 < 64 MB"});
  CHECK(origin(*p, "budgets") == "x.json");
  CHECK(
      print_profile(*p).find(
          R"("cold.first_ms": ["p50 < 150ms","p90 <= 1.2s","p50 <= baseline + 10%"], // from x.json)") !=
      std::string::npos);
}

TEST_CASE("a budget in a profile that is wrong is refused by its place") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"[]",
       "x.json: budgets: expected an object of metrics, each with a budget or a list of them"},
      {R"({"cold.frist_ms": "p50 < 1ms"})",
       "x.json: budgets.\"cold.frist_ms\": \"cold.frist_ms\" is not a metric (did you mean "
       "cold.first_ms?"},
      {R"({"peak_mb": 64})",
       "x.json: budgets.peak_mb: expected a text such as \"p50 < 150ms\", got 64"},
      {R"({"peak_mb": []})", "x.json: budgets.peak_mb: expected 1 to 100 budgets, got []"},
      {R"({"peak_mb": {}})", "x.json: budgets.peak_mb: expected a text such as"},
      {R"({"peak_mb": ["p50 < 1", ["p50 < 1"]]})", "x.json: budgets.peak_mb[1]: expected a text"},
      {R"({"peak_mb": ["p50 < 1", "p50 > 1"]})",
       "x.json: budgets.peak_mb[1]: a budget is an upper limit"},
      {R"({"peak_mb": "p50 < 64ms"})", "x.json: budgets.peak_mb: \"64ms\" is not a size"},
      {R"({"peak_mb": "p90 < baseline"})", "budgets.peak_mb: a tail relative to a baseline"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    const std::string told = fault_of("{\"budgets\": " + text + "}");
    CHECK_MESSAGE(told.find(message) != std::string::npos, told);
  }
}

TEST_CASE("budgets of flags replace those of the profile, and more flags add to them") {
  auto p = read_profile_text(R"({"budgets": {"cold.init_ms": "p50 < 1s"}})", "x.json");
  REQUIRE(p);
  REQUIRE(apply_flag(*p, "budgets", "cold.first_ms: p50 < 150ms", "--budget"));
  REQUIRE(apply_flag(*p, "budgets", " cold.first_ms :p90<1s", "--budget"));
  REQUIRE(apply_flag(*p, "budgets", "peak_mb median < 64MB", "--budget"));
  REQUIRE(apply_flag(*p, "budgets", "peak_mb:p90<80", "--budget"));
  CHECK(budgets_of(*p) == std::vector<std::string>{"cold.first_ms: p50 < 150ms",
                                                   "cold.first_ms: p90 < 1s",
                                                   "peak_mb: p50 < 64 MB", "peak_mb: p90 < 80 MB"});
  CHECK(origin(*p, "budgets") == "--budget");
}

TEST_CASE("a budget of a flag that is wrong names the flag") {
  const std::string how = " (write it like \"cold.first_ms: p50 < 150ms\")";
  for (const std::string text : {"", " ", ":", "peak_mb", "peak_mb:", "peak_mb : ", ": p50 < 1"}) {
    CAPTURE(text);
    CHECK(flag_fault("budgets", text, "--budget") ==
          "--budget: expected a metric and a budget, got \"" + text + "\"" + how);
  }
  CHECK(flag_fault("budgets", "p50 < 150ms", "--budget")
            .starts_with("--budget: \"p50\" is not a metric (there are cold."));
  CHECK(flag_fault("budgets", "peak_mb: p50 >= 64MB", "--budget")
            .starts_with("--budget: a budget is an upper limit"));
  CHECK(flag_fault("budgets", "peak_mb:: p50 < 64MB", "--budget")
            .starts_with("--budget: a quantile is expected first"));
  CHECK(flag_fault("budgets", "peak\xff: p50 < 64MB", "--budget").find("is not a metric") !=
        std::string::npos);
}

TEST_CASE("the keys of trials and gates are read, also as percentages") {
  const auto p = read_profile_text(
      R"({"trial": {"base": "sync", "max_blocks": 6, "precision": "2.5%", "self_test": true},
          "gate": {"alpha": 0.01, "on_inconclusive": "pass", "machine_deviation": "20%"}})",
      "x.json");
  REQUIRE(p);
  CHECK(p->trial.base == "sync");
  CHECK(p->trial.max_blocks == 6);
  CHECK(p->trial.precision == 0.025);
  CHECK(p->trial.self_test == true);
  CHECK(p->gate.alpha == 0.01);
  CHECK(p->gate.on_inconclusive == on_inconclusive::pass);
  CHECK(p->gate.machine_deviation == doctest::Approx(0.2));

  const profile defaults;
  CHECK(defaults.trial.base.empty());
  CHECK(defaults.trial.max_blocks == 160);
  CHECK_FALSE(defaults.trial.precision);
  CHECK_FALSE(defaults.trial.self_test);
  CHECK(defaults.gate.alpha == 0.05);
  CHECK(defaults.gate.on_inconclusive == on_inconclusive::fail);
  CHECK(defaults.gate.machine_deviation == 0.05);
}

TEST_CASE("flags set the keys of trials and gates") {
  profile p;
  REQUIRE(apply_flag(p, "trial.base", "a b", "--base"));
  REQUIRE(apply_flag(p, "trial.max_blocks", "100000", "--max-blocks"));
  REQUIRE(apply_flag(p, "trial.precision", "0.02", "--precision"));
  REQUIRE(apply_flag(p, "trial.self_test", "false", "--self-test"));
  REQUIRE(apply_flag(p, "gate.alpha", "1%", "--alpha"));
  CHECK(p.trial.base == "a b");
  CHECK(p.trial.max_blocks == 100'000);
  CHECK(p.trial.precision == 0.02);
  CHECK(p.trial.self_test == false);
  CHECK(p.gate.alpha == 0.01);
  REQUIRE(apply_flag(p, "trial.precision", "null", "--precision"));
  CHECK_FALSE(p.trial.precision);
}

TEST_CASE("keys of trials and gates outside their limits are refused") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"({"trial": {"base": 3}})", "x.json: trial.base: expected a text of up to 64 bytes, got 3"},
      {R"({"trial": {"max_blocks": 5}})",
       "x.json: trial.max_blocks: expected a whole number from 6"},
      {R"({"trial": {"max_blocks": 100001}})", "to 100000, got 100001"},
      {R"({"trial": {"precision": 0}})", "x.json: trial.precision: expected a number above 0 and"},
      {R"({"trial": {"precision": 1}})", "a number above 0 and below 1, or a percentage such as"},
      {R"({"trial": {"precision": "100%"}})", "got \"100%\""},
      {R"({"trial": {"precision": "0.02"}})", "got \"0.02\""},
      {R"({"trial": {"precision": "nan%"}})", "got \"nan%\""},
      {R"({"trial": {"precision": "%"}})", "got \"%\""},
      {R"({"trial": {"precision": "-2%"}})", "got \"-2%\""},
      {R"({"trial": {"precision": true}})", "got true"},
      {R"({"trial": {"self_test": "yes"}})",
       "x.json: trial.self_test: expected true or false, got \"yes\""},
      {R"({"trial": {"blocks": 5}})", "x.json: trial.blocks: unknown key"},
      {R"({"gate": {"alpha": 0.5}})",
       "x.json: gate.alpha: expected a number above 0 and below 0.5"},
      {R"({"gate": {"alpha": null}})", "got null"},
      {R"({"gate": {"on_inconclusive": "warn"}})",
       "x.json: gate.on_inconclusive: expected \"pass\" or \"fail\", got \"warn\""},
      {R"({"gate": {"machine_deviation": -0.1}})", "x.json: gate.machine_deviation: expected"},
      {R"({"alpha": 0.05})", "x.json: alpha: unknown key (did you mean gate.alpha?)"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    CHECK_MESSAGE(fault_of(text).find(message) != std::string::npos, fault_of(text));
  }
  for (const std::string text : {"", "-0.1", "0", "1", "1e-2", "nan", "inf", "2 %", "%", "0x1"}) {
    CAPTURE(text);
    CHECK(flag_fault("trial.precision", text, "--precision")
              .starts_with("--precision: expected a number above 0 and below 1"));
  }
  CHECK(flag_fault("trial.self_test", "1", "--self-test") ==
        "--self-test: expected true or false, got \"1\"");
}

TEST_CASE("an experiment has a question, metrics that answer it, groups and services") {
  const auto p = read_profile_text(R"({
      "services": [["./store", "redis"], ["other"]],
      "trial": {"question": "Why?", "judged_by": ["cold.cold_ms", "peak_mb"],
                "each": ["memory=128,512"], "needs": "make"}})",
                                   "x.json");
  REQUIRE(p);
  CHECK(p->services == std::vector<std::vector<std::string>>{{"./store", "redis"}, {"other"}});
  CHECK(p->trial.question == "Why?");
  CHECK(p->trial.judged_by == std::vector<std::string>{"cold.cold_ms", "peak_mb"});
  CHECK(p->trial.each == std::vector<std::string>{"memory=128,512"});
  CHECK(p->trial.needs == "make");
  CHECK(fault_of(R"({"trial": {"judged_by": ["cold.frist_ms"]}})")
            .ends_with("(did you mean cold.first_ms?)"));
  CHECK(fault_of(R"({"trial": {"each": ["memory"]}})").starts_with("x.json: trial.each[0]"));
  CHECK(fault_of(R"({"services": ["store"]})").starts_with("x.json: services[0]: expected"));
}

TEST_CASE("an event with keys stands for as many, by a Zipf law") {
  const auto p = read_profile_text(
      R"({"events": [{"payload": {"id": "p-${key}"}, "weight": 2, "keys": {"count": 3}},
                     {"payload": {"all": true}, "weight": 1}]})",
      "x.json");
  REQUIRE_MESSAGE(p, to_string(p.error()));
  REQUIRE(p->events.size() == 4);
  CHECK(p->events[0].payload == R"({"id":"p-1"})");
  CHECK(p->events[2].payload == R"({"id":"p-3"})");
  CHECK(p->events[0].weight == doctest::Approx(2));
  CHECK(p->events[1].weight == doctest::Approx(1));
  CHECK(p->events[2].weight == doctest::Approx(2.0 / 3));
  const auto flat = read_profile_text(
      R"({"events": [{"payload": "${key}", "keys": {"count": 2, "zipf": 0.5}}]})", "x.json");
  REQUIRE(flat);
  CHECK(flat->events[1].weight == doctest::Approx(0.70710678));
  const auto even = read_profile_text(
      R"({"events": [{"payload": "${key}", "keys": {"count": 2, "zipf": 0}}]})", "x.json");
  REQUIRE(even);
  CHECK(even->events[1].weight == 1);
  for (const char* zipf : {"-1", "11", "\"1\""})
    CHECK(fault_of(R"({"events": [{"payload": "${key}", "keys": {"count": 2, "zipf": )" +
                   std::string(zipf) + "}}]}")
              .starts_with("x.json: events[0].keys.zipf: expected a number from 0 to 10"));
  CHECK(fault_of(R"({"events": [{"payload": 1, "keys": {"count": 2}}]})") ==
        "x.json: events[0].keys: no key stands in the payload (write ${key} where it belongs)");
  CHECK(fault_of(R"({"events": [{"payload": "${key}", "keys": {"count": 0}}]})")
            .starts_with("x.json: events[0].keys.count: expected"));
  CHECK(fault_of(R"({"events": [{"payload": "${key}", "keys": {"cuont": 1}}]})")
            .find("did you mean count?") != std::string::npos);
}

}  // namespace
}  // namespace lambdaprof::profile
