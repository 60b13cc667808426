// SPDX-License-Identifier: Apache-2.0
// A gate of a function against its predecessor: one of everything that a trial can find.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/sample.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::support {

inline trial::verdict verdict_of(std::string metric, std::string budget, trial::ruling r) {
  trial::verdict v;
  v.metric = std::move(metric);
  v.budget = std::move(budget);
  v.ruling = r;
  v.unit = "ms";
  v.value = 162.25;
  v.low = 155.125;
  v.high = 170.5;
  v.limit = 150;
  v.n = 40;
  v.reason = "proved at look 2 of 4 (40 pairs)";
  return v;
}

inline trial::findings plausible_findings() {
  trial::findings f;
  trial::comparison c;
  c.metric = "cold.cold_ms";
  c.base = "main";
  c.variant = "thumbnail";
  c.blocks = 40;
  c.base_value = 31.2;
  c.variant_value = 33.9;
  c.ratio = 1.0871234567891234;
  c.bounds = {1.061, 1.112};
  c.p = 2.5e-7;
  c.p_holm = 7.5e-7;
  c.is_found = true;
  c.difference = 2.71;
  c.difference_bounds = {1.9, 3.5};
  c.detectable = 0.021;
  c.lag_one = 0.04;
  c.effective = 38.5;
  f.comparisons.push_back(c);
  c.metric = "warm.warm_ms";
  c.ratio = 1.002;
  c.bounds.reset();
  c.difference_bounds.reset();
  c.detectable.reset();
  c.p = c.p_holm = 0.71;
  c.is_found = false;
  f.comparisons.push_back(c);

  f.verdicts.push_back(verdict_of("cold.first_ms", "p50 < 150ms", trial::ruling::over));
  trial::verdict relative =
      verdict_of("cold.cold_ms", "p50 <= baseline + 10%", trial::ruling::within);
  relative.unit = "ratio";
  relative.value = 1.0871;
  relative.low = 1.061;
  relative.high = 1.0991;
  relative.limit = 1.1;
  f.verdicts.push_back(relative);
  trial::verdict open = verdict_of("peak_mb", "p90 < 64 MB", trial::ruling::inconclusive);
  open.unit = "MB";
  open.value = 63.9;
  open.low.reset();
  open.high = 66;
  open.limit = 64;
  open.reason = "the most blocks were measured";
  f.verdicts.push_back(open);

  f.self_tests.push_back({"cold.cold_ms", trial::self_test::state::noisy, 1.034,
                          analysis::interval{1.012, 1.056}, 0.99, 40, 0.3, 21});
  f.self_tests.push_back({"warm.warm_ms", trial::self_test::state::quiet, 1.001,
                          analysis::interval{0.998, 1.003}, 0.99, 40, 0, 40});
  f.self_tests.push_back({"peak_mb", trial::self_test::state::unresolved, 1, {}, 0.99, 4, 0, 4});
  f.blocks = 40;
  f.stopped = "every budget is decided";
  f.caveats = {"the machine is noisy", "frequency of the CPUs is not fixed"};
  return f;
}

/// The base and the variant of that gate, and its calibration, which is nobody's business.
inline std::vector<report::subject> plausible_trial() {
  std::vector<report::subject> all(3, subject_of(plausible_run()));
  all[0].conditions.variant = {"main", journal::role::base, "./main", ""};
  all[1].conditions.variant = {"thumbnail", journal::role::variant, "./thumbnail", ""};
  all[2].conditions.variant = {"calibration", journal::role::calibration, "", ""};
  return all;
}

/// What somebody could call a function to break a format or a terminal.
inline const std::string hostile =
    "a \"b\" <c> & 'd' ]]>\n\x1b[31m\t\xff, e: %0A::error::\xef\xbf\xbf 🚀\x01";

inline std::vector<report::subject> hostile_trial() {
  std::vector<report::subject> all(2, subject_of(plausible_run()));
  for (report::subject& s : all) {
    s.conditions.variant.name = hostile;
    s.conditions.command_line = hostile;
    s.conditions.machine.cpu = hostile;
    s.conditions.started_at = hostile;
  }
  return all;
}

inline trial::findings hostile_findings() {
  trial::findings f;
  for (const trial::ruling r :
       {trial::ruling::within, trial::ruling::over, trial::ruling::inconclusive}) {
    trial::verdict v = verdict_of(hostile, hostile, r);
    v.reason = v.unit = hostile;
    f.verdicts.push_back(v);
  }
  trial::comparison c;
  c.metric = c.base = c.variant = hostile;
  f.comparisons.push_back(c);
  trial::self_test t;
  t.metric = hostile;
  t.found = trial::self_test::state::noisy;
  f.self_tests.push_back(t);
  f.caveats = {hostile};
  f.stopped = hostile;
  return f;
}

}  // namespace lambdaprof::support
