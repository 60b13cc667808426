// SPDX-License-Identifier: Apache-2.0
#include "report/perfetto.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "report/extension_sample.hpp"
#include "report/golden.hpp"
#include "report/sample.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;

namespace {

using json = nlohmann::json;

json events_of(const journal::journal& j) {
  const std::vector subjects{support::subject_of(j)};
  return json::parse(render_perfetto(subjects))["traceEvents"];
}

std::size_t count_of(const json& events, const char* phase, const std::string& name) {
  return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [&](const json& e) {
    return e["ph"] == phase && e["name"] == name;
  }));
}

/// Viewers draw slices of a track as a stack, so that two may not overlap in part.
void check_nesting(const json& events) {
  std::map<std::int64_t, std::vector<std::pair<double, double>>> open;
  for (const json& e : events) {
    if (e["ph"] != "X") continue;
    const double from = e["ts"].get<double>();
    const double to = from + e["dur"].get<double>();
    for (const auto& [other_from, other_to] : open[e["tid"].get<std::int64_t>()]) {
      const bool is_apart = to <= other_from + 1e-6 || other_to <= from + 1e-6;
      const bool is_inside = from >= other_from - 1e-6 && to <= other_to + 1e-6;
      CHECK((is_apart || is_inside));
    }
    open[e["tid"].get<std::int64_t>()].push_back({from, to});
  }
}

}  // namespace

TEST_CASE("the trace of an eventful run is the golden one") {
  const std::vector subjects{support::subject_of(support::eventful_run())};
  support::check_golden("trace.json", render_perfetto(subjects));
}

TEST_CASE("a trace has what happened, and slices that lie in each other") {
  const json events = events_of(support::plausible_run());
  check_nesting(events);
  CHECK(count_of(events, "M", "thread_name") == 30);
  CHECK(count_of(events, "X", "init") == 30);
  CHECK(count_of(events, "i", "init failed") == 2);
  CHECK(count_of(events, "X", "invoke, cold") == 28);
  CHECK(count_of(events, "i", "timed_out") == 1);
  CHECK(count_of(events, "X", "frozen") > 200);
}

TEST_CASE("counters begin and end with nobody there") {
  const json events = events_of(support::plausible_run());
  json last;
  for (const json& e : events) {
    if (e["ph"] != "C" || e["name"] != "environments") continue;
    for (const auto& [state, n] : e["args"].items()) CHECK(n >= 0);
    last = e["args"];
  }
  CHECK(last == json{{"starting", 0}, {"busy", 0}, {"idle", 0}});
}

TEST_CASE("a trace of starts that all failed says so") {
  const json events = events_of(support::run_without_a_start());
  CHECK(count_of(events, "i", "init failed") == 20);
  CHECK(count_of(events, "X", "handler") == 0);
}

TEST_CASE("of a run that broke a law there is no trace") {
  std::vector subjects{support::subject_of(support::plausible_run())};
  subjects[0].breaches = {"entry 7"};
  CHECK(json::parse(render_perfetto(subjects))["traceEvents"].empty());
}
