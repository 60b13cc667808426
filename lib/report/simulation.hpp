// SPDX-License-Identifier: Apache-2.0
// What policies would do to a load, side by side: as a document, as JSON and as CSV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/monthly.hpp"
#include "journal/header.hpp"
#include "report/document.hpp"

namespace lambdaprof::report {

struct policy_outcome {
  std::string policy;
  analysis::traffic seen;
  analysis::monthly month;
};

struct simulated_load {
  std::string name;
  std::vector<policy_outcome> policies;
};

struct simulation {
  std::string function;
  std::string question;  ///< of an experiment; empty: none
  std::int64_t memory_mb = 128;
  std::string tool_version;
  std::string command_line;
  std::uint64_t seed = 1;
  std::vector<journal::assumption> model;
  std::vector<std::string> caveats;
  std::vector<simulated_load> loads;
  bool is_interrupted = false;  ///< not all loads and policies were played
};

document compose(const simulation& s);

/// Schema lambdaprof.simulation/v1, see simulation.schema.json.
std::string write_json(const simulation& s);

/// One row for each policy under each load.
std::string render_csv(const simulation& s);

}  // namespace lambdaprof::report
