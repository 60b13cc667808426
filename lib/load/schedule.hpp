// SPDX-License-Identifier: Apache-2.0
// A plan being played: what is due now, and what the plan is waiting for. Knows no environments.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "load/plan.hpp"

namespace lambdaprof::load {

/// An event that is due.
struct arrival {
  instant due;
  bool discarded;
};
/// Nothing to do before that instant.
struct wait_until {
  instant at;
};
/// Nothing to do before everything under way has settled.
struct wait_settled {};
/// Every environment is to go; asked again and again until none is left.
struct retire_all {};
struct finished {};

using demand = std::variant<arrival, wait_until, wait_settled, retire_all, finished>;

/// What the schedule has to know of the world.
struct world_state {
  bool all_settled = true;  ///< no invocation under way
  bool is_quiet = true;     ///< and no environment starting or ending
  bool is_empty = true;     ///< no environment left
};

class schedule {
 public:
  schedule(plan p, random chance);

  /// What the plan wants now. An `arrival` is consumed by being returned; call again until it
  /// waits.
  demand poll(instant now, const world_state& world);

  /// What is being played is a warm-up.
  bool is_discarded() const { return !frames_.empty() && frames_.back().discarded; }

  /// Repetitions of the outermost repeats that have begun and their total, for a progress line.
  std::uint32_t rounds_begun() const { return rounds_begun_; }
  std::uint32_t rounds() const { return rounds_; }

 private:
  struct frame {
    const std::vector<phase>* phases;
    std::size_t at;
    std::uint32_t left;  // further repetitions
    bool discarded;
  };
  const phase* current();
  void leave_phase(instant ended);
  // Each says what its phase wants, or nothing once it has ended.
  std::optional<demand> play(const burst& p, instant now);
  std::optional<demand> play(const idle& p, instant now, const world_state& world);
  std::optional<demand> play(const sequential& p, instant now, const world_state& world);
  std::optional<demand> play(const fresh& p, instant now, const world_state& world);
  template <class Open>
  std::optional<demand> play_open(const Open& p, instant now);
  /// When the open-loop event after `last` is due; the first one if there is none.
  instant due_after(std::optional<instant> last, const steady& p) const;
  instant due_after(std::optional<instant> last, const poisson& p);

  plan plan_;
  random chance_;
  std::vector<frame> frames_;
  std::optional<instant> clock_;  // when the last phase ended, by its own law
  // Of the phase being played:
  std::optional<instant> begun_;
  std::optional<instant> next_due_;
  std::uint32_t sent_ = 0;
  std::uint32_t rounds_begun_ = 0;
  std::uint32_t rounds_ = 0;
};

}  // namespace lambdaprof::load
