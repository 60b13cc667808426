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
  cold,        ///< first event after an init of its own
  warm,        ///< reused
  suppressed,  ///< a failed init or a reset was repeated inside this invocation
};

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
  interrupted,        ///< the run was stopped while it was under way
};

/// Why an environment was retired.
enum class retirement : std::uint8_t { idle, fresh, lifetime, run_over };

inline constexpr std::array<std::string_view, 3> start_kind_names{"cold", "warm", "suppressed"};
inline constexpr std::array<std::string_view, 12> outcome_names{
    "success",           "function_error", "exited",    "killed",    "timed_out",
    "init_error",        "launch_error",   "too_large", "truncated", "out_of_memory",
    "bad_response_mode", "interrupted"};
inline constexpr std::array<std::string_view, 4> retirement_names{"idle", "fresh", "lifetime",
                                                                  "run_over"};

constexpr std::string_view name(start_kind k) {
  return start_kind_names[static_cast<std::size_t>(k)];
}
constexpr std::string_view name(outcome o) {
  return outcome_names[static_cast<std::size_t>(o)];
}
constexpr std::string_view name(retirement r) {
  return retirement_names[static_cast<std::size_t>(r)];
}

}  // namespace lambdaprof::journal
