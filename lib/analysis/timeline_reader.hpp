// SPDX-License-Identifier: Apache-2.0
// The inside of `read_timeline`: what is remembered of each life while its facts are read. Facts of
// invocations, of environments, of extensions and of what is printed are taken in a file each.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/emf.hpp"
#include "analysis/timeline.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::analysis {

namespace fact = journal::fact;

/// Finds the key of a metric, and makes one where there is none.
class emitted_names {
 public:
  explicit emitted_names(std::vector<emitted_metric>& all) : all_(all) {}

  const std::string& key_of(const emf_metric& m);

 private:
  std::vector<emitted_metric>& all_;
  std::map<std::string, std::size_t, std::less<>> places_;  ///< by all that tells metrics apart
  std::set<std::string, std::less<>> keys_;
};

/// An extension of the processes in place.
struct living_extension {
  std::size_t place = 0;  ///< in the row of its environment
  bool is_told_of_invocations = false;
  bool is_told_of_the_end = false;
  bool has_posted_error = false;
};

/// An environment while its life is being read.
struct unfinished {
  environment_row row;
  bool is_first_process = true;
  bool is_starting = true;
  /// CPU that the process in place had used when it last asked for an event.
  span cpu = journal::cpu_unknown;
  journal::usage used;  ///< by the process in place, at the last sample
  bool awaits_sample = false;
  std::uint32_t unsampled = 0;  ///< phases that ended since the last sample
  bool is_frozen = false;
  bool was_init = true;                ///< the phase that ended last
  std::optional<std::size_t> last;     ///< else the invocation that it was, if it was one alone
  std::optional<std::size_t> serving;  ///< the one whose runtime has not come back
  span cpu_at_response = journal::cpu_unknown;
  // Of the processes in place.
  std::vector<std::size_t> under_way;        ///< invocations that have not settled
  bool is_shared = false;                    ///< several of them at a time, since there was none
  std::vector<living_extension> extensions;  ///< by their numbers
  bool is_in_init = true;
  bool is_ending = false;  ///< and from here on an exit is no surprise
  bool is_shutting_down = false;
  std::optional<std::size_t> latest;  ///< the invocation that was delivered last
  // Of the first process.
  init_trace trace;
  bool is_trace_over = false;
  instant worked_from{};             ///< its beginning by `timeline_reader::unskipped`
  std::optional<instant> frozen_at;  ///< likewise, while it is frozen
  span stood_still{};                ///< frozen before that
};

/// Takes one entry after the other. An invocation begins with `arrived`, an environment with
/// `launch_ordered`; facts of any other, which only a damaged file can hold, go into no row.
class timeline_reader {
 public:
  explicit timeline_reader(const journal::journal& j)
      : journal_(j), emitted_(t_.metrics), is_traced_(j.conditions().init_trace.is_on) {}

  timeline read();

 private:
  using entry = journal::entry;

  invocation_row* invocation(const entry& e);
  unfinished* environment(const entry& e);
  std::size_t index_of(const invocation_row& row) const {
    return static_cast<std::size_t>(&row - t_.invocations.data());
  }
  std::string text(journal::text_id id) const { return std::string(journal_.text(id)); }
  static bool known(span s) { return s >= span{}; }

  // Of an invocation.
  void take(const entry& e, const fact::arrived& f);
  void take(const entry& e, const fact::throttled&);
  void take(const entry& e, const fact::delivered& f);
  void take(const entry& e, const fact::response_began&);
  void take(const entry& e, const fact::responded& f);
  void take(const entry& e, const fact::failed& f);
  void take(const entry& e, const fact::runtime_ready& f);
  void take(const entry& e, const fact::settled& f);
  void take(const entry& e, const fact::thaw_cost& f);
  void note_response(const entry& e, span cpu);
  void tell_extensions(const unfinished& env, invocation_row& row) const;

  // Of an environment.
  void take(const entry& e, const fact::launch_ordered& f);
  void take(const entry& e, const fact::process_started& f);
  void take(const entry& e, const fact::launch_failed& f);
  void take(const entry& e, const fact::runtime_initialized&);
  void take(const entry& e, const fact::init_finished& f);
  void take(const entry& e, const fact::init_failed& f);
  void take(const entry& e, const fact::restore_began&);
  void take(const entry& e, const fact::restore_finished& f);
  void take(const entry& e, const fact::restore_failed& f);
  void take(const entry& e, const fact::shutdown_began&);
  void take(const entry& e, const fact::reset&);
  void take(const entry& e, const fact::sampled& f);
  void take(const entry& e, const fact::frozen&);
  void take(const entry& e, const fact::thawed&);
  void take(const entry& e, const fact::retired&);
  void take(const entry& e, const fact::exited& f);
  void take(const entry& e, const fact::gone&);
  void take(const entry& e, const fact::left_groups&);
  void take(const entry& e, const fact::strays& f);
  void take(const entry& e, const fact::log_line& f);
  void take(const entry& e, const fact::log_dropped& f);
  void end_init(const entry& e, journal::outcome how, journal::text_id error);
  void end_start(unfinished& env);
  bool is_snap_start() const;
  void look_for_marks(const entry& e, unfinished& env, std::string_view line) const;
  void take_emf(unfinished& env, std::string_view line);
  static void end_trace(unfinished& env);
  span worked(const unfinished& env, instant at) const;
  instant unskipped(instant at) const;

  // Of an extension.
  void take(const entry& e, const fact::extension_started& f);
  void take(const entry& e, const fact::extension_launch_failed& f);
  void take(const entry& e, const fact::extension_registered& f);
  void take(const entry& e, const fact::extension_ready& f);
  void take(const entry& e, const fact::extension_failed& f);
  void take(const entry& e, const fact::extension_exited& f);
  void take(const entry& e, const fact::extension_line& f);
  void take(const entry&, const fact::subscribed&) {}
  void take(const entry& e, const fact::telemetry_dropped& f);
  void come_back(const entry& e, const unfinished& env, std::size_t place);

  // Of the run.
  void take(const entry& e, const fact::refused& f);
  void take(const entry&, const fact::skipped& f);
  void take(const entry&, const fact::interrupted&) { t_.interrupted = true; }
  void take(const entry&, const fact::block_began& f) { block_ = f.block; }
  void take(const entry&, const fact::note& f) { t_.notes.push_back(text(f.text)); }

  const journal::journal& journal_;
  std::unordered_map<std::uint32_t, std::size_t> invocations_;
  std::unordered_map<std::uint32_t, std::size_t> environments_;
  std::vector<unfinished> unfinished_;
  std::uint32_t starting_ = 0;
  std::int64_t block_ = -1;
  bool is_warm_up_ = false;  // the event that was taken up last belongs to one
  timeline t_;
  emitted_names emitted_;
  bool is_traced_;
};

}  // namespace lambdaprof::analysis
