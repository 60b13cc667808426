// SPDX-License-Identifier: Apache-2.0
// One environment as its telemetry tells of it: its facts become events, in their order. Who gets
// them is telemetry.hpp's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/timeline.hpp"
#include "journal/journal.hpp"
#include "report/telemetry_event.hpp"
#include "report/telemetry_words.hpp"

namespace lambdaprof::report {

/// platform.report waits for the sample or the exit that tells the memory, and platform.start of
/// the next invocation waits for it, as END, REPORT and START do in the log. What is printed
/// meanwhile waits for nothing. Times are those at which something happened, whenever it is told.
class telemetry_life {
 public:
  /// What is told goes to the end of `told`. Both outlive this.
  telemetry_life(const journal::journal& j, std::vector<telemetry_event>& told)
      : journal_(j), told_(told) {}

  /// `skipped`: how far the pool's clock is ahead of the functions'.
  void take(const journal::entry& e, span skipped);

 private:
  struct extension {
    journal::text_id name;
    bool invoke = false;
    bool shutdown = false;
    bool is_ready = false;  // it has once asked for an event
    bool is_subscribed = false;
  };
  struct call {
    analysis::invocation_row row;
    journal::text_id payload;  // of a failure
    journal::text_id type;
    instant ready = never;
    bool has_response = false;
    bool is_start_told = false;
    bool is_runtime_done_told = false;
    span skipped{};  // when it ended
  };

  template <class Fact>
  void on(const journal::entry&, const Fact&) {}

  // Of the init.
  void on(const journal::entry& e, const journal::fact::launch_ordered& f);
  void on(const journal::entry& e, const journal::fact::process_started& f);
  void on(const journal::entry& e, const journal::fact::runtime_initialized& f);
  void on(const journal::entry& e, const journal::fact::init_finished& f);
  void on(const journal::entry& e, const journal::fact::init_failed& f);
  void on(const journal::entry& e, const journal::fact::restore_began& f);
  void on(const journal::entry& e, const journal::fact::restore_finished& f);
  void on(const journal::entry& e, const journal::fact::restore_failed& f);
  void begin_init(instant began);
  void end_init(instant at, const told::ending& how, bool is_runtime_known);
  void end_restore(instant at, const told::ending& how);
  std::string_view phase() const;

  // Of extensions.
  void on(const journal::entry& e, const journal::fact::extension_started& f);
  void on(const journal::entry& e, const journal::fact::extension_launch_failed& f);
  void on(const journal::entry& e, const journal::fact::extension_registered& f);
  void on(const journal::entry& e, const journal::fact::extension_ready& f);
  void on(const journal::entry& e, const journal::fact::extension_failed& f);
  void on(const journal::entry& e, const journal::fact::extension_exited& f);
  void on(const journal::entry& e, const journal::fact::subscribed& f);
  void on(const journal::entry& e, const journal::fact::telemetry_dropped& f);
  extension* extension_of(std::uint32_t number);
  extension* name_extension(std::uint32_t number, journal::text_id name);
  void tell_extension(instant at, const extension& x, std::string_view state,
                      std::string_view error_type);

  // Of invocations.
  void on(const journal::entry& e, const journal::fact::delivered& f);
  void on(const journal::entry& e, const journal::fact::response_began& f);
  void on(const journal::entry& e, const journal::fact::responded& f);
  void on(const journal::entry& e, const journal::fact::failed& f);
  void on(const journal::entry& e, const journal::fact::runtime_ready& f);
  void on(const journal::entry& e, const journal::fact::settled& f);
  call* call_of(const journal::entry& e);
  call& begin(const journal::entry& e);
  bool is_concurrent() const { return function().max_concurrency > 0; }
  told::ending ending_of(const call& c) const;
  void tell_start(call& c, instant at);
  void tell_runtime_done(call& c, instant at);
  void tell_fault(const call& c, instant at);
  void tell_report(const call& c);
  void tell_concurrent_report(const call& c);
  void tell_end();

  // Of what is used, and of the end.
  void on(const journal::entry& e, const journal::fact::reset& f);
  void on(const journal::entry& e, const journal::fact::shutdown_began& f);
  void on(const journal::entry& e, const journal::fact::sampled& f);
  void on(const journal::entry& e, const journal::fact::frozen& f);
  void on(const journal::entry& e, const journal::fact::exited& f);

  void on(const journal::entry& e, const journal::fact::log_line& f);
  void on(const journal::entry& e, const journal::fact::extension_line& f);

  void tell(instant at, telemetry_record what);
  const journal::function_facts& function() const { return journal_.conditions().function; }

  const journal::journal& journal_;
  std::vector<telemetry_event>& told_;
  span skipped_{};

  // Of the processes in place.
  instant ordered_{};
  instant began_ = never;     // the first of them, or `ordered_` if there is none
  bool is_repeated_ = false;  // their init, inside an invocation
  bool is_provisioned_ = false;
  bool has_started_ = false;  // the runtime
  bool is_init_over_ = false;
  bool is_runtime_done_told_ = false;
  bool is_running_ = false;
  bool is_being_killed_ = false;
  std::optional<span> init_;  // a success
  instant restore_began_ = never;
  std::optional<span> restore_;
  std::vector<extension> extensions_;
  journal::text_id extension_error_;  // the last that was posted
  std::int64_t peak_bytes_ = -1;
  bool is_sampled_ = false;  // since the runtime asked for an event

  std::unordered_map<std::uint32_t, call> calls_;  // under way
  std::optional<call> ended_;                      // platform.report is to come
};

}  // namespace lambdaprof::report
