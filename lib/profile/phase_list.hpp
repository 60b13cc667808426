// SPDX-License-Identifier: Apache-2.0
// A plan as written: [{"fresh": true}, {"burst": 50}, {"repeat": {"times": 5, "phases": [...]}}].
#pragma once

#include "load/plan.hpp"
#include "profile/shape.hpp"

namespace lambdaprof::profile {

/// Counts reach to a million, rates to 100000/s, durations to a year, repeats eight levels down.
struct phase_list {
  using value_type = load::plan;

  std::string expects() const { return "a list of 1 to 1000 phases"; }
  json schema() const;
  result<load::plan> read(const json& value, const source& from) const;
  json tell(const load::plan& plan) const;
  result<json> from_text(std::string_view text) const { return parse_json(text, ""); }
};

/// The schema of one phase, which `phase_list` refers to as "#/$defs/phase".
json phase_schema();

}  // namespace lambdaprof::profile
