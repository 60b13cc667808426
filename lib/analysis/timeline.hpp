// SPDX-License-Identifier: Apache-2.0
// The only reader of facts: entries become one row per invocation and one per environment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/init_trace.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::analysis {

/// What an extension did with an invocation that it was told of.
struct extension_turn {
  std::uint32_t extension = 0;  ///< place in `environment_row::extensions`
  instant back = never;         ///< it asked for its next event
};

/// Values that the function has emitted under one name: `emitted_metric::key`.
struct emitted_values {
  std::string key;
  std::vector<double> values;
};

/// One invocation. Instants are `never` where the journal has no such fact.
struct invocation_row {
  invocation_id id;
  environment_id env;  ///< none if it was throttled or never delivered
  std::uint32_t event = 0;
  std::int64_t block = -1;  ///< of a trial
  bool discarded = false;   ///< belongs to a warm-up, or is a ping: in no statistic
  bool is_ping = false;     ///< sent by a warmer, and counted apart
  bool throttled = false;
  journal::start_kind start = journal::start_kind::cold;
  journal::outcome how = journal::outcome::interrupted;
  instant due = never;
  instant arrived = never;
  instant assigned = never;  ///< to an environment: before an init that is repeated for it
  instant delivered = never;
  instant first_byte = never;    ///< equals `answered` where the response came in one piece
  instant answered = never;      ///< last byte of the response, or the instant of the failure
  instant runtime_done = never;  ///< the runtime asked for its next event
  instant settled = never;       ///< and so did every extension that was told of the invocation
  bool is_streamed = false;      ///< the response came in pieces
  std::uint64_t response_bytes = 0;
  std::uint16_t http_status = 0;    ///< that the response says, from 500 on; else 0
  span cpu = journal::cpu_unknown;  ///< process CPU from the delivery to the next /next
  /// What the environment used in that time, and in the `used_phases - 1` invocations of it before
  /// that were not sampled; 0 phases: this one was not. `peak_bytes` is the most so far.
  journal::usage used;
  std::uint32_t used_phases = 0;
  /// CPU used between the response and the standstill, or the next event if that came first.
  span cpu_after{-1};
  span thaw{-1};           ///< what thawing took, as a part of the latency
  std::string error;       ///< the payload the invoker saw, if it failed, or of an `error_answer`
  std::string error_type;  ///< what the function's header made of it, if it had one
  std::vector<extension_turn> extensions;  ///< those that were told of it
  std::vector<emitted_values> metrics;     ///< that it has emitted, see `emf_account`

  bool is_success() const { return !throttled && how == journal::outcome::success; }
  /// From the intended send time to the last byte: `first_ms` of a cold one, `warm_ms` of a warm
  /// one.
  std::optional<span> latency() const { return between(due, answered); }
  /// `handler_ms`: handed to the runtime, to the last byte.
  std::optional<span> handler() const { return between(delivered, answered); }
  /// Lambda's Duration: handed to the runtime, until runtime and extensions have asked for the next
  /// event.
  std::optional<span> duration() const { return between(delivered, settled); }
  /// The runtime's part of it.
  std::optional<span> runtime_time() const {
    return between(delivered, runtime_done == never ? settled : runtime_done);
  }
  /// Lambda's PostRuntimeExtensionsDuration; none where no extension was told of it.
  std::optional<span> post_runtime_extensions() const {
    return extensions.empty() ? std::nullopt : between(runtime_done, settled);
  }
  /// An extension's part of it, which lies beside that of the runtime.
  std::optional<span> extension_time(const extension_turn& x) const {
    return between(delivered, x.back);
  }
  /// From the intended send time to the first byte, of a response that came in pieces.
  std::optional<span> time_to_first_byte() const {
    return is_streamed ? between(due, first_byte) : std::nullopt;
  }
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

/// How the process of an extension ended.
enum class extension_end : std::uint8_t {
  none,      ///< it has no process of its own, or lives
  in_order,  ///< with its environment
  crashed,   ///< before that: what was under way failed
  killed,    ///< it was told of the end, and did not come to it in time
};
inline constexpr std::array<std::string_view, 4> extension_end_names{"none", "in_order", "crashed",
                                                                     "killed"};

/// An extension of an environment. Its instants are those of the environment's first init; its end
/// is the first that was not in order, if there was one.
struct extension_row {
  std::string name;
  bool is_external = false;
  bool wants_invoke = false;
  bool wants_shutdown = false;
  instant began = never;       ///< just before the creation of its process, if it has its own
  instant registered = never;  ///< with the Extensions API
  instant ready = never;       ///< its first /event/next
  extension_end end = extension_end::none;
  std::int32_t exit_status = 0;
  std::int32_t exit_signal = 0;
  std::string error_type;    ///< what it posted to /init/error or /exit/error first
  std::string launch_error;  ///< why it has no process
  std::uint64_t log_lines = 0;
  std::uint64_t dropped_records = 0;  ///< of its telemetry: it did not take them in time
  std::uint64_t dropped_bytes = 0;
};

/// A mark that was looked for in what the first process of an environment prints.
struct mark_row {
  std::string name;
  instant at = never;  ///< a line with it was first read; `never`: there was none
  /// From `environment_row::began` to then, without the time in which the environment was frozen
  /// and without idle time that was skipped: so long it could work on it. Negative: there was none.
  span ready{-1};
};

/// One environment: its first process, its init, its first invocation, its end.
struct environment_row {
  environment_id id;
  std::int64_t block = -1;   ///< of a trial
  bool discarded = false;    ///< caused by a warm-up event
  bool provisioned = false;  ///< initialized before any event wanted it
  instant ordered = never;
  instant began = never;  ///< just before the creation of its first process
  /// Just before the creation of the runtime's, where an external extension's was the first.
  instant runtime_began = never;
  instant started = never;  ///< exec of the runtime has succeeded
  /// The runtime's first /next was read, where there are extensions.
  instant runtime_ready_at_init = never;
  /// Everybody's first /next was read; the runtime's /restore/next of a SnapStart function.
  instant init_done = never;
  instant init_failed = never;  ///< its first init ended without that
  // Of a SnapStart function; both equal `init_done` where it has no hooks.
  instant restore_began = never;
  instant restore_done = never;
  instant restore_failed = never;
  instant retired = never;
  instant gone = never;
  /// Other environments that were between order and end of init when it was ordered.
  std::uint32_t starting_with_it = 0;
  std::uint32_t attempts = 0;  ///< processes it had
  std::uint32_t invocations = 0;
  /// Index into `timeline::invocations` of its cold invocation; none of a provisioned one.
  std::optional<std::size_t> first;
  journal::outcome init = journal::outcome::interrupted;  ///< success, or how its first init failed
  std::string init_error;
  std::string init_error_type;  ///< as `invocation_row::error_type`
  span init_cpu = journal::cpu_unknown;
  /// Success, or how its first restore failed.
  journal::outcome restore = journal::outcome::success;
  std::string restore_error;
  std::string restore_error_type;
  span restore_cpu = journal::cpu_unknown;
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
  std::vector<extension_row> extensions;  ///< external ones first
  std::vector<mark_row> marks;            ///< one for each that was looked for
  std::vector<emitted_values> metrics;    ///< that it has emitted before its first invocation
  std::vector<init_step> init_trace;      ///< what its first init spent time on, where it was asked

  /// `init_ms`: just before process creation, to the first /next of all.
  std::optional<span> init_time() const { return invocation_row::between(began, init_done); }
  /// `exec_ms`: the part of it before exec of the runtime had succeeded.
  std::optional<span> exec_time() const {
    return invocation_row::between(runtime_start(), started);
  }
  /// The runtime's part of the init, from its own start on.
  std::optional<span> runtime_init_time() const {
    return invocation_row::between(
        runtime_start(), runtime_ready_at_init == never ? init_done : runtime_ready_at_init);
  }
  /// From its own start, if it has a process of its own, to its first /event/next.
  std::optional<span> init_time(const extension_row& x) const {
    return invocation_row::between(x.is_external ? x.began : runtime_start(), x.ready);
  }
  /// The part of it before it had registered: the runtime is not started before all external ones
  /// have.
  std::optional<span> registration_time(const extension_row& x) const {
    return invocation_row::between(x.is_external ? x.began : runtime_start(), x.registered);
  }
  /// `restore_ms`: what a SnapStart function's hooks take. No snapshot is taken or loaded here.
  std::optional<span> restore_time() const {
    return invocation_row::between(restore_began, restore_done);
  }
  bool is_restored() const { return restore_began != never; }
  /// What a cold start pays before its handler: the init; of a SnapStart function the restore,
  /// since its init was paid for when its version was published.
  std::optional<span> startup_time() const { return is_restored() ? restore_time() : init_time(); }
  span startup_cpu() const { return is_restored() ? restore_cpu : init_cpu; }

  instant runtime_start() const { return runtime_began == never ? began : runtime_began; }
};

struct refusal {
  instant at;
  environment_id env;
  invocation_id inv;
  std::uint16_t status = 0;
  std::string what;
  bool discarded = false;  ///< of a warm-up: by its invocation, else by its environment
};

/// A metric that the function emits in the embedded metric format of CloudWatch.
struct emitted_metric {
  std::string key;  ///< its name, with the namespace in front where another one has that already
  std::string space;
  std::string name;
  std::string unit;
};

/// Of the lines in that format outside of warm-ups.
struct emf_account {
  std::uint64_t lines = 0;
  std::uint64_t malformed = 0;  ///< of which nothing was taken
  /// Came while several invocations were under way at a time, so that nobody knows whose they are.
  std::uint64_t unassigned = 0;
  std::string complaint;  ///< of the first malformed one
  std::string example;    ///< its beginning
};

struct timeline {
  std::vector<invocation_row> invocations;    ///< in order of arrival
  std::vector<environment_row> environments;  ///< in order of launch
  std::vector<refusal> refusals;
  std::vector<std::string> notes;
  std::vector<emitted_metric> metrics;  ///< in order of appearance
  emf_account emf;
  span skipped{};  ///< idle time the pool's clock jumped over
  bool interrupted = false;

  /// `cold_ms = init_ms + handler_ms` of the environment's first invocation, if both went well;
  /// `restore_ms + handler_ms` of a SnapStart function.
  std::optional<span> cold(const environment_row& e) const;
  /// `first_ms`: latency of that invocation, if it had to wait for the init. A burst can leave an
  /// environment ready that nobody took; whoever comes later finds it cold but does not wait for
  /// it. None of a SnapStart function: its init is in that latency, and on Lambda it is not.
  std::optional<span> first_response(const environment_row& e) const;
  /// The same up to the first byte of a response that came in pieces.
  std::optional<span> first_byte(const environment_row& e) const;
};

timeline read_timeline(const journal::journal& j);

}  // namespace lambdaprof::analysis
