// SPDX-License-Identifier: Apache-2.0
// The words in which a life is told: how an invocation began, how it ended, why an environment
// went.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lambdaprof::journal {

/// How the environment stood when an event was handed to it. Never mixed in one statistic.
enum class start_kind : std::uint8_t {
  cold,         ///< first event after an init of its own
  warm,         ///< reused
  suppressed,   ///< a failed init or a reset was repeated inside this invocation
  provisioned,  ///< first event of an environment that was initialized before any came
};

/// Who sent an event: the load, or a warmer that keeps environments from running out.
enum class origin : std::uint8_t { load, warmer };

/// How an invocation ended.
enum class outcome : std::uint8_t {
  success,
  function_error,     ///< posted to /error
  exited,             ///< the process ended by itself
  killed,             ///< the process was ended by a signal
  timed_out,          ///< the function timeout passed
  init_error,         ///< posted to /init/error
  launch_error,       ///< the binary could not be executed
  too_large,          ///< response above the payload limit
  truncated,          ///< response cut off before its end
  out_of_memory,      ///< killed by the kernel at the memory limit
  bad_response_mode,  ///< unknown Lambda-Runtime-Function-Response-Mode
  extension_exited,   ///< an extension ended outside a shutdown
  extension_error,    ///< an extension posted /init/error or /exit/error
  extension_launch,   ///< an extension could not be started, or there are too many
  restore_error,      ///< posted to /restore/error, or the hooks took too long
  interrupted,        ///< the run was stopped while it was under way
  /// The response itself says HTTP 5xx. For Lambda, and so in the journal, that is a success.
  error_answer,
};

/// Why an environment was retired.
enum class retirement : std::uint8_t {
  idle,
  fresh,
  lifetime,
  run_over,
  broken,  ///< a process of it ended, and it is not of the kind that is reset
};

/// Why processes are ended in order, as extensions are told.
enum class shutdown_reason : std::uint8_t { spindown, timeout, failure };

/// Through which API an extension has subscribed.
enum class telemetry_api : std::uint8_t { telemetry, logs };

inline constexpr std::array<std::string_view, 4> start_kind_names{"cold", "warm", "suppressed",
                                                                  "provisioned"};
inline constexpr std::array<std::string_view, 2> origin_names{"load", "warmer"};
inline constexpr std::array<std::string_view, 17> outcome_names{
    "success",           "function_error",   "exited",          "killed",           "timed_out",
    "init_error",        "launch_error",     "too_large",       "truncated",        "out_of_memory",
    "bad_response_mode", "extension_exited", "extension_error", "extension_launch", "restore_error",
    "interrupted",       "error_answer"};
inline constexpr std::array<std::string_view, 5> retirement_names{"idle", "fresh", "lifetime",
                                                                  "run_over", "broken"};

inline constexpr std::array<std::string_view, 3> shutdown_reason_names{"spindown", "timeout",
                                                                       "failure"};
inline constexpr std::array<std::string_view, 2> telemetry_api_names{"telemetry", "logs"};

/// An end that Lambda takes for none that is well.
constexpr bool is_failure(outcome o) {
  return o != outcome::success && o != outcome::error_answer;
}

constexpr std::string_view name(start_kind k) {
  return start_kind_names[static_cast<std::size_t>(k)];
}
constexpr std::string_view name(outcome o) {
  return outcome_names[static_cast<std::size_t>(o)];
}
constexpr std::string_view name(shutdown_reason r) {
  return shutdown_reason_names[static_cast<std::size_t>(r)];
}
constexpr std::string_view name(retirement r) {
  return retirement_names[static_cast<std::size_t>(r)];
}

}  // namespace lambdaprof::journal
