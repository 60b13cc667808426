// SPDX-License-Identifier: Apache-2.0
// A limit on a figure, as people write it: "p50 < 150ms", "p90 <= 1.2s", "p50 <= baseline + 10%",
// "p50 <= baseline + 5ms", "p50 < 64 MB", "p50 < $0.30".
#pragma once

#include <string>
#include <string_view>

#include "analysis/metric.hpp"
#include "base/result.hpp"

namespace lambdaprof::trial {

struct budget {
  const analysis::metric* metric = nullptr;
  std::string text;       ///< as written, blanks tidied: "p50 <= baseline + 10%"
  double quantile = 0.5;  ///< inside (0, 1)
  enum class kind { absolute, times_baseline, plus_baseline } of = kind::absolute;
  /// Absolute: in the metric's unit. Times: the margin, 0.1 for "+ 10%". Plus: in the metric's
  /// unit.
  double limit = 0;

  bool is_relative() const { return of != kind::absolute; }
};

/// The fault says what is wrong with the text, names what is known, and has an empty `where`.
result<budget> read_budget(std::string_view metric, std::string_view text);

}  // namespace lambdaprof::trial
