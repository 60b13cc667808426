// SPDX-License-Identifier: Apache-2.0
#include "report/bencher.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/exported.hpp"
#include "report/json_lines.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;

/// What does not exist yet, Bencher creates. A slug is found under no other name.
const char* measure_of(const base_units& b) {
  return b.unit == "ns" ? "latency" : b.unit == "B" ? "peak-memory" : "cost";
}

json number(double value, const base_units& b) {
  if (b.unit == "$") return std::round(value * 1e6) / 1e6;
  return std::llround(value * b.factor);
}

json measure(const analysis::figure& f, const base_units& b) {
  json j{{"value", number(f.p50, b)}};
  if (f.p50_bounds) {
    j["lower_value"] = number(f.p50_bounds->low, b);
    j["upper_value"] = number(f.p50_bounds->high, b);
  }
  return j;
}

}  // namespace

std::string render_bencher(std::span<const subject> subjects, const trial::findings& f) {
  const auto metrics = exported_metrics(f);
  json_lines to;
  to.open('{');
  for (const exported_variant& v : exported_variants(subjects)) {
    for (const analysis::metric* m : metrics) {
      const analysis::figure figure = analysis::summarize(samples_of(v, *m));
      if (figure.n == 0) continue;
      const base_units b = base_units_of(*m);
      to.put(v.name + ": " + std::string(m->name), {{measure_of(b), measure(figure, b)}});
    }
  }
  to.close();
  return std::move(to).text();
}

}  // namespace lambdaprof::report
