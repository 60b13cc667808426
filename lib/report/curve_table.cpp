// SPDX-License-Identifier: Apache-2.0
#include "report/curve_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/number.hpp"

namespace lambdaprof::report {
namespace {

std::string value_at(const curve& c, double x) {
  const auto at = std::find_if(c.points.begin(), c.points.end(),
                               [x](const curve::point& p) { return p.x == x; });
  return at == c.points.end() ? "–" : short_number(at->y);
}

}  // namespace

table as_table(const curves& c) {
  std::set<double> xs;
  for (const curve& each : c.all)
    for (const curve::point& p : each.points) xs.insert(p.x);

  table t;
  t.columns.push_back({c.y_name, alignment::left});
  for (const double x : xs) t.columns.push_back({short_number(x)});
  for (const curve& each : c.all) {
    std::vector<std::string> row{each.name};
    for (const double x : xs) row.push_back(value_at(each, x));
    t.rows.push_back(std::move(row));
  }
  t.footnote = fmt::format("at so many {}", c.x_name);
  return t;
}

}  // namespace lambdaprof::report
