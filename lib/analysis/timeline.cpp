// SPDX-License-Identifier: Apache-2.0
#include "analysis/timeline.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

#include "analysis/usage.hpp"

namespace lambdaprof::analysis {
namespace {

using journal::entry;
using journal::outcome;
using journal::start_kind;

namespace fact = journal::fact;

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
  std::optional<std::size_t> last;     ///< the invocation that ended last
  std::optional<std::size_t> serving;  ///< the one that is under way
  span cpu_at_response = journal::cpu_unknown;
};

/// Takes one entry after the other. An invocation begins with `arrived`, an environment with
/// `launch_ordered`; facts of any other, which only a damaged file can hold, go into no row.
class reader {
 public:
  explicit reader(const journal::journal& j) : journal_(j) {}

  timeline read() {
    for (const entry& e : journal_.entries())
      std::visit([&](const auto& f) { take(e, f); }, e.what);
    t_.environments.reserve(unfinished_.size());
    for (unfinished& u : unfinished_) t_.environments.push_back(std::move(u.row));
    return std::move(t_);
  }

 private:
  invocation_row* invocation(const entry& e) {
    const auto place = invocations_.find(e.inv.value);
    return place == invocations_.end() ? nullptr : &t_.invocations[place->second];
  }

  unfinished* environment(const entry& e) {
    const auto place = environments_.find(e.env.value);
    return place == environments_.end() ? nullptr : &unfinished_[place->second];
  }

  std::size_t index_of(const invocation_row& row) const {
    return static_cast<std::size_t>(&row - t_.invocations.data());
  }

  static bool known(span s) { return s >= span{}; }

  /// The first answer of an invocation counts.
  void note_response(const entry& e, span cpu) {
    if (unfinished* env = environment(e); env && env->cpu_at_response < env->cpu)
      env->cpu_at_response = cpu;
  }

  std::string text(journal::text_id id) const { return std::string(journal_.text(id)); }

  // Of an invocation.

  void take(const entry& e, const fact::arrived& f) {
    if (!e.inv || !invocations_.emplace(e.inv.value, t_.invocations.size()).second) return;
    invocation_row& row = t_.invocations.emplace_back();
    row.id = e.inv;
    row.event = f.event;
    row.block = block_;
    row.discarded = f.discarded;
    row.due = f.due;
    row.arrived = e.at;
  }

  void take(const entry& e, const fact::throttled&) {
    if (invocation_row* row = invocation(e)) row->throttled = true;
  }

  void take(const entry& e, const fact::delivered& f) {
    invocation_row* row = invocation(e);
    if (!row) return;
    row->env = e.env;
    row->start = f.kind;
    row->delivered = e.at;
    row->assigned = std::min(row->assigned, e.at);
    unfinished* env = environment(e);
    if (!env) return;
    ++env->row.invocations;
    env->serving = index_of(*row);
    if (f.kind == start_kind::cold && !env->row.first) env->row.first = index_of(*row);
  }

  void take(const entry& e, const fact::response_began&) {
    if (invocation_row* row = invocation(e)) row->first_byte = std::min(row->first_byte, e.at);
  }

  void take(const entry& e, const fact::responded& f) {
    invocation_row* row = invocation(e);
    if (!row) return;
    row->answered = std::min(row->answered, e.at);
    row->first_byte = std::min(row->first_byte, e.at);
    row->response_bytes = f.bytes;
    note_response(e, f.cpu);
  }

  void take(const entry& e, const fact::failed& f) {
    invocation_row* row = invocation(e);
    if (!row) return;
    // A process that exits after it has answered fails too; the invoker's answer remains the first.
    row->answered = std::min(row->answered, e.at);
    row->how = f.why;
    row->error = text(f.payload);
    note_response(e, f.cpu);
  }

  void take(const entry& e, const fact::runtime_ready& f) {
    invocation_row* row = invocation(e);
    unfinished* env = environment(e);
    if (row && env && row->cpu == journal::cpu_unknown) {
      // The process of a suppressed init began inside this invocation.
      const span before = row->start == start_kind::suppressed ? span{} : env->cpu;
      if (before >= span{} && f.cpu >= before) row->cpu = f.cpu - before;
    }
    if (!env) return;
    env->cpu = f.cpu;
    ++env->unsampled;
    env->awaits_sample = true;
    env->last = row ? std::optional(index_of(*row)) : std::nullopt;
    env->serving.reset();
    // Where nobody looks: the most that was seen before.
    if (row) row->used.peak_bytes = env->used.peak_bytes;
    if (row && known(env->cpu_at_response) && f.cpu >= env->cpu_at_response)
      row->cpu_after = f.cpu - env->cpu_at_response;
  }

  void take(const entry& e, const fact::settled& f) {
    invocation_row* row = invocation(e);
    if (!row) return;
    row->settled = e.at;
    row->how = f.how;
  }

  // Of an environment.

  void take(const entry& e, const fact::launch_ordered& f) {
    if (e.env && environments_.emplace(e.env.value, unfinished_.size()).second) {
      environment_row& row = unfinished_.emplace_back().row;
      row.id = e.env;
      row.block = block_;
      row.ordered = e.at;
      row.starting_with_it = starting_++;
      const invocation_row* cause = invocation(e);
      row.discarded = cause && cause->discarded;
    }
    if (invocation_row* row = invocation(e); row && f.suppressed) row->assigned = e.at;
    unfinished* env = environment(e);
    if (!env) return;
    ++env->row.attempts;
    env->is_first_process = f.attempt == 0;
    env->cpu = env->cpu_at_response = journal::cpu_unknown;
    env->used = {};
    env->last.reset();
    env->awaits_sample = env->is_frozen = false;
    env->unsampled = 0;
    env->row.used = {};
    env->row.exit_status = 0;
    env->row.exit_signal = 0;
  }

  void take(const entry& e, const fact::process_started& f) {
    unfinished* env = environment(e);
    if (!env || !env->is_first_process) return;
    env->row.began = f.began;
    env->row.mapped_bytes = f.mapped_bytes;
    env->row.cached_bytes = f.cached_bytes;
    env->row.started = e.at;
  }

  void take(const entry& e, const fact::launch_failed& f) {
    unfinished* env = environment(e);
    // A launch that was taken back because the environment goes says nothing of the function.
    if (env != nullptr && env->row.retired != never) return end_start(*env);
    end_init(e, outcome::launch_error, f.reason);
  }

  void take(const entry& e, const fact::init_finished& f) {
    unfinished* env = environment(e);
    if (!env) return;
    env->cpu = f.cpu;
    env->awaits_sample = true;
    env->last.reset();
    env->unsampled = 1;
    if (env->is_first_process) {
      env->row.init_done = e.at;
      env->row.init_cpu = f.cpu;
    }
    end_init(e, outcome::success, {});
  }

  void take(const entry& e, const fact::init_failed& f) { end_init(e, f.why, f.detail); }

  void take(const entry& e, const fact::sampled& f) {
    unfinished* env = environment(e);
    if (!env) return;
    const journal::usage used = journal_.used(f.used);
    invocation_row* row = env->last ? &t_.invocations[*env->last] : nullptr;
    // It may have run on for a while before it stood still.
    if (row && env->is_frozen && known(used.cpu) && known(env->cpu_at_response))
      row->cpu_after = std::max(row->cpu_after, used.cpu - env->cpu_at_response);
    if (std::exchange(env->awaits_sample, false)) {
      const journal::usage spent = used_between(env->used, used);
      const std::uint32_t phases = std::exchange(env->unsampled, 0U);
      if (row) {
        row->used = spent;
        row->used_phases = phases;
      } else if (env->is_first_process) {
        env->row.init_used = spent;
      }
    } else if (used.running >= 0) {
      // Nobody had looked before it came to a standstill.
      (row ? row->used : env->row.init_used).running = used.running;
    }
    env->used = used;
  }

  void take(const entry& e, const fact::frozen&) {
    if (unfinished* env = environment(e)) env->is_frozen = true;
  }
  void take(const entry& e, const fact::thaw_cost& f) {
    if (unfinished* env = environment(e)) env->is_frozen = false;
    if (invocation_row* row = invocation(e)) row->thaw = f.took;
  }
  void take(const entry&, const fact::thawed&) {}
  void take(const entry&, const fact::reset&) {}  // the exit and the next launch tell it all

  void take(const entry& e, const fact::retired&) {
    if (unfinished* env = environment(e)) env->row.retired = e.at;
  }

  void take(const entry& e, const fact::exited& f) {
    unfinished* env = environment(e);
    if (!env) return;
    env->row.used = journal_.used(f.used);
    if (env->serving) t_.invocations[*env->serving].used.peak_bytes = env->row.used.peak_bytes;
    env->serving.reset();
    env->row.exit_status = f.status;
    env->row.exit_signal = f.signal;
    end_start(*env);
  }

  void take(const entry& e, const fact::gone&) {
    unfinished* env = environment(e);
    if (!env) return;
    env->row.gone = e.at;
    end_start(*env);
  }

  void take(const entry& e, const fact::left_groups&) {
    if (unfinished* env = environment(e)) env->row.left_groups = true;
  }

  void take(const entry& e, const fact::strays& f) {
    if (unfinished* env = environment(e)) env->row.strays += f.count;
  }

  void end_init(const entry& e, outcome how, journal::text_id error) {
    unfinished* env = environment(e);
    if (!env) return;
    end_start(*env);
    if (!env->is_first_process) return;
    env->row.init = how;
    if (how != outcome::success) env->row.init_failed = e.at;
    if (error) env->row.init_error = text(error);
  }

  void end_start(unfinished& env) {
    if (std::exchange(env.is_starting, false)) --starting_;
  }

  // Of either.

  void take(const entry& e, const fact::log_line&) {
    if (unfinished* env = environment(e)) ++env->row.log_lines;
  }

  void take(const entry& e, const fact::log_dropped& f) {
    if (unfinished* env = environment(e)) env->row.log_bytes_dropped += f.bytes;
  }

  void take(const entry& e, const fact::refused& f) {
    const invocation_row* row = invocation(e);
    const unfinished* env = environment(e);
    const bool is_discarded = row ? row->discarded : env && env->row.discarded;
    t_.refusals.push_back({e.at, e.env, e.inv, f.status, text(f.what), is_discarded});
  }

  // Of the run.

  void take(const entry&, const fact::skipped& f) {
    // No file can make it overflow.
    if (f.ahead > span{}) t_.skipped += std::min(f.ahead, span::max() - t_.skipped);
  }
  void take(const entry&, const fact::interrupted&) { t_.interrupted = true; }
  void take(const entry&, const fact::block_began& f) { block_ = f.block; }
  void take(const entry&, const fact::note& f) { t_.notes.push_back(text(f.text)); }

  const journal::journal& journal_;
  std::unordered_map<std::uint32_t, std::size_t> invocations_;
  std::unordered_map<std::uint32_t, std::size_t> environments_;
  std::vector<unfinished> unfinished_;
  std::uint32_t starting_ = 0;
  std::int64_t block_ = -1;
  timeline t_;
};

}  // namespace

std::optional<span> timeline::cold(const environment_row& e) const {
  if (e.init != outcome::success || !e.first) return std::nullopt;
  const invocation_row& first = invocations[*e.first];
  const std::optional<span> init = e.init_time();
  const std::optional<span> handler = first.handler();
  if (!first.is_success() || !init || !handler) return std::nullopt;
  return *init + *handler;
}

std::optional<span> timeline::first_response(const environment_row& e) const {
  if (e.init != outcome::success || !e.first) return std::nullopt;
  const invocation_row& first = invocations[*e.first];
  if (!first.is_success() || first.due > e.init_done) return std::nullopt;
  return first.latency();
}

timeline read_timeline(const journal::journal& j) {
  return reader(j).read();
}

}  // namespace lambdaprof::analysis
