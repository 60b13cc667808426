// SPDX-License-Identifier: Apache-2.0
// A real execution environment: a port, the processes of the runtime and the extensions with their
// group and pipes. Turns what they do into signals and orders into bytes; decides nothing.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "environment/function.hpp"
#include "environment/order.hpp"
#include "environment/signal.hpp"
#include "environment/stream_pace.hpp"
#include "host/cgroup.hpp"
#include "host/clock.hpp"
#include "host/launcher.hpp"
#include "host/view.hpp"
#include "net/listener.hpp"
#include "sandbox/observer.hpp"
#include "sandbox/process.hpp"
#include "sandbox/provisions.hpp"
#include "sandbox/sampler.hpp"
#include "sandbox/subscribers.hpp"
#include "wire/runtime_api.hpp"

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
  /// A subscriber is about to be told to end: what there is for it has to be offered before.
  std::function<void()> hand_out_telemetry;
  observer watcher = {};
};

/// What the processes of an environment are started for.
struct launch_terms {
  bool at_full_speed;
  lambdaprof::environment::capacity capacity;
};

class environment final : private net::handler {
 public:
  static result<std::unique_ptr<environment>> open(const site& s, environment_id self);

  /// Starts the runtime and reports `started` or `launch_failed` before it returns.
  void launch(std::uint32_t attempt, const launch_terms& t);
  /// The same of an external extension.
  void launch_extension(std::uint32_t attempt, std::uint32_t number, const launch_terms& t);
  void freeze();
  void thaw();
  /// Answers a parked /next. If its connection is gone the runtime has to ask again.
  void deliver(invocation_id inv, span remaining, std::string_view payload);
  void resume();
  /// Answers the call that is being reported right now.
  void answer(const lambdaprof::environment::order::answer& a);
  void answer(const lambdaprof::environment::order::answer_extension& a);
  void hold(std::uint32_t extension);
  void tell_invoke(const lambdaprof::environment::order::tell_invoke& o);
  void tell_shutdown(const lambdaprof::environment::order::tell_shutdown& o);
  void kill();
  void signal_runtime(int signal);
  void kill_extension(std::uint32_t number);
  void offer_telemetry(std::uint32_t extension, std::string_view event);

  std::vector<int> pids() const;

 private:
  environment(const site& s, environment_id self);

  // environment.cpp
  void begin_attempt(std::uint32_t attempt, bool at_full_speed);
  void report(instant at, const lambdaprof::environment::any_signal& s);
  result<void> confine();
  std::variant<host::launched, std::string> start(const std::vector<std::string>& command,
                                                  std::vector<std::string> variables,
                                                  const process::pipes& pipes);
  std::string address() const;
  std::string log_stream() const;
  void on_exit(const host::exit_report& e, int turns);
  void on_extension_exit(std::uint32_t number, const host::exit_report& e, int turns);
  bool is_any_process() const;
  void kill_what_is_left(int group_of_last);
  void end_of_last_process();
  void signal_all(int signal);
  void close_output(process& p);
  lambdaprof::environment::signal::exited exited(const host::exit_report& e) const;
  void put_share_in_force();
  span cpu_time() const;
  const host::cgroup* group() const { return group_ ? &*group_ : nullptr; }
  void report_sample();

  // environment_observed.cpp
  std::vector<int> family() const;
  void show(moment m);
  /// Whether it was: then it is killed later, if it has not ended by then.
  bool ask_to_end();

  // environment_calls.cpp
  span on_body(net::connection& c, const wire::request& r, instant now) override;
  void on_request(net::connection& c, const wire::request& r, instant first_byte,
                  instant last_byte) override;
  void on_malformed(net::connection& c, std::uint16_t status, std::string_view what) override;
  void on_closed(net::connection& c) override;
  void on_runtime_call(net::connection& c, const wire::request& r, instant at);
  void on_extension_call(net::connection& c, const wire::request& r, instant at);
  void on_subscription(journal::telemetry_api api, const wire::request& r, instant at);
  void on_next(net::connection& c, instant at);
  void on_response(const wire::call::response& call, const wire::request& r, bool announced,
                   instant at);
  void park(net::connection& c);
  std::shared_ptr<net::connection> unpark();
  void end_phase(instant at);
  void reply(net::connection& c, wire::edge_reply how);
  void misspoke(net::connection& c, const wire::request& r, wire::edge_reply how,
                std::uint16_t status, instant at);
  struct handed_out {
    std::string request_id;
    invocation_id inv;
  };
  struct named {
    lambdaprof::environment::signal::id_check id;
    invocation_id inv;
  };
  named check(std::string_view request_id, const wire::request& r) const;
  std::string attempt_id(invocation_id inv) const;
  std::string trace_of(invocation_id inv, std::int64_t now_ms) const;

  const site& site_;
  environment_id self_;
  std::uint32_t attempt_ = 0;
  std::string token_;  // for the credentials of a SnapStart function
  std::optional<net::listener> listener_;
  std::optional<host::view> view_;     // of all its processes, or none
  std::optional<host::cgroup> group_;  // of the processes that run, or none
  std::unique_ptr<process> runtime_;
  std::vector<std::unique_ptr<process>> extensions_;  // by their number; those that run
  std::optional<sandbox::sampler> sampler_;
  bool at_full_speed_ = false;                                // the share of CPU is not in force
  std::unique_ptr<boost::asio::steady_timer> last_patience_;  // it has got SIGTERM and may end

  // What is being called.
  std::vector<std::weak_ptr<net::connection>> parked_;  // wait for an event
  std::vector<std::weak_ptr<net::connection>> held_;    // by extension: waits for an event
  std::uint32_t busy_extensions_ = 0;                   // that have not asked for their next event
  std::weak_ptr<net::connection> announced_;            // is sending a response, its head is known
  lambdaprof::environment::stream_pace pace_;           // of that
  std::uint64_t paced_ = 0;                             // bytes of it
  net::connection* calling_ = nullptr;                  // its call is being reported right now
  std::vector<handed_out> handed_out_;                  // and may be answered; one, but for managed
  std::optional<lambdaprof::environment::subscription> asked_;  // by the call
  subscribers subscribers_;
  std::string head_;  // reused
};

}  // namespace lambdaprof::sandbox
