// SPDX-License-Identifier: Apache-2.0
// A long load in a few figures: takes the facts one by one, so that no journal has to be kept. The
// timeline has a row for each invocation; this has a place for each that is under way.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "analysis/timeline.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::analysis {

/// Times counted in classes that are no wider than 0.8 % of themselves.
class time_classes {
 public:
  void add(span s);
  std::uint64_t count() const { return count_; }
  /// The middle of the class that the q-quantile lies in; none of nothing.
  std::optional<span> quantile(double q) const;

 private:
  static constexpr unsigned fine = 7;  // bits below the first
  static std::size_t class_of(std::uint64_t ns);
  static double middle_of(std::size_t index);

  std::array<std::uint32_t, 64U << fine> classes_{};
  std::uint64_t count_ = 0;
};

/// Billed milliseconds, as AWS counts them.
struct billed_time {
  std::uint64_t invocations = 0;
  std::int64_t ms = 0;
};

/// Without what a warm-up sent.
struct traffic {
  std::uint64_t requests = 0;
  std::uint64_t cold = 0;  ///< had to wait for an init
  std::uint64_t throttled = 0;
  std::uint64_t failed = 0;
  std::uint64_t pings = 0;
  std::uint64_t cold_pings = 0;
  /// Of `cold` over `requests`, by batch means; none of too few requests, or if there is no cold
  /// one.
  std::optional<double> share_error;
  time_classes latency;     ///< of requests that went well
  billed_time on_demand;    ///< requests, with the inits they pay for
  billed_time provisioned;  ///< in provisioned environments, pings as well
  billed_time warming;      ///< pings on demand
  double idle_seconds = 0;  ///< of environments that waited for an event
  double live_seconds = 0;  ///< and of all that were initialized
  span length{};            ///< from the first request on

  double cold_share() const {
    return requests == 0 ? 0 : static_cast<double>(cold) / static_cast<double>(requests);
  }
};

class traffic_fold {
 public:
  /// `expected` requests are divided into batches.
  traffic_fold(const journal::function_facts& f, double expected);

  /// All of them, in order; the journal may be emptied afterwards.
  void take(const journal::journal& j);
  /// At the end of the plan.
  traffic result() const;

 private:
  enum class standing : std::uint8_t { away, idle, busy };
  struct environment {
    instant began = never;
    span init{};
    standing is = standing::away;
    bool is_provisioned = false;
  };
  struct open_invocation {
    instant due;
    instant assigned = never;
    instant delivered = never;
    instant answered = never;
    journal::start_kind start = journal::start_kind::warm;
    bool is_counted = false;
    bool is_ping = false;
    bool is_over = false;
  };

  template <class Fact>
  void on(const journal::entry&, const Fact&) {}
  void on(const journal::entry& e, const journal::fact::arrived& f);
  void on(const journal::entry& e, const journal::fact::throttled&);
  void on(const journal::entry& e, const journal::fact::delivered& f);
  void on(const journal::entry& e, const journal::fact::responded&);
  void on(const journal::entry& e, const journal::fact::failed&);
  void on(const journal::entry& e, const journal::fact::settled& f);
  void on(const journal::entry& e, const journal::fact::launch_ordered& f);
  void on(const journal::entry& e, const journal::fact::process_started& f);
  void on(const journal::entry& e, const journal::fact::init_finished&);
  void on(const journal::entry& e, const journal::fact::reset&);
  void on(const journal::entry& e, const journal::fact::retired& f);

  open_invocation* find(invocation_id inv);
  environment& of(environment_id env);
  void stand(environment& e, standing to);
  void pass(instant now);
  void close(open_invocation& i, environment_id env, journal::outcome how, instant at);
  void charge(const open_invocation& i, environment_id env, journal::outcome how, instant at);
  void end_batch();

  journal::function_facts function_;
  traffic sums_;
  std::deque<open_invocation> open_;
  std::uint32_t first_open_ = 0;
  std::vector<environment> environments_;
  invocation_row row_;  // reused
  // Environments at the moment, and since when.
  std::uint64_t idle_ = 0;
  std::uint64_t busy_ = 0;
  instant last_ = never;
  instant began_ = never;
  bool is_over_ = false;
  // Batches of so many requests, by the order in which they ended.
  std::uint64_t batch_size_;
  std::uint64_t batch_requests_ = 0;
  std::uint64_t batch_cold_ = 0;
  std::vector<double> batch_shares_;
};

}  // namespace lambdaprof::analysis
