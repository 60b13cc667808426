// SPDX-License-Identifier: Apache-2.0
// One gate in the formats of other tools. How to update: golden.hpp.
#include <doctest/doctest.h>

#include "report/bencher.hpp"
#include "report/benchmark_action.hpp"
#include "report/findings_sample.hpp"
#include "report/github.hpp"
#include "report/golden.hpp"
#include "report/hyperfine.hpp"
#include "report/junit.hpp"

namespace lambdaprof {

TEST_CASE("the JUnit report is the golden one") {
  support::check_golden("gate.junit.xml", report::render_junit(support::plausible_trial(),
                                                               support::plausible_findings(),
                                                               report::when_inconclusive::skip));
}

TEST_CASE("the annotations of GitHub are the golden ones") {
  support::check_golden("gate.github.txt", report::render_github(support::plausible_trial(),
                                                                 support::plausible_findings()));
}

TEST_CASE("the metrics for Bencher are the golden ones") {
  support::check_golden("gate.bencher.json", report::render_bencher(support::plausible_trial(),
                                                                    support::plausible_findings()));
}

TEST_CASE("the values for github-action-benchmark are the golden ones") {
  support::check_golden(
      "gate.benchmark-action.json",
      report::render_benchmark_action(support::plausible_trial(), support::plausible_findings()));
}

TEST_CASE("the results as hyperfine writes them are the golden ones") {
  support::check_golden(
      "gate.hyperfine.json",
      report::render_hyperfine(support::plausible_trial(), support::plausible_findings()));
}

}  // namespace lambdaprof
