// SPDX-License-Identifier: Apache-2.0
// What the environment variables ask for. Each switch is one technique against cold starts, off at
// first.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace optimizer {

enum class init_time {
  sync,   ///< before the first /next
  async,  ///< in the background after it
  lazy,   ///< in the first handler, where something is needed
};

struct switches {
  init_time init = init_time::sync;
  bool warmed_connection = false;
  bool precompile = false;
  bool prefetch = false;
  bool config_cache = false;
  bool response_cache = false;
  std::chrono::seconds response_life{300};
  bool pool = false;
  bool graceful_shutdown = false;
  std::string store_url;
  std::string store_ca;
};

/// Looks up a variable as getenv does.
using environment = std::function<const char*(const char* name)>;

/// Throws std::invalid_argument that names the variable and what it may be.
switches read_switches(const environment& lookup);

}  // namespace optimizer
