// SPDX-License-Identifier: Apache-2.0
#include "profile/print.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "profile/fields.hpp"
#include "profile/plan.hpp"
#include "profile/read.hpp"
#include "support/places.hpp"

using namespace lambdaprof;
using namespace lambdaprof::profile;

namespace {

// All values of a profile, without their origins.
json values_of(const lambdaprof::profile::profile& p) {
  json values = json::object();
  for (const field& f : fields()) values[f.path] = f.tell(p);
  return values;
}

}  // namespace

TEST_CASE("the printed profile says where each value comes from") {
  auto p = read_profile_text(R"({"function": {"memory_mb": 512, "environment": {"AA": "1"}},
                                 "load": {"idle": "90s"}})",
                             "profiles/x.json");
  REQUIRE(p);
  REQUIRE(apply_flag(*p, "function.timeout", "1.5s", "--timeout"));
  REQUIRE(apply_flag(*p, "function.environment", "BB=2", "--env"));
  REQUIRE(apply_flag(*p, "events", R"({"a": "//"})", "--event"));
  CHECK(print_profile(*p) == R"({
  "function": {
    "name": "function", // default
    "command": [], // default
    "directory": "", // default
    "handler": "function.handler", // default
    "environment": {
      "AA": "1", // from profiles/x.json
      "BB": "2" // from --env
    },
    "memory_mb": 512, // from profiles/x.json
    "timeout": "1s500ms", // from --timeout
    "extensions": "", // default
    "snap_start": false, // default
    "max_concurrency": 0, // default
    "invoke_mode": "buffered", // default
    "limit_stream_rate": false // default
  },
  "caller": {
    "client_context": null, // default
    "cognito_identity_id": "", // default
    "cognito_identity_pool_id": "", // default
    "tenant_id": "", // default
    "trace": "" // default
  },
  "events": [{"payload":{"a":"//"}}], // from --event
  "load": {
    "cold": 20, // default
    "warm": 20, // default
    "warm_up": 1, // default
    "burst": 1, // default
    "idle": "1m30s" // from profiles/x.json
  },
  "pool": {
    "keep_alive": "uniform:5m,6m", // default
    "max_environments": 1000, // default
    "max_lifetime": "2h", // default
    "provisioned": 0, // default
    "warmer": null, // default
    "idle_clock": "skip" // default
  },
  "page_cache": "hot", // default
  "marks": {}, // default
  "init_trace": false, // default
  "seed": 1, // default
  "require": [], // default
  "give_up": 3, // default
  "services": [], // default
  "variants": {}, // default
  "trial": {
    "base": "", // default
    "max_blocks": 160, // default
    "precision": null, // default
    "self_test": null, // default
    "each": [], // default
    "question": "", // default
    "judged_by": [], // default
    "needs": "" // default
  },
  "budgets": {}, // default
  "simulation": {
    "traffic": [], // default
    "policies": [], // default
    "days": 30 // default
  },
  "gate": {
    "alpha": 0.05, // default
    "on_inconclusive": "fail", // default
    "machine_deviation": 0.05 // default
  }
}
)");
}

TEST_CASE("of the load the plan is printed if there is one, and the numbers otherwise") {
  auto p = read_profile_text(R"({"load": {"plan": [{"burst": 3}]}})", "x.json");
  REQUIRE(p);
  const std::string text = print_profile(*p);
  CHECK(text.find("    \"plan\": [{\"burst\":3}] // from x.json\n") != std::string::npos);
  CHECK(text.find("\"cold\"") == std::string::npos);
  CHECK(print_profile({}).find("\"plan\"") == std::string::npos);
}

TEST_CASE("what is printed reads back as the same profile") {
  const std::string folder = std::string(support::binary_dir) + "/profile-test/print";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/event.json") << "{ \"kept\" : 1.00 }";
  const std::vector<std::string> texts{
      "{}",
      R"({"events": [{"file": "event.json", "weight": 0.1}, {"payload": [1, "\u2028\n\"", 1e-300], "weight": 3}]})",
      R"({"load": {"burst": 50}})",
      R"({"load": {"burst": 50, "warm": 3, "idle": "1ns1h", "cold": 1, "warm_up": 0}})",
      R"({"load": {"plan": [{"fresh": true}, {"repeat": {"times": 2, "discarded": true, "phases":
          [{"steady": {"per_second": 0.3333333333333333, "for": "1s"}}, {"poisson": {"per_second": 100000, "for": "1s"}}]}}]}})",
      R"({"function": {"command": ["./a b", "// \"quoted\"", "/*", "µ"], "environment": {"AB": "*/ // \n\t\u0001"}}})",
      R"({"pool": {"keep_alive": "exponential:1.5s", "idle_clock": "real"}, "seed": 18446744073709551615,
          "require": ["cpu", "freeze"]})",
      R"({"variants": {"a, \"b\"": {"events": [{"file": "event.json"}], "page_cache": "cold"},
                       "b": {"function": {"environment": {"AA": "1", "BB": ""}}}, "c": {}},
          "trial": {"base": "b", "max_blocks": 6, "precision": "2.5%", "self_test": false}})",
      R"({"budgets": {"cold.first_ms": ["p50<150", "p90 <= 1.2 s"], "peak_mb": "median < baseline+10%"},
          "gate": {"alpha": 0.01, "on_inconclusive": "pass", "machine_deviation": 0.2}})",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto first = read_profile_text(text, folder + "/x.json");
    REQUIRE(first);
    const std::string printed = print_profile(*first);
    // From another folder, so that nothing may depend on where the first one was.
    const auto second = read_profile_text(printed, "elsewhere/y.json");
    CHECK_MESSAGE(second.has_value(), (second ? "" : to_string(second.error())));
    if (!second) continue;
    CHECK(values_of(*second) == values_of(*first));
    CHECK(load::describe(plan_of(*second)) == load::describe(plan_of(*first)));
    CHECK(check(*second).has_value() == check(*first).has_value());
    for (std::size_t i = 0; i < first->events.size(); ++i)
      CHECK(second->events[i].payload == first->events[i].payload);
  }
}

TEST_CASE("no name of a file can break out of its comment") {
  const auto p = read_profile_text(R"({"seed": 7})", "a\n\"give_up\": 9, //\r\xff.json");
  REQUIRE(p);
  const auto again = read_profile_text(print_profile(*p), "y.json");
  REQUIRE(again);
  CHECK(again->seed == 7);
  CHECK(again->give_up == 3);
}
