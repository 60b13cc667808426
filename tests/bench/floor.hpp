// SPDX-License-Identifier: Apache-2.0
// The least that an emulator can do: blocking sockets, one process, no state, no journal.
#pragma once

#include <string>
#include <vector>

namespace lambdaprof::bench {

struct floor_times {
  double spawn_ms = 0;           ///< before posix_spawn, to the first /next read
  std::vector<double> warm_ms;   ///< event written, to the last byte of the response read
  std::vector<double> cycle_ms;  ///< event written, to the next /next read
};

/// Spawns the binary, serves it so many events, kills it. Throws std::runtime_error if that fails.
floor_times run_floor(const std::string& binary, std::size_t events,
                      const std::vector<std::string>& variables = {});

}  // namespace lambdaprof::bench
