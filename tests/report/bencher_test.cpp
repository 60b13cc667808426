// SPDX-License-Identifier: Apache-2.0
#include "report/bencher.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/findings_sample.hpp"

namespace lambdaprof {
namespace {

using nlohmann::json;
using report::render_bencher;

json of(const std::vector<report::subject>& subjects, const trial::findings& f = {}) {
  return json::parse(render_bencher(subjects, f));
}

}  // namespace

TEST_CASE("Bencher gets a median with bounds, in nanoseconds and bytes") {
  support::journal_builder b;
  for (std::uint32_t i = 0; i < 8; ++i)
    b.at(1000.0 * i)
        .cold(i, i, {.exec = 2, .init = 10, .handler = 5.0 + i / 8.0})
        .end(i, {.peak_bytes = (40 + i) * 1024 * 1024});
  b.conditions().function.name = "resize";
  const json j = of({support::subject_of(b.build())});
  const json latency =
      json::parse(R"({"value": 17437500, "lower_value": 17000000, "upper_value": 17875000})");
  CHECK(j.at("resize: cold start").at("latency") == latency);
  CHECK(j.at("resize: peak memory").at("peak-memory").at("value") == 45613056);
  CHECK(j.at("resize: cold, per million").at("cost").at("value").is_number());
}

TEST_CASE("Bencher gets no bounds that there are not, and nothing without samples") {
  support::journal_builder b;
  b.at(1).cold(0, 0, {});
  const json j = of({support::subject_of(b.build())});
  CHECK(j.at("unnamed: cold start") == json::parse(R"({"latency": {"value": 17000000}})"));
  CHECK_FALSE(j.contains("unnamed: warm"));
  CHECK_FALSE(j.contains("unnamed: peak memory"));
  CHECK(of({support::subject_of(support::run_without_a_start())}) == json::object());
  CHECK(render_bencher({}, {}) == "{}\n");
}

TEST_CASE("Bencher gets variants and bases, but no calibration and nothing that breaks a law") {
  std::vector<report::subject> all = support::plausible_trial();
  CHECK(of(all).contains("main: cold start"));
  CHECK(of(all).contains("thumbnail: cold start"));
  CHECK_FALSE(of(all).contains("calibration: cold start"));
  all[0].breaches = {"an invocation ended twice"};
  CHECK_FALSE(of(all).contains("main: cold start"));
}

TEST_CASE("Bencher also gets the metrics that a budget or a comparison is about") {
  const std::vector<report::subject> all = support::plausible_trial();
  trial::findings f;
  CHECK_FALSE(of(all, f).contains("thumbnail: exec"));
  f.verdicts = {support::verdict_of("cold.exec_ms", "p50 < 1ms", trial::ruling::within)};
  CHECK(of(all, f).contains("thumbnail: exec"));
  f.verdicts.front().metric = "of another version";
  CHECK(of(all, f) == of(all));
}

TEST_CASE("variants of one name are told apart, whatever the name is made of") {
  const json j = of(support::hostile_trial());
  const std::string name = "a \"b\" <c> & 'd' ]]> �[31m �, e: %0A::error::\xef\xbf\xbf 🚀�";
  CHECK(j.contains(name + ": cold start"));
  CHECK(j.contains(name + "#2: cold start"));
}

}  // namespace lambdaprof
