// SPDX-License-Identifier: Apache-2.0
#include "report/findings_json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "report/findings_sample.hpp"
#include "report/result.hpp"
#include "report/validator.hpp"

namespace lambdaprof {
namespace {

using nlohmann::json;

template <class Finding>
json of(const Finding& found) {
  return json::parse(report::json_of(found).dump());
}

/// A results file with these findings in it.
json file_with(const trial::findings& f) {
  return json::parse(report::write_result({}, &f));
}

}  // namespace

TEST_CASE("findings in a results file are valid by the schema") {
  CHECK(support::objections(file_with({})) == "");
  CHECK(support::objections(file_with(support::plausible_findings())) == "");
  CHECK(support::objections(file_with(support::hostile_findings())) == "");
}

TEST_CASE("the schema refuses findings that are not ours") {
  const json good = file_with(support::plausible_findings());
  const auto with = [&](const char* pointer, const json& value) {
    json changed = good;
    changed[json::json_pointer(pointer)] = value;
    return support::objections(changed);
  };
  CHECK(with("/comparisons/0/ratio", "1.09") != "");
  CHECK(with("/comparisons/0/speedup", 1.09) != "");
  CHECK(with("/verdicts/0/verdict", "passed") != "");
  CHECK(with("/verdicts/0/alpha", 0) != "");
  CHECK(with("/self_tests/0/state", "fine") != "");
}

TEST_CASE("the keys that others build on are there") {
  const trial::findings f = support::plausible_findings();
  const json c = of(f.comparisons[0]);
  CHECK(c["metric"] == "cold.cold_ms");
  CHECK(c["base"] == "main");
  CHECK(c["variant"] == "thumbnail");
  CHECK(c["ratio"] == 1.08712346);
  CHECK(c["low"] == 1.061);
  CHECK(c["high"] == 1.112);
  CHECK(c["p"] == 2.5e-7);
  CHECK(c["blocks"] == 40);
  CHECK(
      report::json_of(f.verdicts[0]).dump() ==
      R"({"metric":"cold.first_ms","budget":"p50 < 150ms","verdict":"over","value":162.25,)"
      R"("low":155.125,"high":170.5,"limit":150.0,"unit":"ms","n":40,"alpha":0.05,"alpha_over":0.05,)"
      R"j("reason":"proved at look 2 of 4 (40 pairs)"})j");
  CHECK(report::json_of(f.self_tests[0]).dump() ==
        R"({"metric":"cold.cold_ms","state":"noisy","ratio":1.034,"low":1.012,"high":1.056,)"
        R"("confidence":0.99,"blocks":40,"lag_one":0.3,"effective":21.0})");
  CHECK(file_with(f)["caveats"].size() == 2);
}

TEST_CASE("what is not known is null, and so is what is no number") {
  const json c = of(trial::comparison{});
  for (const char* key : {"low", "high", "difference_low", "difference_high", "detectable",
                          "tail_ratio", "tail_low", "tail_high"})
    CHECK_MESSAGE(c[key] == nullptr, key);
  trial::verdict v;
  v.value = std::numeric_limits<double>::quiet_NaN();
  v.high = std::numeric_limits<double>::infinity();
  const json j = of(v);
  CHECK(j["value"] == nullptr);
  CHECK(j["low"] == nullptr);
  CHECK(j["high"] == nullptr);
}

}  // namespace lambdaprof
