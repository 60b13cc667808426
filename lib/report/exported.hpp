// SPDX-License-Identifier: Apache-2.0
// What the formats of other tools have in common: which variants and which metrics they are told
// of, and under which names. Other tools remember what they were told: who changes the name of a
// metric begins new charts for everybody.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/metric.hpp"
#include "analysis/summary.hpp"
#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

struct exported_variant {
  const subject* about = nullptr;
  std::string name;  ///< printable, not empty, and no other one has it
};

/// Without what a trial measures for itself only, such as its calibration, and without journals
/// that break a law.
std::vector<exported_variant> exported_variants(std::span<const subject> subjects);

/// The metrics that are always compared, and those that the findings speak of.
std::vector<const analysis::metric*> exported_metrics(const trial::findings& f);

/// In the order of the journal.
std::vector<double> samples_of(const exported_variant& v, const analysis::metric& m);

/// Each text that was there before gets a number: "a", "a#2".
std::vector<std::string> distinct(std::vector<std::string> texts);

/// Nanoseconds of a value in ms, bytes of one in MB; of dollars what there is.
struct base_units {
  double factor;
  std::string_view unit;  ///< "ns", "B" or "$"
};
base_units base_units_of(const analysis::metric& m);

}  // namespace lambdaprof::report
