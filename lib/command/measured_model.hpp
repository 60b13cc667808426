// SPDX-License-Identifier: Apache-2.0
// From what was measured, or given on the command line, to the model of the simulated world.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "command/simulate.hpp"
#include "journal/header.hpp"
#include "report/subject.hpp"
#include "sim/model.hpp"

namespace lambdaprof::command {

struct measured_model {
  sim::model model;
  std::vector<journal::assumption> says;
};

/// `of`: the result to draw from, if there is one.
result<measured_model> model_for(const simulate_options& o, const report::subject* of);

/// The variant that is meant.
result<const report::subject*> variant_of(const std::vector<report::subject>& all,
                                          const simulate_options& o);

}  // namespace lambdaprof::command
