// SPDX-License-Identifier: Apache-2.0
// One run in every format. How to update: golden.hpp.
#include "report/golden.hpp"

#include <doctest/doctest.h>

#include "report/compose.hpp"
#include "report/csv.hpp"
#include "report/markdown.hpp"
#include "report/result.hpp"
#include "report/sample.hpp"
#include "report/terminal.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;

using support::check_golden;

TEST_CASE("the terminal report is the golden one") {
  check_golden("report.txt", render_terminal(compose(support::subject_of(support::plausible_run())),
                                             style::plain));
}

TEST_CASE("the markdown report is the golden one") {
  check_golden("report.md",
               render_markdown(compose(support::subject_of(support::plausible_run()))));
}

TEST_CASE("the samples as CSV are the golden ones") {
  const std::vector subjects{support::subject_of(support::plausible_run())};
  check_golden("report.csv", render_csv(subjects));
}

TEST_CASE("the results file is the golden one") {
  const std::vector subjects{support::subject_of(support::plausible_run())};
  check_golden("report.json", write_result(subjects));
}
