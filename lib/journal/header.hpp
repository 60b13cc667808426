// SPDX-License-Identifier: Apache-2.0
// The conditions of a run: what was run, where, and under which assumptions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::journal {

inline constexpr const char* schema = "lambdaprof.journal/v1";

struct function_facts {
  std::string name;
  std::vector<std::string> command;
  std::string directory;
  std::string handler;
  std::vector<std::pair<std::string, std::string>> variables;
  std::int64_t memory_mb = 0;
  span timeout{};
  std::vector<std::string> extensions;       ///< names of the external ones
  std::string initialization = "on-demand";  ///< AWS_LAMBDA_INITIALIZATION_TYPE
  std::string invoke_mode = "buffered";      ///< or "response_stream"
  std::int64_t max_concurrency = 0;          ///< invocations at a time; 0: one, the standard mode
  std::int64_t binary_bytes = 0;
  /// FNV-1a 64 of the binary, in hex: tells two builds apart, proves nothing.
  std::string digest;
};

struct machine_facts {
  std::string kernel;
  std::string cpu;
  std::int64_t cpus = 0;
  std::int64_t memory_mb = 0;
  std::string virtualization;
  double load_average = 0;
};

/// One assumption of the model of Lambda. `enforced` is false where this host or this version
/// cannot.
struct assumption {
  std::string about;
  std::string says;
  bool enforced = false;
};

/// What a variant is for in its trial.
enum class role : std::uint8_t {
  variant,
  base,         ///< what the others are compared with
  repeat,       ///< the base once more, for the A/A test
  calibration,  ///< a fixed workload that tells how fast the machine is
  saved_base,   ///< of a committed baseline: measured elsewhere or earlier
  saved_calibration,
};
inline constexpr std::array<std::string_view, 6> role_names{
    "variant", "base", "repeat", "calibration", "saved_base", "saved_calibration"};

struct variant_facts {
  std::string name;  ///< empty: a run by itself
  journal::role role = role::variant;
  std::string settings;  ///< what makes it differ, as it was written
  std::string group;     ///< it is compared with the base of the same group: "memory=128"
};

/// A limit on a metric, as it was written.
struct budget_text {
  std::string metric;
  std::string limit;
};

/// How a trial was to end, which decides what its samples prove.
struct trial_facts {
  std::vector<budget_text> budgets;
  double alpha = 0;              ///< error rate of each side of a verdict
  double machine_deviation = 0;  ///< between machines, of the logarithm; for committed baselines
  std::int64_t max_blocks = 0;   ///< 0: no trial
  bool passes_inconclusive = false;    ///< what could not be proved is no failure
  std::string stopped;                 ///< why no further block was measured
  std::string question;                ///< of an experiment: what it asks
  std::vector<std::string> judged_by;  ///< the metrics that answer it
};

/// A line of the function that contains the text tells that it has come so far.
struct mark {
  std::string name;
  std::string text;
};

/// Whether the runtime and the loader were asked what they do at a start.
struct init_trace_facts {
  bool is_on = false;
  double loader_ticks_per_ms = 0;  ///< of the clock by which the loader counts; 0: not known
};

struct header {
  std::string tool_version;
  /// The command that reproduces the run.
  std::string command_line;
  /// UTC, ISO 8601, of the journal's instant 0.
  std::string started_at;
  /// What was measured, in the user's words, such as a commit.
  std::string label;
  std::uint64_t seed = 0;
  /// The load in one line, as people would say it.
  std::string plan;
  function_facts function;
  machine_facts machine;
  std::vector<assumption> model;
  variant_facts variant;
  trial_facts trial;
  std::vector<mark> marks;  ///< what was looked for
  init_trace_facts init_trace;
};

}  // namespace lambdaprof::journal
