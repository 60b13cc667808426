// SPDX-License-Identifier: Apache-2.0
#include "report/benchmark_action.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/exported.hpp"
#include "report/json_lines.hpp"
#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;

/// Half the interval. The action reads the number back only if it has two characters or more.
std::string range_of(const analysis::interval& i) {
  const std::string half = short_number((i.high - i.low) / 2);
  return "± " + (half.size() > 1 ? half : half + ".0");
}

/// What a chart shows of a point under the mouse.
std::string extra(const journal::header& h, std::size_t n) {
  std::string all = fmt::format("n = {}", n);
  for (const std::string* fact : {&h.machine.cpu, &h.machine.kernel, &h.command_line})
    if (!fact->empty()) all += "\n" + printable(*fact);
  return all;
}

}  // namespace

std::string render_benchmark_action(std::span<const subject> subjects, const trial::findings& f) {
  const auto metrics = exported_metrics(f);
  json_lines to;
  to.open('[');
  for (const exported_variant& v : exported_variants(subjects)) {
    for (const analysis::metric* m : metrics) {
      const analysis::figure figure = analysis::summarize(samples_of(v, *m));
      if (figure.n == 0) continue;
      json row{{"name", v.name + ": " + std::string(m->name)},
               {"unit", m->unit},
               {"value", std::round(figure.p50 * 1e6) / 1e6}};
      if (figure.p50_bounds) row["range"] = range_of(*figure.p50_bounds);
      row["extra"] = extra(v.about->conditions, figure.n);
      to.put_row(row);
    }
  }
  to.close();
  return std::move(to).text();
}

}  // namespace lambdaprof::report
