// SPDX-License-Identifier: Apache-2.0
// The simulated world: the conductor's orders are answered from a queue in virtual time. No
// process, no socket, no sleep.
#pragma once

#include <cstdint>
#include <vector>

#include "run/conductor.hpp"
#include "sim/model.hpp"

namespace lambdaprof::sim {

class world {
 public:
  world(run::conductor& c, model m, std::uint64_t seed);
  /// Until the plan is done and every environment is gone.
  void run();
  /// At most so many steps of that; says whether there is more. The journal may be emptied in
  /// between.
  bool run_some(std::size_t steps);
  /// Of a trial: plays the plan as a block, from nothing to nothing.
  void run_block(const run::begin_block& b);
  /// Of a trial, between two blocks: there will be no other.
  void end() { feed(run::no_more_blocks{}); }
  /// As Ctrl-C at that instant.
  void stop_at(instant at) { stop_at_ = at; }

 private:
  struct planned {
    instant at;
    std::uint64_t order;  // first planned, first served
    run::environment_signal what;
  };
  struct later {
    bool operator()(const planned& a, const planned& b) const {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  void run_from(const run::happening& first);
  bool go_on(std::size_t steps);
  void feed(const run::happening& h);
  void carry_out(const run::order& o);
  void plan(span in, environment_id env, std::uint32_t attempt, environment::any_signal s);
  void plan_handler(const run::order& o, const environment::order::deliver& d);
  void plan_answer(const run::order& o, const environment::order::deliver& d, span handler);
  const law& handler_law(environment_id env);
  bool is_silent(const run::environment_signal& s);

  run::conductor& conductor_;
  model model_;
  random chance_;
  std::vector<planned> queue_;  // a heap
  struct process {
    instant started{};
    std::uint32_t silent_below = 0;  // attempts that were killed say nothing more
    std::uint32_t ended_below = 0;   // attempts that have ended, which happens once
    bool has_served = false;
  };
  process& process_of(environment_id env);

  std::vector<process> processes_;  // the newest of each environment
  std::uint64_t planned_ = 0;
  instant now_{};
  instant stop_at_ = never;
  bool has_begun_ = false;
};

}  // namespace lambdaprof::sim
