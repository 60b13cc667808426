// SPDX-License-Identifier: Apache-2.0
// Arrivals, fleet and journal brought together behind one door: `step`. The same object code drives
// real processes and simulated ones, and it never asks what time it is.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "environment/machine.hpp"
#include "fleet/idle_stack.hpp"
#include "journal/journal.hpp"
#include "load/events.hpp"
#include "load/schedule.hpp"
#include "run/deadlines.hpp"
#include "run/happening.hpp"
#include "run/settings.hpp"

namespace lambdaprof::run {

/// A view for the progress line.
struct progress {
  std::uint32_t round = 0;
  std::uint32_t rounds = 0;
  std::uint64_t settled = 0;
  std::uint64_t failed = 0;
  std::uint32_t live = 0;
};

class conductor {
 public:
  /// `j` outlives the conductor.
  conductor(run::settings s, load::plan plan, std::vector<load::event> events, journal::journal& j);
  conductor(const conductor&) = delete;
  conductor& operator=(const conductor&) = delete;

  /// One thing has happened, seen at `world_now`; what is to be done about it, valid until the next
  /// step. Instants never decrease. A world carries all orders out before it steps again.
  const std::vector<order>& step(instant world_now, const happening& h);

  /// When the world has to step with `woke` if nothing else happens before; `never` if nothing is
  /// due.
  instant next_wake() const;
  bool is_finished() const { return finished_; }
  /// Nothing is left of the block before, and a next one may begin.
  bool is_resting() const { return resting_; }

  const std::string& payload(invocation_id inv) const {
    const std::uint32_t event = event_of_[inv.value];
    return event < events_.count() ? events_.payload(event) : pings_[event - events_.count()];
  }
  /// A warmer has sent it.
  bool is_ping(invocation_id inv) const { return event_of_[inv.value] >= events_.count(); }
  run::progress progress() const;
  const run::settings& settings() const { return settings_; }

 private:
  /// What the books know of a machine.
  struct standing {
    environment::machine_state state;
    bool is_coming;
    bool is_idle;  // on the idle stack
  };

  void advance();
  bool expire(instant before);
  void serve_waiting();
  void replace_broken();
  /// Launches the provisioned ones, if a deployment is at that point; says whether all are there.
  /// Before that none of them is used, and the plan stands still.
  bool provision();
  std::optional<environment_id> pop_idle();
  /// The next that waits gets no environment, because its init failed so.
  void fail_waiting(journal::outcome why, journal::text_id payload);
  bool follow_plan();
  bool skip_to(instant due);
  void begin(const begin_block& b);
  bool end_plan(const load::world_state& seen);
  /// Sends the pings that are due, and says whether there were any.
  bool ping();
  void admit(instant due, std::uint32_t event, bool is_discarded, journal::origin from);
  void launch(invocation_id cause, environment::capacity c = environment::capacity::on_demand);
  fleet::idle_stack& stack_of(const environment::machine& m) {
    return m.is_provisioned() ? provisioned_idle_ : idle_;
  }
  bool retire_idle(journal::retirement why);
  void wind_up();
  void on_signal(const environment_signal& s);
  /// Lets a machine act and keeps the books: orders, idle stack, deadlines, counters.
  template <class Action>
  void act(environment_id env, Action action);
  /// The same, where it is known whether it is on the idle stack.
  template <class Action>
  void change(environment_id env, bool is_idle, Action action);
  /// One that was taken from the idle stack gets an event.
  void assign(environment_id env, invocation_id inv);
  void keep_books(environment_id env, standing before, std::size_t first_new_entry);
  void note_end(invocation_id inv, journal::outcome how);
  bool has_nothing_to_measure() const;
  load::world_state world() const;

  run::settings settings_;
  load::plan plan_;
  std::optional<load::schedule> schedule_;  // which stays where it is made
  load::event_set events_;
  random chance_;
  journal::journal& log_;
  std::vector<std::unique_ptr<environment::machine>> machines_;  // by environment; none once gone
  std::vector<instant> born_;                                    // the same
  fleet::idle_stack idle_;                                       // on demand
  fleet::idle_stack provisioned_idle_;                           // which come first
  std::vector<environment_id> newly_idle_;                       // in this step
  deadlines deadlines_;
  std::deque<invocation_id> waiting_;
  std::vector<std::uint32_t> event_of_;  // by invocation; pings are counted after all events
  std::vector<std::string> pings_;       // payloads
  std::vector<invocation_id> erring_;    // not settled, and answered with an error
  std::vector<order> orders_;
  std::vector<environment::any_order> fresh_orders_;

  instant now_{};   // on the pool's clock
  span skipped_{};  // pool's clock minus the world's
  instant wake_ = never;
  std::uint32_t live_ = 0;             // environments that are not gone
  std::uint32_t moving_ = 0;           // of them: something goes on there
  std::uint32_t retiring_ = 0;         // of them: on their way out
  std::uint32_t coming_ = 0;           // of them: will be available without having served anybody
  std::uint64_t under_way_ = 0;        // invocations that have not settled
  std::uint64_t pings_under_way_ = 0;  // of them
  std::uint64_t settled_ = 0;          // without pings, as what follows
  std::uint64_t failed_ = 0;
  std::uint64_t failed_inits_ = 0;
  enum class deployment : std::uint8_t {
    retiring,    // nothing is provisioned before the old ones are gone
    allocating,  // some may be there
    untouched,   // all are, and no event has come since
    in_use,
  };
  deployment deployment_;
  std::optional<instant> next_ping_;  // none: the plan has not begun
  bool is_draining_ = false;          // the plan waits until nothing goes on: no pings
  bool has_init_ = false;             // some init has succeeded
  bool resting_ = false;
  bool stopping_ = false;
  bool finished_ = false;
};

}  // namespace lambdaprof::run
