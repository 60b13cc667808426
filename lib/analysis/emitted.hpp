// SPDX-License-Identifier: Apache-2.0
// Figures of what the function itself tells by its lines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/figure.hpp"
#include "analysis/timeline.hpp"

namespace lambdaprof::analysis {

/// Of environments whose first init went well, without those of a warm-up.
struct mark_figures {
  std::string name;
  figure ready_ms;            ///< see `mark_row::ready`
  std::size_t in_init = 0;    ///< how often it was seen before the init was over
  std::size_t before = 0;     ///< later, but before the first response
  std::size_t after = 0;      ///< after that
  std::size_t never = 0;      ///< it was not seen
  std::size_t lost_logs = 0;  ///< of these: where logs were dropped, in which it may have been
};

/// Each value that CloudWatch would count is a sample.
struct metric_figures {
  emitted_metric of;
  figure init;  ///< before the first invocation
  figure cold;  ///< of first invocations that went well, and of warm ones
  figure warm;
  bool is_ratio = false;  ///< it only says whether: its mean is how often
};

double sum(const figure& f);

/// What inits spent time on, as they tell it themselves.
struct trace_figures {
  struct step {
    tracer by = tracer::go;
    std::string name;
    double self_ms = 0;  ///< median over all inits; 0 in those that do not tell of it
  };
  std::size_t n = 0;        ///< inits that tell anything
  double init_ms = 0;       ///< their median
  std::vector<step> steps;  ///< those that take longest
  std::size_t others = 0;   ///< how many more there are; 0: none, or nobody knows
  double others_ms = 0;     ///< median of all that is told and not in `steps`
  double untold_ms = 0;     ///< median of the rest of the init
};

std::vector<mark_figures> sum_up_marks(const timeline& t);
std::vector<metric_figures> sum_up_metrics(const timeline& t);
trace_figures sum_up_traces(const timeline& t);

}  // namespace lambdaprof::analysis
