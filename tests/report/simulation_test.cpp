// SPDX-License-Identifier: Apache-2.0
#include "report/simulation.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/terminal.hpp"
#include "validator.hpp"

namespace lambdaprof::report {
namespace {

using namespace std::chrono_literals;

simulation sample() {
  simulation s;
  s.function = "greeter";
  s.memory_mb = 512;
  s.tool_version = "1.2.3";
  s.command_line = "lambdaprof simulate --from r.json";
  s.model = {{"reuse", "most recently used first", true}};
  policy_outcome none{"none", {}, {1, 0, 0, 5000}};
  none.seen.requests = 100'000;
  none.seen.cold = 911;
  none.seen.share_error = 0.0003;
  none.seen.length = 24h;
  none.seen.idle_seconds = 86400;
  for (int i = 0; i < 100; ++i) none.seen.latency.add(i < 98 ? 10ms : 300ms);
  policy_outcome kept = none;
  kept.policy = "provisioned:1";
  kept.seen.cold = 0;
  kept.seen.share_error.reset();
  kept.month = {0, 0.5, 5.4, 9000};
  s.loads = {{"poisson:1", {none, kept}}};
  return s;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("policies are rows, with their error or how rare a cold start is at most") {
  const std::string text = render_terminal(compose(sample()), style::plain, 120);
  CHECK_MESSAGE(contains(text, "0.911 % ± 0.06"), text);
  CHECK_MESSAGE(contains(text, "0 (< 0.003 %)"), text);
  CHECK_MESSAGE(contains(text, "fewest cold starts with provisioned:1"), text);
  CHECK_MESSAGE(contains(text, "cheapest with none: 0.911 % ± 0.06, $1.00 a month"), text);
  CHECK_MESSAGE(contains(text, "most recently used first"), text);
  CHECK_MESSAGE(contains(text, "301"), text);  // of 300, to 0.4 %
}

TEST_CASE("of several loads the headline is the one under which the choice matters most") {
  simulation s = sample();
  s.question = "Which way?";
  s.loads.push_back(s.loads.front());
  s.loads.back().name = "poisson:0.01";
  s.loads.back().policies.front().seen.cold = 20'000;
  const document d = compose(s);
  CHECK(d.title == "Which way?");
  CHECK(d.verdict.text.starts_with("poisson:0.01: fewest cold starts with provisioned:1"));
  const std::string text = render_terminal(d, style::plain, 120);
  CHECK_MESSAGE(contains(text, "poisson:1     fewest cold starts"), text);
  CHECK_MESSAGE(contains(text, "traffic poisson:0.01"), text);
}

TEST_CASE("which load matters most does not depend on the order of policies") {
  simulation s = sample();
  s.loads.push_back(s.loads.front());
  s.loads.back().name = "poisson:0.01";
  s.loads.back().policies.front().seen.cold = 20'000;
  for (simulated_load& load : s.loads) std::swap(load.policies[0], load.policies[1]);
  CHECK(compose(s).verdict.text.starts_with("poisson:0.01: "));
}

TEST_CASE("who has hardly more cold starts and costs less is named, not the dearest of all") {
  simulation s = sample();
  policy_outcome warmed = s.loads.front().policies.front();
  warmed.policy = "warmer:every=4m";
  warmed.seen.cold = 1;
  warmed.seen.share_error = 0.00001;
  warmed.month = {1, 0.01, 0, 6000};
  s.loads.front().policies.push_back(warmed);
  CHECK_MESSAGE(compose(s).verdict.text.starts_with("fewest cold starts with warmer:every=4m"),
                compose(s).verdict.text);
}

TEST_CASE("a policy that leaves requests unserved is told with that, and is not the best") {
  simulation s = sample();
  s.loads.front().policies.back().seen.throttled = 47'000;
  const document d = compose(s);
  CHECK_MESSAGE(d.verdict.text.starts_with("fewest cold starts and cheapest with none"),
                d.verdict.text);
  CHECK(d.verdict.tone == tone::warning);
  const std::string text = render_terminal(d, style::plain, 120);
  CHECK_MESSAGE(contains(text,
                         "poisson:1, provisioned:1: 47000 throttled of 100000 requests → raise "
                         "--max-environments"),
                text);
  CHECK(contains(render_csv(s), ",0,47000\n"));
}

TEST_CASE("no share is above all, and no request makes no verdict") {
  simulation s = sample();
  s.loads.front().policies.back().seen.requests = 1;
  CHECK(contains(render_terminal(compose(s), style::plain, 120), "0 (< 95.0 %)"));
  for (policy_outcome& p : s.loads.front().policies) {
    p.seen.requests = 0;
    p.seen.cold = 0;
  }
  CHECK(compose(s).verdict.text == "no request came in that time");
}

TEST_CASE("a simulation that was stopped says so") {
  simulation s = sample();
  s.is_interrupted = true;
  CHECK(compose(s).verdict.text.starts_with("interrupted, partial: fewest"));
  const nlohmann::json j = nlohmann::json::parse(write_json(s));
  CHECK(j["interrupted"] == true);
  CHECK(support::objections(j, "simulation.schema.json") == "");
}

TEST_CASE("the schema of simulations accepts what is written, and no other key") {
  nlohmann::json j = nlohmann::json::parse(write_json(sample()));
  CHECK(support::objections(j, "simulation.schema.json") == "");
  CHECK(j["loads"][0]["policies"][1]["dollars_a_month"].get<double>() == doctest::Approx(5.9));
  j["loads"][0]["policies"][0]["surprise"] = 1;
  CHECK(support::objections(j, "simulation.schema.json") != "");
}

TEST_CASE("CSV has a row for each policy") {
  const std::string text = render_csv(sample());
  CHECK(contains(text, "\n\"poisson:1\",\"none\",100000,911,0.00911000,0.00030000,0,"));
  CHECK(contains(text, "\n\"poisson:1\",\"provisioned:1\",100000,0,0.00000000,,0,"));
}

}  // namespace lambdaprof::report
