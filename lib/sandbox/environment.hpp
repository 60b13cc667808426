// SPDX-License-Identifier: Apache-2.0
// A real execution environment: a port, a process with its group, two pipes. Turns what the process
// does into signals and orders into bytes; decides nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "environment/function.hpp"
#include "environment/order.hpp"
#include "environment/signal.hpp"
#include "host/cgroup.hpp"
#include "host/child.hpp"
#include "host/clock.hpp"
#include "host/pipe_lines.hpp"
#include "host/view.hpp"
#include "net/listener.hpp"
#include "sandbox/provisions.hpp"
#include "sandbox/sampler.hpp"

namespace lambdaprof::sandbox {

/// What the environments of a run share. All of it outlives them.
struct site {
  boost::asio::io_context& loop;
  const host::clock& time;
  const environment::function& function;
  std::uint64_t seed;
  sandbox::provisions& provisions;
  /// One thing has happened, at that instant. May destroy the environment only later, from the
  /// loop.
  std::function<void(environment_id, std::uint32_t attempt, instant,
                     const environment::any_signal&)>
      report;
  /// Bytes of output that the journal still takes from all of them.
  std::int64_t& output_room;
  /// The processes of all environments, so that a stray can be told from them.
  std::function<std::vector<int>()> known_processes;
  /// Bytes added to the variables of each process.
  const std::uint32_t& padding;
};

class environment final : private net::handler {
 public:
  static result<std::unique_ptr<environment>> open(const site& s, environment_id self);

  /// Starts a process and reports `started` or `launch_failed` before it returns.
  void launch(std::uint32_t attempt, bool at_full_speed);
  void freeze();
  void thaw();
  /// Answers the parked /next. If its connection is gone the runtime has to ask again.
  void deliver(invocation_id inv, span remaining, std::string_view payload);
  /// Answers the call that is being reported right now.
  void answer(const lambdaprof::environment::order::answer& a);
  void kill();
  int pid() const { return child_ ? child_->pid() : -1; }

 private:
  environment(const site& s, environment_id self);

  void on_head(net::connection& c, const wire::request& r, instant first_byte) override;
  void on_request(net::connection& c, const wire::request& r, instant first_byte,
                  instant last_byte) override;
  void on_malformed(net::connection& c, std::uint16_t status, std::string_view what) override;
  void on_closed(net::connection& c) override;

  void on_exit(const host::exit_report& e, int turns);
  void on_line(instant at, journal::stream from, std::string_view line);
  void listen_to(journal::stream from, host::descriptor end);
  void close_output();
  result<void> confine();
  void put_share_in_force();
  span cpu_time() const;
  const host::cgroup* group() const { return group_ ? &*group_ : nullptr; }
  void report_sample();
  lambdaprof::environment::signal::exited exited(const host::exit_report& e) const;
  void report(instant at, const lambdaprof::environment::any_signal& s);
  lambdaprof::environment::signal::id_check check(std::string_view request_id) const;

  const site& site_;
  environment_id self_;
  std::uint32_t attempt_ = 0;
  std::optional<net::listener> listener_;
  std::optional<host::view> view_;     // of all its processes, or none
  std::optional<host::cgroup> group_;  // of the process that runs, or none
  std::optional<host::child> child_;
  std::optional<sandbox::sampler> sampler_;
  std::optional<host::pipe_lines> out_;
  std::optional<host::pipe_lines> err_;
  bool at_full_speed_ = false;    // the share of CPU is not in force
  std::int64_t output_room_ = 0;  // bytes of output that the journal still takes from this process
  std::uint64_t dropped_ = 0;     // bytes that it did not take
  std::weak_ptr<net::connection> parked_;     // waits for an event
  std::weak_ptr<net::connection> announced_;  // is sending a response, its head is known
  net::connection* calling_ = nullptr;        // its call is being reported right now
  std::string current_id_;                    // of the invocation handed out last
  std::string head_;                          // reused
};

}  // namespace lambdaprof::sandbox
