// SPDX-License-Identifier: Apache-2.0
// The conditions of a run: what was run, where, and under which assumptions.
#pragma once

#include <cstdint>
#include <string>
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

struct header {
  std::string tool_version;
  /// The command that reproduces the run.
  std::string command_line;
  /// UTC, ISO 8601, of the journal's instant 0.
  std::string started_at;
  std::uint64_t seed = 0;
  /// The load in one line, as people would say it.
  std::string plan;
  function_facts function;
  machine_facts machine;
  std::vector<assumption> model;
};

}  // namespace lambdaprof::journal
