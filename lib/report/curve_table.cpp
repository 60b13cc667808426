// SPDX-License-Identifier: Apache-2.0
#include "report/curve_table.hpp"

#include <algorithm>
#include <set>

#include "report/number.hpp"

namespace lambdaprof::report {
namespace {

std::string cell(const curve& c, double x) {
  const auto at = std::find_if(c.points.begin(), c.points.end(),
                               [x](const curve::point& p) { return p.x == x; });
  if (at == c.points.end()) return "–";
  const std::string value = short_number(at->y);
  if (!at->low || !at->high) return value;
  return value + " " + short_interval({*at->low, *at->high});
}

}  // namespace

table as_table(const curves& c) {
  std::set<double> xs;
  for (const curve& each : c.all)
    for (const curve::point& p : each.points) xs.insert(p.x);

  table t;
  t.columns.push_back({c.x_name});
  // A single curve is named by its axis.
  for (const curve& each : c.all)
    t.columns.push_back({c.all.size() == 1 && each.name.empty() ? c.y_name : each.name});
  for (const double x : xs) {
    std::vector<std::string> row{short_number(x)};
    for (const curve& each : c.all) row.push_back(cell(each, x));
    t.rows.push_back(std::move(row));
  }
  if (c.all.size() > 1) t.footnote = c.y_name;
  return t;
}

}  // namespace lambdaprof::report
