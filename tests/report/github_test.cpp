// SPDX-License-Identifier: Apache-2.0
#include "report/github.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "report/findings_sample.hpp"

namespace lambdaprof {
namespace {

using report::render_github;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("GitHub hears nothing as long as nothing is wrong") {
  trial::findings f = support::plausible_findings();
  f.verdicts = {f.verdicts[1]};
  f.self_tests = {f.self_tests[1], f.self_tests[2]};
  CHECK(render_github(support::plausible_trial(), f) == "");
  CHECK(render_github({}, {}) == "");
}

TEST_CASE("what is over is an error, what is inconclusive or noisy a warning") {
  const auto lines =
      lines_of(render_github(support::plausible_trial(), support::plausible_findings()));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] ==
        "::error title=over%3A cold.first_ms p50 < 150ms::162.25 ms [155.12, 170.5] is over the "
        "limit of 150 ms%0An = 40 · error rate 5 %25 a side · proved at look 2 of 4 (40 pairs)");
  CHECK(lines[1].starts_with(
      "::warning title=inconclusive%3A peak_mb p90 < 64 MB::63.9 MB (at most 66)"));
  CHECK(lines[2].starts_with("::warning title=noisy machine::cold.cold_ms: 1.034 times itself"));
  CHECK(lines[3] ==
        "::notice title=what speaks against trusting this::the machine is noisy%0Afrequency of "
        "the CPUs is not fixed");
}

TEST_CASE("a percentage in a title is escaped") {
  trial::findings f;
  f.verdicts = {support::verdict_of("cold.cold_ms", "p50 <= baseline + 10%", trial::ruling::over)};
  CHECK(render_github({}, f).starts_with(
      "::error title=over%3A cold.cold_ms p50 <= baseline + 10%25::"));
}

TEST_CASE("no name can begin a workflow command of its own") {
  const auto lines = lines_of(render_github(support::hostile_trial(), support::hostile_findings()));
  REQUIRE(lines.size() == 4);
  for (const std::string& line : lines) {
    CHECK(line.starts_with("::"));
    CHECK(line.find('\x1b') == std::string::npos);
    // Before the message there is one property, in which neither a comma nor a colon is left.
    const std::string head = line.substr(2, line.find("::", 2) - 2);
    CHECK(head.find_first_of(",:") == std::string::npos);
  }
}

TEST_CASE("a journal that breaks a law is an error of its own") {
  std::vector<report::subject> all = support::plausible_trial();
  all[1].breaches = {"an invocation ended twice"};
  CHECK(render_github(all, {}) ==
        "::error title=broken laws%3A thumbnail::no figure of it can be trusted%0Aan invocation "
        "ended twice\n");
}

}  // namespace lambdaprof
