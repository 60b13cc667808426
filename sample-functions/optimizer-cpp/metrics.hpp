// SPDX-License-Identifier: Apache-2.0
// One line of CloudWatch's embedded metric format for each invocation.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace optimizer {

/// Counted from any thread.
struct counters {
  std::atomic<std::uint64_t> invocations = 0;
  std::atomic<std::uint64_t> connections_opened = 0;
};

/// The figures of one invocation.
struct measured {
  bool is_cold_start = false;
  double duration_ms = 0;
  std::optional<bool> cache_hit;
  std::uint64_t connections_opened = 0;
};

std::string metric_line(const measured& figures, std::int64_t timestamp_ms);

}  // namespace optimizer
