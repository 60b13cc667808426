// SPDX-License-Identifier: Apache-2.0
// One figure over many results: a table with the places where it changed for good, and the same as
// JSON.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/change_points.hpp"
#include "analysis/metric.hpp"
#include "report/document.hpp"

namespace lambdaprof::report {

struct history_point {
  std::string started_at;
  std::string label;  ///< the commit, else the file
  std::string machine;
  double median = 0;
  std::size_t n = 0;
};

/// Of one variant of one function, in the order of time.
struct history_series {
  std::string name;
  std::vector<history_point> points;
  std::vector<analysis::change> changes;
};

document compose_history(const analysis::metric& m, std::span<const history_series> all);

/// {"metric", "unit", "series": [{"name", "points": […], "changes": […]}]}
std::string write_history(const analysis::metric& m, std::span<const history_series> all);

}  // namespace lambdaprof::report
