// SPDX-License-Identifier: Apache-2.0
// The real world: carries out the conductor's orders with real processes and reports what happens,
// with the instant at which it was seen.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "host/clock.hpp"
#include "run/conductor.hpp"
#include "sandbox/environment.hpp"
#include "sandbox/observer.hpp"
#include "sandbox/telemetry_source.hpp"

namespace lambdaprof::sandbox {

class world {
 public:
  world(boost::asio::io_context& loop, const host::clock& time, run::conductor& c,
        const confinement& held = {}, telemetry_source telemetry = {}, observer watcher = {});
  ~world();

  /// Runs the loop until the plan is done and every process is gone; in a trial, until it rests.
  void run();
  /// Of a trial: plays the plan as a block. Returns when nothing of it is left, or the run is over.
  void run_block(const run::begin_block& b);
  /// Of a trial, between two blocks: there will be no other.
  void end();
  /// Ends the run in order: no further event, every process killed. From the loop.
  void stop();

 private:
  struct pending_launch {
    environment_id env;
    std::uint32_t attempt;
    launch_terms terms;
    std::optional<std::uint32_t> extension;  // none: the runtime
  };
  void run_from(const run::happening& first);
  void feed(instant now, const run::happening& h);
  void carry_out(const run::order& o);
  void arm_timer();
  void on_timer();
  void launch_in(int turns);
  void launch_next();
  void queue_launch(pending_launch l);
  /// Of that process, or of all of that environment if `which` is null.
  void cancel_launches(environment_id env, const std::optional<std::uint32_t>* which = nullptr);
  void fail_launch(const pending_launch& l, std::string_view reason);
  void hand_out_telemetry();
  void arm_telemetry();
  environment* find(environment_id env);

  boost::asio::io_context& loop_;
  const host::clock& time_;
  run::conductor& conductor_;
  std::int64_t output_room_ = std::int64_t{64} * 1024 * 1024;
  provisions provisions_;
  std::uint32_t padding_ = 0;
  telemetry_source telemetry_;
  site site_;
  boost::asio::steady_timer timer_;
  instant armed_ = never;
  boost::asio::steady_timer telemetry_timer_;
  bool is_telemetry_awaited_ = false;
  bool has_subscribers_ = false;
  std::vector<std::unique_ptr<environment>> environments_;  // by id; empty once dismantled
  std::vector<environment_id> live_;
  std::vector<std::unique_ptr<environment>> dismantled_;
  std::deque<pending_launch> launches_;
  bool is_stepping_ = false;
};

}  // namespace lambdaprof::sandbox
