// SPDX-License-Identifier: Apache-2.0
#include "report/technique.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace lambdaprof::report {
namespace {

using trial::comparison;

comparison at(std::string group, double difference, double ratio, bool is_found = true) {
  comparison c;
  c.metric = "cold.cold_ms";
  c.group = std::move(group);
  c.base = "sync" + (c.group.empty() ? "" : ", " + c.group);
  c.variant = "async" + (c.group.empty() ? "" : ", " + c.group);
  c.difference = difference;
  c.ratio = ratio;
  c.is_found = is_found;
  c.detectable = 0.023;
  c.judges = true;
  return c;
}

std::vector<std::string> worth(std::vector<comparison> comparisons) {
  subject s;
  s.conditions.trial.judged_by = {"cold.cold_ms"};
  trial::findings f;
  f.comparisons = std::move(comparisons);
  std::vector<std::string> lines;
  for (const fact_line& line : worth_of_techniques({&s, 1}, f).lines)
    lines.push_back(line.key + " " + line.text);
  return lines;
}

using lines = std::vector<std::string>;

TEST_CASE("a technique that helps does so by milliseconds and by its part") {
  comparison c = at("", -12.3, 0.7);
  c.difference_bounds = analysis::interval{-14, -11};
  CHECK(worth({c}) == lines{"async cold start: helps: -12.3 ms [-14.0, -11.0] (-30.0 %)"});
}

TEST_CASE("a large change is told in times") {
  CHECK(worth({at("", -90, 0.1)}) == lines{"async cold start: helps: -90.0 ms (10.0 × less)"});
  CHECK(worth({at("", 200, 3)}) == lines{"async cold start: hurts: +200 ms (3.00 × as much)"});
}

TEST_CASE("where nothing was found it is told what would have been") {
  CHECK(worth({at("", 0.1, 1.001, false)}) ==
        lines{"async cold start: no effect found (2.3 % would have been)"});
  comparison c = at("", 0.1, 1.001, false);
  c.detectable.reset();
  CHECK(worth({c}) == lines{"async cold start: no effect found (too few blocks to find any)"});
}

TEST_CASE("a bill that is the same in all blocks is told as that") {
  comparison c = at("", 0, 1, false);
  c.detectable = 0;
  CHECK(worth({c}) == lines{"async cold start: no effect found (the same in all blocks)"});
}

TEST_CASE("groups are told in their order, and where the effect turns") {
  CHECK(worth({at("memory=128", 120, 1.5), at("memory=512", 0, 1, false),
               at("memory=1769", -8, 0.8)}) ==
        lines{"async cold start: helps: -8.00 ms (-20.0 %) at memory=1769; hurts: +120 ms "
              "(+50.0 %) at memory=128; no effect found at memory=512 (2.3 % would have been); "
              "turns between memory=128 and memory=1769"});
}

TEST_CASE("an effect that only fades does not turn") {
  CHECK(worth({at("memory=128", -120, 0.6), at("memory=512", -3, 0.9),
               at("memory=1769", 0, 1, false)}) ==
        lines{"async cold start: helps: -120 ms (-40.0 %) at memory=128, -3.00 ms (-10.0 %) at "
              "memory=512; no effect found at memory=1769 (2.3 % would have been)"});
}

TEST_CASE("a trial that is judged by nothing says nothing of worth") {
  subject s;
  trial::findings f;
  f.comparisons = {at("", 1, 1.5)};
  CHECK(worth_of_techniques({&s, 1}, f).lines.empty());
}

TEST_CASE("the answer is where a technique does most") {
  subject s;
  s.conditions.trial.judged_by = {"cold.cold_ms"};
  trial::findings f;
  f.comparisons = {at("memory=128", 120, 3.4), at("memory=512", -8, 0.8)};
  CHECK(answer({&s, 1}, f).text == "async hurts: cold start 3.40 × as much at memory=128");
  f.comparisons = {at("", 0, 1, false)};
  CHECK(answer({&s, 1}, f).text == "no effect found on cold start");
  s.conditions.trial.judged_by.clear();
  CHECK(answer({&s, 1}, f).text.empty());
}

TEST_CASE("where the first figure does not change, the answer is that of the next one") {
  subject s;
  s.conditions.trial.judged_by = {"cold.cold_ms", "warm.handler_ms"};
  trial::findings f;
  f.comparisons = {at("", 0, 1, false), at("", -3, 0.7)};
  f.comparisons.back().metric = "warm.handler_ms";
  CHECK(answer({&s, 1}, f).text ==
        "async helps: warm handler -30.0 % · no effect on cold start found");
}

TEST_CASE("no more than three variants are in an answer") {
  subject s;
  s.conditions.trial.judged_by = {"cold.cold_ms"};
  trial::findings f;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    f.comparisons.push_back(at("", -3, 0.7));
    f.comparisons.back().variant = name;
  }
  const std::string text = answer({&s, 1}, f).text;
  CHECK(text.starts_with("a helps: cold start -30.0 % · b helps"));
  CHECK(text.ends_with(" · and 2 more"));
}

}  // namespace
}  // namespace lambdaprof::report
