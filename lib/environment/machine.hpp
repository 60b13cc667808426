// SPDX-License-Identifier: Apache-2.0
// One execution environment: launch, init, invocations, reset, end. Decides and writes the journal;
// carries nothing out. Which environment gets which event is the fleet's business.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "environment/function.hpp"
#include "environment/order.hpp"
#include "environment/signal.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::environment {

enum class machine_state : std::uint8_t {
  down,          ///< no process: after a failed init or a reset; the next event repeats the init
  launching,     ///< a process was ordered
  initializing,  ///< it runs and has not asked for an event yet
  ready,         ///< it waits for an event
  invoking,      ///< it has one and has not asked for the next
  resetting,     ///< it is being killed, the environment stays
  retiring,      ///< it is being killed, and the environment with it
  gone,
};

/// It can be given an event: at once, or after repeating its init.
constexpr bool is_available(machine_state s) {
  return s == machine_state::ready || s == machine_state::down;
}

/// Where a step puts what it decides.
struct effects {
  journal::journal& log;
  std::vector<any_order>& orders;
};

class machine {
 public:
  /// `f` outlives the machine; `seed` is the run's, from which request ids follow.
  machine(environment_id self, const function& f, std::uint64_t seed);

  machine_state state() const { return state_; }
  /// The invocation that is running here or waiting for a suppressed init; none otherwise.
  invocation_id invocation() const { return invocation_; }
  /// When `expire` wants to be called; `never` if nothing is limited now.
  instant deadline() const { return deadline_; }
  std::uint32_t attempt() const { return attempt_; }
  bool is_available() const { return environment::is_available(state_); }

  /// Its first process, because of that invocation. Once.
  void launch(instant now, invocation_id cause, effects e);
  /// An available environment gets an event; one that is down repeats its init first.
  void assign(instant now, invocation_id inv, effects e);
  /// Nothing is waiting for it: everything of it is to stand still until it gets an event.
  void freeze(instant now, effects e);
  /// The end, in any state. A running invocation is settled as interrupted.
  void retire(instant now, journal::retirement why, effects e);
  /// The deadline has passed.
  void expire(instant now, effects e);
  void step(instant now, const any_signal& s, effects e);

 private:
  void on(instant now, const signal::started& s, effects e);
  void on(instant now, const signal::launch_failed& s, effects e);
  void on(instant now, const signal::asked_next& s, effects e);
  void on(instant now, const signal::response_began& s, effects e);
  void on(instant now, const signal::responded& s, effects e);
  void on(instant now, const signal::reported_error& s, effects e);
  void on(instant now, const signal::reported_init_error& s, effects e);
  void on(instant now, const signal::exited& s, effects e);
  void on(instant now, const signal::sampled& s, effects e);
  void on(instant now, const signal::thawed& s, effects e);
  void on(instant now, const signal::printed& s, effects e);
  void on(instant now, const signal::print_dropped& s, effects e);
  void on(instant now, const signal::misspoke& s, effects e);
  void on(instant now, const signal::left_strays& s, effects e);
  void on(instant now, const signal::left_groups& s, effects e);

  void write(instant now, journal::what w, effects e) const;
  void deliver(instant now, journal::start_kind kind, effects e);
  void fail(instant now, journal::outcome why, std::string_view payload, effects e,
            span cpu = journal::cpu_unknown);
  void settle(instant now, journal::outcome how, effects e);
  /// What ends an invocation that was answered counts only if the answer was not a failure already.
  void settle_after(instant now, journal::outcome late, effects e);
  void init_failed(instant now, journal::outcome why, std::string_view payload, effects e);
  void kill_for_reset(instant now, effects e);
  void kill(effects e);
  void process_is_gone(instant now, effects e);
  void vanish(instant now, effects e);
  /// Answers a refusal if the post is illegal here; says whether it was.
  bool refuse(instant now, runtime_call call, signal::id_check id, effects e);
  void note_refusal(instant now, std::uint16_t status, std::string_view what, effects e);
  std::string request_id() const;

  environment_id self_;
  const function& function_;
  std::uint64_t seed_;
  machine_state state_ = machine_state::launching;
  runtime_state session_ = runtime_state::started;
  invocation_id invocation_;
  invocation_id cause_;
  instant deadline_ = never;
  instant invocation_deadline_ = never;
  std::uint32_t attempt_ = 0;
  std::uint32_t refusals_ = 0;
  bool is_frozen_ = false;
  bool is_dying_ = false;    // its process was ordered to be killed
  bool suppressed_ = false;  // the init under way is part of an invocation
  bool answered_ = false;    // the invoker has its answer
  bool used_ = false;        // this process has served an event
  journal::outcome answer_ = journal::outcome::success;
};

}  // namespace lambdaprof::environment
