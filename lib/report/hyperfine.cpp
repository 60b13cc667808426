// SPDX-License-Identifier: Apache-2.0
#include "report/hyperfine.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/exported.hpp"
#include "report/json_lines.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;

/// To the nanosecond.
double in_seconds(double milliseconds) {
  return std::round(milliseconds * 1e6) / 1e9;
}

struct runs {
  std::vector<double> cold_ms;
  std::vector<std::int64_t> peaks;  ///< in bytes; -1 is unknown
};

/// The samples of `cold.cold_ms`, each with the peak of its environment.
runs runs_of(const analysis::timeline& t) {
  runs all;
  for (const analysis::environment_row& e : t.environments) {
    const auto cold = t.cold(e);
    if (!cold || e.discarded || t.invocations[*e.first].discarded) continue;
    all.cold_ms.push_back(milliseconds(*cold));
    all.peaks.push_back(e.used.peak_bytes);
  }
  return all;
}

/// Where the kernel did not tell, `user` and `system` are missing. Plots do without them; Bencher,
/// which insists on them, then refuses the file, and a made-up 0 would be believed.
void add_cpu(json& j, const analysis::summary& s) {
  if (s.init.n == 0 || s.cold.n == 0) return;
  j["user"] = in_seconds(s.init.user_ms + s.cold.user_ms);
  j["system"] = in_seconds(s.init.system_ms + s.cold.system_ms);
}

json result_of(const exported_variant& v, const runs& r) {
  const analysis::figure f = analysis::summarize(r.cold_ms);
  json j{{"command", v.name}, {"mean", in_seconds(f.mean)}};
  j["stddev"] = f.n > 1 ? json(in_seconds(f.sd)) : json();
  j["median"] = in_seconds(f.p50);
  add_cpu(j, v.about->summary);
  j["min"] = in_seconds(f.min);
  j["max"] = in_seconds(f.max);
  j["times"] = json::array();
  for (const double ms : r.cold_ms) j["times"].push_back(in_seconds(ms));
  const bool are_peaks_known =
      std::none_of(r.peaks.begin(), r.peaks.end(), [](std::int64_t peak) { return peak < 0; });
  if (are_peaks_known) j["memory_usage_byte"] = r.peaks;
  // Whatever did not end well is no sample. That lambdaprof kills the function in the end is no
  // failure of the run.
  j["exit_codes"] = std::vector<int>(r.cold_ms.size(), 0);
  // Only this one: hyperfine's plots take results with one parameter.
  j["parameters"] = {{"variant", v.name}};
  return j;
}

}  // namespace

std::string render_hyperfine(std::span<const subject> subjects, const trial::findings&) {
  json_lines to;
  to.open('{');
  to.open('[', "results");
  for (const exported_variant& v : exported_variants(subjects))
    if (const runs r = runs_of(v.about->timeline); !r.cold_ms.empty()) to.put_row(result_of(v, r));
  to.close();
  to.close();
  return std::move(to).text();
}

}  // namespace lambdaprof::report
