// SPDX-License-Identifier: Apache-2.0
// Lines in the embedded metric format of CloudWatch: one JSON object that names the metrics it has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lambdaprof::analysis {

struct emf_metric {
  std::string space;  ///< its namespace
  std::string name;
  std::string unit;  ///< "None" where it has none
  std::vector<double> values;
};

/// With a complaint there are no metrics: CloudWatch takes a line as a whole or not at all.
struct emf_line {
  std::vector<emf_metric> metrics;
  std::string complaint;
};

/// None for a line of another kind, which costs no more than looking for one word in it. A metric
/// that several directives publish, under other dimensions, is there once.
std::optional<emf_line> read_emf(std::string_view line);

}  // namespace lambdaprof::analysis
