// SPDX-License-Identifier: Apache-2.0
// What the charts of a page draw, as JSON: figures as the results file has them, samples as columns
// of microseconds (compact.hpp). page/data.js reads it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "report/subject.hpp"

namespace lambdaprof::report {

/// One list of subjects for each article of the page. Of more than `most_samples` invocations only
/// every so many-th is taken, so that a page stays one that can be sent around.
std::string page_data(const std::vector<std::vector<const subject*>>& articles,
                      std::size_t most_samples = 40'000);

}  // namespace lambdaprof::report
