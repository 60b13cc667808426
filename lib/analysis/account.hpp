// SPDX-License-Identifier: Apache-2.0
// Where the time of one kind of phase went, over all that were sampled: inits, first invocations,
// warm ones. Means, so that parts add up; the spread is in the figures of the summary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "analysis/usage.hpp"

namespace lambdaprof::analysis {

/// Means in milliseconds unless the name says otherwise.
struct account {
  std::size_t n = 0;  ///< phases that it is about
  double wall_ms = 0;
  double user_ms = 0;
  double system_ms = 0;
  std::optional<double> throttled_ms;
  /// The rest of the wall time, only where one thread was busy in nearly all phases; see
  /// `attribution`.
  struct remainder {
    double waiting_ms = 0;
    double blocked_ms = 0;
    double residual_ms = 0;
  };
  std::optional<remainder> rest;
  /// Otherwise: how long a thread, or all of them, could not go on (PSI).
  std::optional<double> cpu_some_ms, cpu_full_ms, io_some_ms, io_full_ms;
  std::optional<double> minor_faults, major_faults, read_bytes, slices;
};

/// Takes one phase after the other; `result` may be asked for at any time.
class accountant {
 public:
  /// As many phases that took so long and used so much together. Those of unknown length or CPU
  /// time are in no account.
  void add(std::size_t phases, std::optional<span> wall, const journal::usage& used);
  account result() const;

 private:
  /// In milliseconds, in which no file can make them overflow.
  struct sums {
    std::size_t n = 0;
    double wall = 0, user = 0, system = 0, throttled = 0, waiting = 0, blocked = 0, residual = 0;
  };
  struct known_sum {
    double sum = 0;
    std::size_t n = 0;
    void add(std::size_t phases, double value, bool is_known);
    std::optional<double> mean() const;
  };
  static void fill(account& a, const sums& s);

  sums all_;
  sums alone_;  // of phases with one busy thread
  known_sum throttled_, cpu_some_, cpu_full_, io_some_, io_full_;
  known_sum minor_, major_, read_, slices_;
};

}  // namespace lambdaprof::analysis
