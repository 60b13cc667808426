// SPDX-License-Identifier: Apache-2.0
// The figures of one variant: cold and warm apart, nothing discarded mixed in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/account.hpp"
#include "analysis/emitted.hpp"
#include "analysis/figure.hpp"
#include "analysis/timeline.hpp"

namespace lambdaprof::analysis {

struct counts {
  std::size_t environments = 0;
  std::size_t invocations = 0;
  std::size_t cold = 0;
  std::size_t warm = 0;
  std::size_t waited = 0;  ///< of the warm: those that had to wait for a busy environment
  std::size_t suppressed = 0;
  /// Of a warmer; they are among none of the others.
  std::size_t pings = 0;
  std::size_t cold_pings = 0;
  std::size_t failed_pings = 0;
  std::size_t provisioned = 0;         ///< environments that were initialized ahead
  std::size_t provisioned_starts = 0;  ///< the first invocations of such, neither cold nor warm
  /// Invocations that did not end in success; neither throttled nor interrupted ones are among
  /// them.
  std::size_t failures = 0;
  std::size_t throttles = 0;
  std::size_t init_failures = 0;     ///< environments whose first init failed
  std::size_t restore_failures = 0;  ///< or whose restore
  std::size_t refusals = 0;
  std::size_t discarded = 0;  ///< invocations of the warm-up
  std::map<std::string, std::size_t> by_outcome;
};

/// Work that ran on when a phase was over: nobody waited for it, and the next event pays for it.
struct frozen_debt {
  std::size_t looked_at = 0;  ///< ends of phases at which threads were looked for
  std::size_t with_work = 0;  ///< of them: where threads were running on
  std::int64_t most_threads = 0;
  /// CPU between the response and the standstill, or the next event if that came first.
  figure after_ms;
  /// CPU in the next phase of the threads that were running on; only where there were any.
  figure carried_ms;
};

struct extension_figures {
  std::string name;
  bool is_external = false;
  figure registration_ms;  ///< before it had registered, a part of its init
  figure init_ms;          ///< from its own start, or from the runtime's if it is internal
  figure invoke_ms;        ///< from the delivery of an event until it asked for the next one
};

/// How inits and invocations divide between a runtime and its extensions. Of what went well and
/// was no warm-up; `invoke_ms` and the last three of cold and warm invocations together that an
/// extension was told of.
struct division {
  std::vector<extension_figures> extensions;  ///< external ones first
  figure runtime_init_ms;                     ///< from the runtime's own start
  figure runtime_ms;
  figure duration_ms;
  figure post_runtime_ms;  ///< Lambda's PostRuntimeExtensionsDuration
};

/// `cold` figures are of first invocations, `warm` ones of later ones; what failed is in none of
/// them, and what had a suppressed init is in neither. `init` and `exec` figures are of every first
/// init that went well, whether or not an invocation followed, but for those ahead of all events.
/// `cold_ms` and `cold_cpu_ms` need
/// both, and contain both.
struct summary {
  counts count;
  figure exec_ms, init_ms, first_ms, cold_ms, cold_handler_ms, init_cpu_ms;
  /// Of init (or restore) and first invocation, up to the next /next.
  figure cold_cpu_ms, cold_duration_ms;
  /// Inits ahead of all events, at the share of CPU that the memory size buys.
  figure provisioned_init_ms;
  /// The hooks of SnapStart functions, which take the place of the init in their `cold_ms`.
  figure restore_ms;
  /// Of responses that came in pieces.
  figure cold_first_byte_ms, warm_first_byte_ms;
  figure warm_ms;  ///< only those that an idle environment was there for
  /// The others: a burst's, that took over an environment which had just come free.
  figure waited_ms;
  figure warm_handler_ms;
  figure warm_cpu_ms, warm_duration_ms;  ///< up to the next /next
  /// Of the load generator, for every event, even where it was throttled or failed.
  figure lateness_ms;
  account init, cold, warm;  ///< of the inits, the first invocations and the warm ones in `warm_ms`
  frozen_debt after_init;    ///< `after_ms` has no samples: an init ends by asking for an event
  frozen_debt after_response;
  division with_extensions;  ///< empty where there are none
  figure thaw_ms;            ///< letting a frozen environment go on, a part of the latency
  /// Of the files that a process maps, what was in the page cache before its start.
  figure cached_percent;
  std::int64_t mapped_bytes = 0;  ///< the size of those files, at most
  /// In MiB, of environments whose peak is known.
  figure peak_mb;
  /// Index of the environment whose cold_ms is the (lower) median.
  std::optional<std::size_t> median_cold;
  std::vector<mark_figures> marks;      ///< in the order in which they were asked for
  std::vector<metric_figures> metrics;  ///< in order of appearance
  trace_figures traces;
  /// "17 × {payload}" for distinct error payloads, request ids masked, most frequent first.
  std::vector<std::string> failures;
};

summary summarize(const timeline& t);

}  // namespace lambdaprof::analysis
