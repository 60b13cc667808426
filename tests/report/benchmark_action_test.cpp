// SPDX-License-Identifier: Apache-2.0
#include "report/benchmark_action.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/findings_sample.hpp"

namespace lambdaprof {
namespace {

using nlohmann::json;
using report::render_benchmark_action;

json of(const std::vector<report::subject>& subjects) {
  return json::parse(render_benchmark_action(subjects, {}));
}

report::subject with_starts(std::uint32_t n, double step) {
  support::journal_builder b;
  for (std::uint32_t i = 0; i < n; ++i)
    b.at(1000.0 * i).cold(i, i, {.exec = 2, .init = 10, .handler = 5 + step * i});
  b.conditions() = support::plausible_conditions();
  return support::subject_of(b.build());
}

}  // namespace

TEST_CASE("github-action-benchmark gets a median and half of its interval") {
  const json row = of({with_starts(8, 0.125)})[0];
  CHECK(row["name"] == "thumbnail: cold start");
  CHECK(row["unit"] == "ms");
  CHECK(row["value"] == 17.4375);
  CHECK(row["range"] == "± 0.438");
  CHECK(row["extra"] == "n = 8\nExample CPU @ 2.60GHz\nLinux 6.1.0\n" +
                            support::plausible_conditions().command_line);
}

TEST_CASE("github-action-benchmark gets no range without an interval") {
  CHECK_FALSE(of({with_starts(3, 0.125)})[0].contains("range"));
}

TEST_CASE("a range of nothing has the two characters that are needed to read it") {
  CHECK(of({with_starts(8, 0)})[0]["range"] == "± 0.0");
}

TEST_CASE("github-action-benchmark gets an empty list where there is nothing") {
  CHECK(render_benchmark_action({}, {}) == "[]\n");
  CHECK(of({support::subject_of(support::run_without_a_start())}) == json::array());
}

TEST_CASE("github-action-benchmark gets each name once, and no control character") {
  std::vector<std::string> names;
  for (const json& row : of(support::hostile_trial())) {
    names.push_back(row["name"].get<std::string>());
    CHECK(row["extra"].get<std::string>().find('\x1b') == std::string::npos);
  }
  const std::size_t rows = names.size();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  CHECK(names.size() == rows);
}

}  // namespace lambdaprof
