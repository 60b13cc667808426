// SPDX-License-Identifier: Apache-2.0
// The figures that can be compared or limited, each by the path that its summary has in the results
// file, and where their samples are in a timeline.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/timeline.hpp"
#include "journal/header.hpp"

namespace lambdaprof::analysis {

struct metric {
  std::string_view key;   ///< "cold.first_ms": `.variants[].summary.cold.first_ms` of a result
  std::string_view name;  ///< as reports call it: "first response"
  std::string_view unit;  ///< "ms", "MB" or "$"
  bool is_compared;       ///< by `compare` without being asked for
  /// Whether it has one sample for each environment, or for each block, as dollars have, which are
  /// its mean; and not one for each invocation.
  bool is_of_starts;
};

/// All that every function has, the most telling first.
std::span<const metric> metrics();

/// The time to a mark of that name: "mark.ready_ms". Lives as long as the program.
const metric& mark_metric(std::string_view name);

/// All of them, and those of the marks that were looked for in this run.
std::vector<const metric*> metrics_of(const timeline& t);

/// Null for an unknown key; every name of a mark is known.
const metric* find_metric(std::string_view key);

/// The headline.
const metric& cold_metric();

/// Its samples in the order of the journal, without those of warm-ups and of what failed; by the
/// number of their block, which is -1 outside of trials.
using samples = std::map<std::int64_t, std::vector<double>>;
samples samples_of(const metric& m, const timeline& t, const journal::header& conditions);

/// All of them in the order of the journal.
std::vector<double> in_order(const samples& s);

}  // namespace lambdaprof::analysis
