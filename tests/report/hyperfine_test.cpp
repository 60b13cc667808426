// SPDX-License-Identifier: Apache-2.0
#include "report/hyperfine.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/findings_sample.hpp"

namespace lambdaprof {
namespace {

using nlohmann::json;
using report::render_hyperfine;

json results_of(const std::vector<report::subject>& subjects) {
  return json::parse(render_hyperfine(subjects, {}))["results"];
}

}  // namespace

TEST_CASE("hyperfine's keys are those of its own export, in seconds and bytes") {
  const json all = results_of(support::plausible_trial());
  REQUIRE(all.size() == 2);
  const json& r = all[1];
  CHECK(r["command"] == "thumbnail");
  CHECK(r["parameters"] == json::parse(R"({"variant": "thumbnail"})"));
  for (const char* key : {"mean", "stddev", "median", "user", "system", "min", "max"})
    CHECK_MESSAGE(r[key].is_number(), key);
  CHECK(r["times"].size() == 28);
  CHECK(r["exit_codes"] == json(std::vector<int>(28, 0)));
  CHECK(r["memory_usage_byte"].size() == 28);
  CHECK(r["memory_usage_byte"][0].get<std::int64_t>() > 40 << 20);
  const double median_ms = support::plausible_trial()[1].summary.cold_ms.p50;
  CHECK(r["median"].get<double>() * 1e3 == doctest::Approx(median_ms));
  CHECK(r["times"][0].get<double>() < 0.1);
}

TEST_CASE("user and system are CPU of init and first invocation") {
  report::subject s = support::plausible_trial()[1];
  s.summary.init.n = s.summary.cold.n = 2;
  s.summary.init.user_ms = 20;
  s.summary.cold.user_ms = 2.5;
  s.summary.init.system_ms = 3;
  s.summary.cold.system_ms = 0.5;
  const json r = results_of({s})[0];
  CHECK(r["user"] == 0.0225);
  CHECK(r["system"] == 0.0035);
}

TEST_CASE("what the kernel did not tell is no 0 in a hyperfine result") {
  support::journal_builder b;
  b.at(1).cold(0, 0, {}).at(500).cold(1, 1, {.discarded = true});
  const json r = results_of({support::subject_of(b.build())})[0];
  CHECK(r["times"] == json::parse("[0.017]"));
  CHECK(r["mean"] == 0.017);
  CHECK(r["stddev"] == nullptr);
  CHECK_FALSE(r.contains("user"));
  CHECK_FALSE(r.contains("system"));
  CHECK_FALSE(r.contains("memory_usage_byte"));
}

TEST_CASE("a variant without a cold start has no hyperfine result") {
  CHECK(results_of({support::subject_of(support::run_without_a_start())}) == json::array());
  CHECK(results_of({}) == json::array());
}

TEST_CASE("hyperfine results of one name have different commands") {
  const json all = results_of(support::hostile_trial());
  REQUIRE(all.size() == 2);
  CHECK(all[1]["command"].get<std::string>() == all[0]["command"].get<std::string>() + "#2");
}

}  // namespace lambdaprof
