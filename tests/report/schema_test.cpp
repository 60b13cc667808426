// SPDX-License-Identifier: Apache-2.0
// The results file is what its JSON Schema says, checked by a validator that is not ours.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/result.hpp"
#include "report/sample.hpp"
#include "report/validator.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;
using nlohmann::json;
using support::objections;

namespace {

json written(const std::vector<subject>& subjects) {
  return json::parse(write_result(subjects));
}

}  // namespace

TEST_CASE("a written result is valid by the schema") {
  CHECK(objections(written({support::subject_of(support::plausible_run())})) == "");
  CHECK(objections(written({support::subject_of(support::run_without_a_start())})) == "");
  CHECK(objections(written({})) == "");
}

TEST_CASE("a result with everything unusual in it is valid by the schema") {
  subject odd = support::subject_of(support::eventful_run());
  odd.breaches = {"an invocation ended twice"};
  odd.conditions.seed = 8;
  CHECK(objections(written({support::subject_of(support::plausible_run()), odd})) == "");
}

TEST_CASE("the schema refuses what is not ours") {
  const json good = written({support::subject_of(support::plausible_run())});
  const auto with = [&](const char* pointer, const json& value) {
    json changed = good;
    changed[json::json_pointer(pointer)] = value;
    return objections(changed);
  };
  CHECK(with("/schema", "lambdaprof.result/v2") != "");
  CHECK(with("/extra", 1) != "");
  CHECK(with("/variants/0/environments/0/init_ms", "12") != "");
  CHECK(with("/variants/0/environments/0/pid", 12) != "");
  CHECK(with("/variants/0/invocations/0/outcome", "fine") != "");
  CHECK(with("/variants/0/summary/cold/cold_ms/p75", 12) != "");
  json incomplete = good;
  incomplete["variants"][0]["summary"]["warm"].erase("warm_ms");
  CHECK(objections(incomplete) != "");
}
