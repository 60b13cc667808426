// SPDX-License-Identifier: Apache-2.0
// One run in every format, byte for byte. LAMBDAPROF_UPDATE_GOLDEN=1 writes the files anew; look at
// what changed before believing it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "report/compose.hpp"
#include "report/csv.hpp"
#include "report/markdown.hpp"
#include "report/result.hpp"
#include "report/sample.hpp"
#include "report/terminal.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;

namespace {

void check_golden(const std::string& name, const std::string& rendered) {
  const std::string path = std::string(SOURCE_DIR "/tests/golden/") + name;
  if (std::getenv("LAMBDAPROF_UPDATE_GOLDEN") != nullptr)
    std::ofstream(path, std::ios::binary) << rendered;
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  CHECK(rendered == golden.str());
}

}  // namespace

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
