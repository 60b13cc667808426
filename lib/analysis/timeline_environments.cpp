// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "analysis/timeline_reader.hpp"
#include "analysis/usage.hpp"

namespace lambdaprof::analysis {

using journal::outcome;

namespace {

/// No file can make a reader keep more of them for each environment.
constexpr std::size_t most_marks = 64;

}  // namespace

void timeline_reader::take(const entry& e, const fact::launch_ordered& f) {
  if (e.env && environments_.emplace(e.env.value, unfinished_.size()).second) {
    environment_row& row = unfinished_.emplace_back().row;
    row.id = e.env;
    row.block = block_;
    row.ordered = e.at;
    row.provisioned = f.provisioned;
    row.starting_with_it = starting_++;
    const invocation_row* cause = invocation(e);
    // The init that a ping has caused is like any other.
    row.discarded = cause && (cause->is_ping ? is_warm_up_ : cause->discarded);
    for (const journal::mark& m : journal_.conditions().marks)
      if (row.marks.size() < most_marks) row.marks.push_back({m.name});
    unfinished_.back().trace = init_trace(journal_.conditions().init_trace.loader_ticks_per_ms);
  }
  if (invocation_row* row = invocation(e); row && f.suppressed) row->assigned = e.at;
  unfinished* env = environment(e);
  if (!env) return;
  ++env->row.attempts;
  env->is_first_process = f.attempt == 0;
  env->cpu = env->cpu_at_response = journal::cpu_unknown;
  env->used = {};
  env->last.reset();
  env->latest.reset();
  env->awaits_sample = env->is_frozen = false;
  env->was_init = env->is_in_init = true;
  env->is_ending = env->is_shutting_down = env->is_shared = false;
  env->under_way.clear();
  env->extensions.clear();
  env->unsampled = 0;
  env->row.used = {};
  env->row.exit_status = 0;
  env->row.exit_signal = 0;
}

void timeline_reader::take(const entry& e, const fact::process_started& f) {
  unfinished* env = environment(e);
  if (!env || !env->is_first_process) return;
  // Where extensions are started, the environment begins with the first of them.
  (env->row.began == never ? env->row.began : env->row.runtime_began) = f.began;
  if (env->row.runtime_began == never) env->worked_from = unskipped(f.began);
  env->row.mapped_bytes = f.mapped_bytes;
  env->row.cached_bytes = f.cached_bytes;
  env->row.started = e.at;
}

void timeline_reader::take(const entry& e, const fact::launch_failed& f) {
  unfinished* env = environment(e);
  // A launch that was taken back because the environment goes says nothing of the function.
  if (env != nullptr && env->row.retired != never) return end_start(*env);
  end_init(e, outcome::launch_error, f.reason);
}

void timeline_reader::take(const entry& e, const fact::runtime_initialized&) {
  unfinished* env = environment(e);
  if (env && env->is_first_process) env->row.runtime_ready_at_init = e.at;
}

bool timeline_reader::is_snap_start() const {
  return journal_.conditions().function.initialization == "snap-start";
}

void timeline_reader::take(const entry& e, const fact::init_finished& f) {
  unfinished* env = environment(e);
  if (!env) return;
  env->cpu = f.cpu;
  env->awaits_sample = env->was_init = true;
  env->is_in_init = false;
  env->last.reset();
  env->unsampled = 1;
  if (env->is_first_process) {
    env->row.init_done = e.at;
    env->row.init_cpu = f.cpu;
    if (is_snap_start()) {
      env->row.restore_began = env->row.restore_done = e.at;
      env->row.restore_cpu = span{};
    }
  }
  end_init(e, outcome::success, {});
}

void timeline_reader::take(const entry& e, const fact::init_failed& f) {
  unfinished* env = environment(e);
  if (env) env->is_ending = true;
  if (env && env->is_first_process && f.type) env->row.init_error_type = text(f.type);
  end_init(e, f.why, f.detail);
}

void timeline_reader::take(const entry& e, const fact::restore_began&) {
  unfinished* env = environment(e);
  if (!env || !env->is_first_process) return;
  env->row.restore_began = e.at;
  env->row.restore_done = never;
  env->row.restore = outcome::interrupted;
  env->row.restore_cpu = journal::cpu_unknown;
}

void timeline_reader::take(const entry& e, const fact::restore_finished& f) {
  unfinished* env = environment(e);
  if (!env) return;
  if (env->is_first_process && env->row.restore_began != never) {
    env->row.restore_done = e.at;
    env->row.restore = outcome::success;
    if (known(env->cpu) && f.cpu >= env->cpu) env->row.restore_cpu = f.cpu - env->cpu;
  }
  env->cpu = f.cpu;
}

void timeline_reader::take(const entry& e, const fact::restore_failed& f) {
  unfinished* env = environment(e);
  if (!env) return;
  env->is_ending = true;
  if (!env->is_first_process) return;
  env->row.restore_failed = e.at;
  env->row.restore = f.why;
  env->row.restore_error = text(f.detail);
  if (f.type) env->row.restore_error_type = text(f.type);
}

void timeline_reader::take(const entry& e, const fact::shutdown_began&) {
  if (unfinished* env = environment(e)) env->is_ending = env->is_shutting_down = true;
}

void timeline_reader::take(const entry& e, const fact::reset&) {
  if (unfinished* env = environment(e)) env->is_ending = true;
}

void timeline_reader::take(const entry& e, const fact::sampled& f) {
  unfinished* env = environment(e);
  if (!env) return;
  const journal::usage used = journal_.used(f.used);
  invocation_row* row = env->last ? &t_.invocations[*env->last] : nullptr;
  const bool is_first_init = env->was_init && env->is_first_process;
  journal::usage* of = row ? &row->used : is_first_init ? &env->row.init_used : nullptr;
  // It may have run on for a while before it stood still.
  if (row && row->extensions.empty() && env->is_frozen && known(used.cpu) &&
      known(env->cpu_at_response))
    row->cpu_after = std::max(row->cpu_after, used.cpu - env->cpu_at_response);
  if (std::exchange(env->awaits_sample, false)) {
    const std::uint32_t phases = std::exchange(env->unsampled, 0U);
    if (of) *of = used_between(env->used, used);
    if (row) row->used_phases = phases;
  } else if (of && used.running >= 0) {
    // Nobody had looked before it came to a standstill.
    of->running = used.running;
  }
  env->used = used;
}

void timeline_reader::take(const entry& e, const fact::retired&) {
  unfinished* env = environment(e);
  if (!env) return;
  env->row.retired = e.at;
  env->is_ending = true;
}

void timeline_reader::take(const entry& e, const fact::exited& f) {
  unfinished* env = environment(e);
  if (!env) return;
  env->is_ending = true;
  env->row.used = journal_.used(f.used);
  if (env->serving) t_.invocations[*env->serving].used.peak_bytes = env->row.used.peak_bytes;
  env->serving.reset();
  env->row.exit_status = f.status;
  env->row.exit_signal = f.signal;
  end_start(*env);
}

void timeline_reader::take(const entry& e, const fact::gone&) {
  unfinished* env = environment(e);
  if (!env) return;
  env->row.gone = e.at;
  end_start(*env);
}

void timeline_reader::take(const entry& e, const fact::left_groups&) {
  if (unfinished* env = environment(e)) env->row.left_groups = true;
}

void timeline_reader::take(const entry& e, const fact::strays& f) {
  if (unfinished* env = environment(e)) env->row.strays += f.count;
}

void timeline_reader::end_init(const entry& e, outcome how, journal::text_id error) {
  unfinished* env = environment(e);
  if (!env) return;
  end_start(*env);
  if (!env->is_first_process) return;
  env->row.init = how;
  if (how != outcome::success) env->row.init_failed = e.at;
  if (error) env->row.init_error = text(error);
}

void timeline_reader::end_start(unfinished& env) {
  if (std::exchange(env.is_starting, false)) --starting_;
}

}  // namespace lambdaprof::analysis
