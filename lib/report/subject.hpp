// SPDX-License-Identifier: Apache-2.0
// What a report is about: one variant of one run, already read and summed up.
#pragma once

#include <string>
#include <vector>

#include "analysis/summary.hpp"
#include "analysis/timeline.hpp"
#include "journal/header.hpp"

namespace lambdaprof::report {

struct subject {
  journal::header conditions;
  analysis::timeline timeline;
  analysis::summary summary;
  /// Laws that the journal breaks: with any of these, no figure of it can be trusted.
  std::vector<std::string> breaches;
};

}  // namespace lambdaprof::report
