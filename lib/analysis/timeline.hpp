// SPDX-License-Identifier: Apache-2.0
// The only reader of facts: entries become one row per invocation and one per environment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::analysis {

/// One invocation. Instants are `never` where the journal has no such fact.
struct invocation_row {
  invocation_id id;
  environment_id env;  ///< none if it was throttled or never delivered
  std::uint32_t event = 0;
  std::int64_t block = -1;  ///< of a trial
  bool discarded = false;   ///< belongs to a warm-up: in no statistic
  bool throttled = false;
  journal::start_kind start = journal::start_kind::cold;
  journal::outcome how = journal::outcome::interrupted;
  instant due = never;
  instant arrived = never;
  instant assigned = never;  ///< to an environment: before an init that is repeated for it
  instant delivered = never;
  instant first_byte = never;  ///< equals `answered` where the response came in one piece
  instant answered = never;    ///< last byte of the response, or the instant of the failure
  instant settled = never;
  std::uint64_t response_bytes = 0;
  span cpu = journal::cpu_unknown;  ///< process CPU from the delivery to the next /next
  /// What the environment used in that time, and in the `used_phases - 1` invocations of it before
  /// that were not sampled; 0 phases: this one was not. `peak_bytes` is the most so far.
  journal::usage used;
  std::uint32_t used_phases = 0;
  /// CPU used between the response and the standstill, or the next event if that came first.
  span cpu_after{-1};
  span thaw{-1};      ///< what thawing took, as a part of the latency
  std::string error;  ///< the payload the invoker saw, if it failed

  bool is_success() const { return !throttled && how == journal::outcome::success; }
  /// From the intended send time to the last byte: `first_ms` of a cold one, `warm_ms` of a warm
  /// one.
  std::optional<span> latency() const { return between(due, answered); }
  /// `handler_ms`: handed to the runtime, to the last byte.
  std::optional<span> handler() const { return between(delivered, answered); }
  /// Lambda's Duration: handed to the runtime, until the runtime asks for the next event.
  std::optional<span> duration() const { return between(delivered, settled); }
  /// No environment was free when it came: it was reused all the same, but its latency holds a
  /// wait.
  bool has_waited() const {
    return start == journal::start_kind::warm && delivered != never && arrived < delivered;
  }
  /// How late the generator itself was.
  std::optional<span> lateness() const { return between(due, arrived); }

  static std::optional<span> between(instant from, instant to) {
    if (from == never || to == never) return std::nullopt;
    return to - from;
  }
};

/// One environment: its first process, its init, its first invocation, its end.
struct environment_row {
  environment_id id;
  std::int64_t block = -1;  ///< of a trial
  bool discarded = false;   ///< caused by a warm-up event
  instant ordered = never;
  instant began = never;        ///< just before process creation
  instant started = never;      ///< exec has succeeded
  instant init_done = never;    ///< first /next read
  instant init_failed = never;  ///< its first init ended without that
  instant retired = never;
  instant gone = never;
  /// Other environments that were between order and end of init when it was ordered.
  std::uint32_t starting_with_it = 0;
  std::uint32_t attempts = 0;  ///< processes it had
  std::uint32_t invocations = 0;
  std::optional<std::size_t> first;  ///< index into `timeline::invocations` of its cold invocation
  journal::outcome init = journal::outcome::interrupted;  ///< success, or how its first init failed
  std::string init_error;
  span init_cpu = journal::cpu_unknown;
  /// Of the files that it maps, as far as they are known: their size, and what of it was in the
  /// page cache before its first start; -1 if that is not known.
  std::int64_t mapped_bytes = -1;
  std::int64_t cached_bytes = -1;
  journal::usage init_used;  ///< by the end of its first init, where it was sampled
  journal::usage used;       ///< of its last process: totals at exit
  std::int32_t exit_status = 0;
  std::int32_t exit_signal = 0;
  std::uint32_t strays = 0;
  bool left_groups = false;  ///< so that its limits were not in force
  std::uint64_t log_lines = 0;
  std::uint64_t log_bytes_dropped = 0;

  /// `init_ms`: just before process creation, to the first /next.
  std::optional<span> init_time() const { return invocation_row::between(began, init_done); }
  /// `exec_ms`: the part of it before exec had succeeded.
  std::optional<span> exec_time() const { return invocation_row::between(began, started); }
};

struct refusal {
  instant at;
  environment_id env;
  invocation_id inv;
  std::uint16_t status = 0;
  std::string what;
  bool discarded = false;  ///< of a warm-up: by its invocation, else by its environment
};

struct timeline {
  std::vector<invocation_row> invocations;    ///< in order of arrival
  std::vector<environment_row> environments;  ///< in order of launch
  std::vector<refusal> refusals;
  std::vector<std::string> notes;
  span skipped{};  ///< idle time the pool's clock jumped over
  bool interrupted = false;

  /// `cold_ms = init_ms + handler_ms` of the environment's first invocation, if both went well.
  std::optional<span> cold(const environment_row& e) const;
  /// `first_ms`: latency of that invocation, if it had to wait for the init. A burst can leave an
  /// environment ready that nobody took; whoever comes later finds it cold but does not wait for
  /// it.
  std::optional<span> first_response(const environment_row& e) const;
};

timeline read_timeline(const journal::journal& j);

}  // namespace lambdaprof::analysis
