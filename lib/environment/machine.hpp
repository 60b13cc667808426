// SPDX-License-Identifier: Apache-2.0
// One execution environment: launch, init with its extensions, restore, the end in order. Decides
// and writes the journal; carries nothing out. Which invocations it may be given, and when they are
// over, is `standard_machine`'s and `managed_machine`'s; which environment gets which, the fleet's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "environment/extension_set.hpp"
#include "environment/function.hpp"
#include "environment/order.hpp"
#include "environment/signal.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::environment {

enum class machine_state : std::uint8_t {
  down,          ///< no process: after a failed init or a reset; the next event repeats the init
  launching,     ///< processes were ordered, the runtime's has not started
  initializing,  ///< it runs; it, or an extension, has not asked for an event yet
  ready,         ///< it waits for an event
  invoking,      ///< it has as many as it can have
  resetting,     ///< its processes are being ended, the environment stays
  retiring,      ///< they are, and the environment with them
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
  machine(environment_id self, const function& f, std::uint64_t seed,
          environment::capacity c = environment::capacity::on_demand);
  virtual ~machine() = default;
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  machine_state state() const { return state_; }
  /// When `expire` wants to be called; `never` if nothing is limited now.
  instant deadline() const { return deadline_; }
  std::uint32_t attempt() const { return attempt_; }
  bool is_available() const { return environment::is_available(state_); }
  bool is_provisioned() const { return capacity_ == environment::capacity::provisioned; }
  /// Something is under way here, even if it is available for more.
  virtual bool is_serving() const = 0;
  /// Its init is a part of an invocation, so that it is not awaited by another.
  virtual bool is_repeating_init() const { return false; }

  /// Its first processes, because of that invocation; none of one that is provisioned. Once.
  void launch(instant now, invocation_id cause, effects e);
  /// An available environment gets an event; one that is down repeats its init first.
  virtual void assign(instant now, invocation_id inv, effects e) = 0;
  /// Nothing is waiting for it: everything of it is to stand still until it gets an event.
  virtual void freeze(instant now, effects e) = 0;
  /// The end, in any state. What is under way is settled as interrupted.
  void retire(instant now, journal::retirement why, effects e);
  /// The deadline has passed.
  void expire(instant now, effects e);
  void step(instant now, const any_signal& s, effects e);

 protected:
  // What the two kinds of machine differ in.
  /// A call waits for an event.
  virtual void parked() {}
  /// The connection of one that did is gone.
  virtual void unparked(instant) {}
  /// The init, and the restore, are over.
  virtual void serve(instant now, effects e) = 0;
  /// They failed, or something broke while nothing, or something, was under way: the invoker is to
  /// be told. Then the environment is reset, or ended.
  virtual void fail_all(instant now, journal::outcome why, std::string_view payload, effects e,
                        std::string_view type) = 0;
  virtual void interrupt_all(instant now, effects e) = 0;
  virtual void expire_invocation(instant now, effects e) = 0;
  /// An extension has come back.
  virtual void settle_if_over(instant, effects) {}
  virtual void refuse_or_serve_next(instant now, span cpu, effects e) = 0;
  /// Whether a broken environment is used again, after a new init.
  virtual bool is_reset_after_failure() const = 0;
  virtual std::string request_id() const = 0;
  virtual invocation_id invocation() const { return {}; }

  virtual void on(instant now, const signal::response_began& s, effects e) = 0;
  virtual void on(instant now, const signal::responded& s, effects e) = 0;
  virtual void on(instant now, const signal::reported_error& s, effects e) = 0;

  void write(instant now, journal::what w, effects e) const;
  void begin_init(instant now, invocation_id cause, effects e);
  void init_failed(instant now, journal::outcome why, std::string_view payload, effects e,
                   std::string_view type = {});
  /// Everything is ended, and started anew for the next event, or not at all.
  void reset(instant now, journal::shutdown_reason why, effects e);
  void answer(reply kind, runtime_call call, effects e) const;
  /// Answers a refusal if the post is illegal here; says whether it was.
  bool refuse(instant now, runtime_call call, signal::id_check id, effects e);
  void note_refusal(instant now, std::uint16_t status, std::string_view what, effects e);
  /// Its processes are being ended, or have been: nobody has a say here.
  bool is_ending() const {
    return state_ == machine_state::resetting || state_ == machine_state::retiring ||
           state_ == machine_state::down;
  }
  void thaw(instant now, effects e);
  void tell_invoke(invocation_id inv, span remaining, effects e);
  /// Of an event that an init of its own comes before, or one like it.
  journal::start_kind kind_of_next(bool is_used) const;
  static journal::text_id keep_type(std::string_view type, effects e);
  invocation_id cause() const { return cause_; }

  environment_id self_;
  const function& function_;
  std::uint64_t seed_;
  environment::capacity capacity_;
  machine_state state_ = machine_state::launching;
  runtime_state session_ = runtime_state::started;
  extension_set extensions_;
  instant deadline_ = never;
  std::uint32_t attempt_ = 0;
  bool is_suppressed_ = false;  // the init under way is part of an invocation
  bool is_frozen_ = false;

 private:
  enum class ending : std::uint8_t {
    none,
    by_itself,   ///< the runtime is expected to exit after /init/error
    runtime,     ///< it has got SIGTERM
    extensions,  ///< they have got SHUTDOWN
    killed,
  };

  // machine.cpp
  void on(instant now, const signal::started& s, effects e);
  void on(instant now, const signal::launch_failed& s, effects e);
  void on(instant now, const signal::asked_next& s, effects e);
  void on(instant now, const signal::asked_restore& s, effects e);
  void on(instant now, const signal::hung_up&, effects) { unparked(now); }
  void on(instant now, const signal::reported_init_error& s, effects e);
  void on(instant now, const signal::reported_restore_error& s, effects e);
  void on(instant now, const signal::exited& s, effects e);
  void launch_runtime(effects e);
  /// Only an init that a request waits for has more CPU than its memory size buys.
  bool has_full_speed() const { return !is_suppressed_ && !is_provisioned(); }
  void runtime_initialized(instant now, span cpu, effects e);
  void finish_init(instant now, span cpu, effects e);
  void limit_init(instant began);
  span init_time() const;
  void restore_failed(instant now, journal::outcome why, std::string_view payload,
                      std::string_view type, effects e);
  void runtime_gave_up(instant now, effects e);

  // machine_facts.cpp: what can be told at any time.
  void on(instant now, const signal::sampled& s, effects e);
  void on(instant now, const signal::thawed& s, effects e);
  void on(instant now, const signal::printed& s, effects e);
  void on(instant now, const signal::print_dropped& s, effects e);
  void on(instant now, const signal::misspoke& s, effects e);
  void on(instant now, const signal::left_strays& s, effects e);
  void on(instant now, const signal::left_groups& s, effects e);
  void on(instant now, const signal::extension_printed& s, effects e);
  void on(instant now, const signal::telemetry_dropped& s, effects e);

  // machine_extensions.cpp
  void on(instant now, const signal::extension_started& s, effects e);
  void on(instant now, const signal::extension_launch_failed& s, effects e);
  void on(instant now, const signal::extension_exited& s, effects e);
  void on(instant now, const signal::registers& s, effects e);
  void on(instant now, const signal::extension_asked_next& s, effects e);
  void on(instant now, const signal::extension_reported_error& s, effects e);
  void on(instant now, const signal::subscribes& s, effects e);
  void refuse_extension(instant now, order::answer_extension why, effects e);
  std::optional<std::uint32_t> caller(instant now, std::string_view identifier, effects e);
  void break_down(instant now, journal::outcome why, const std::string& payload, effects e,
                  std::string_view type = {});

  // machine_end.cpp
  void end(instant now, journal::shutdown_reason why, effects e);
  void end_extensions(instant now, effects e);
  void go_on_ending(instant now, effects e);
  void expire_ending(instant now, effects e);
  void kill_all(effects e);
  void tell_shutdown(instant now, std::uint32_t number, effects e);
  void processes_are_gone(instant now, effects e);
  void vanish(instant now, effects e);

  invocation_id cause_;
  process_state runtime_ = process_state::none;
  ending ending_ = ending::none;
  journal::shutdown_reason ending_reason_ = journal::shutdown_reason::spindown;
  instant ending_deadline_ = never;
  bool is_init_limited_ = false;
  bool is_restore_limited_by_invocation_ = false;
  bool is_runtime_initialized_ = false;
  std::uint32_t refusals_ = 0;
};

/// The machine for this function: one invocation at a time, or as many as it is configured for.
std::unique_ptr<machine> make_machine(environment_id self, const function& f, std::uint64_t seed,
                                      environment::capacity c = environment::capacity::on_demand);

}  // namespace lambdaprof::environment
