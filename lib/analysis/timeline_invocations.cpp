// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analysis/timeline_reader.hpp"

namespace lambdaprof::analysis {

using journal::start_kind;

void timeline_reader::take(const entry& e, const fact::arrived& f) {
  if (!e.inv || !invocations_.emplace(e.inv.value, t_.invocations.size()).second) return;
  invocation_row& row = t_.invocations.emplace_back();
  row.id = e.inv;
  row.event = f.event;
  row.block = block_;
  is_warm_up_ = f.discarded;
  row.is_ping = f.origin == journal::origin::warmer;
  row.discarded = f.discarded || row.is_ping;
  row.due = f.due;
  row.arrived = e.at;
}

void timeline_reader::take(const entry& e, const fact::throttled&) {
  if (invocation_row* row = invocation(e)) row->throttled = true;
}

void timeline_reader::take(const entry& e, const fact::delivered& f) {
  invocation_row* row = invocation(e);
  if (!row) return;
  row->env = e.env;
  row->start = f.kind;
  row->delivered = e.at;
  row->assigned = std::min(row->assigned, e.at);
  unfinished* env = environment(e);
  if (!env) return;
  ++env->row.invocations;
  const std::size_t index = index_of(*row);
  env->serving = env->latest = index;
  if (env->is_first_process) end_trace(*env);
  env->is_shared = !env->under_way.empty();
  env->under_way.push_back(index);
  if (f.kind == start_kind::cold && !env->row.first) env->row.first = index;
  if (f.kind == start_kind::provisioned) env->row.discarded = row->discarded && !row->is_ping;
  tell_extensions(*env, *row);
}

void timeline_reader::tell_extensions(const unfinished& env, invocation_row& row) const {
  row.extensions.clear();
  for (const living_extension& x : env.extensions)
    if (x.is_told_of_invocations)
      row.extensions.push_back({static_cast<std::uint32_t>(x.place), never});
}

/// The first answer of an invocation counts.
void timeline_reader::note_response(const entry& e, span cpu) {
  if (unfinished* env = environment(e); env && env->cpu_at_response < env->cpu)
    env->cpu_at_response = cpu;
}

void timeline_reader::take(const entry& e, const fact::response_began&) {
  invocation_row* row = invocation(e);
  if (!row) return;
  row->is_streamed = true;
  row->first_byte = std::min(row->first_byte, e.at);
}

void timeline_reader::take(const entry& e, const fact::responded& f) {
  invocation_row* row = invocation(e);
  if (!row) return;
  row->answered = std::min(row->answered, e.at);
  row->first_byte = std::min(row->first_byte, e.at);
  row->response_bytes = f.bytes;
  row->http_status = f.http_status;
  if (f.http_status != 0) row->error = text(f.answer);
  note_response(e, f.cpu);
}

void timeline_reader::take(const entry& e, const fact::failed& f) {
  invocation_row* row = invocation(e);
  if (!row) return;
  // A process that exits after it has answered fails too; the invoker's answer remains the first.
  row->answered = std::min(row->answered, e.at);
  row->how = f.why;
  row->error = text(f.payload);
  if (f.type) row->error_type = text(f.type);
  // It was never delivered, but the restore was done for it.
  const unfinished* env = environment(e);
  if (env && env->is_first_process && env->row.restore_failed != never && row->assigned == never)
    row->assigned = env->row.restore_began;
  note_response(e, f.cpu);
}

void timeline_reader::take(const entry& e, const fact::runtime_ready& f) {
  invocation_row* row = invocation(e);
  unfinished* env = environment(e);
  if (row) row->runtime_done = std::min(row->runtime_done, e.at);
  if (!env) return;
  // What several use together belongs to none of them.
  invocation_row* alone = env->is_shared ? nullptr : row;
  if (alone && alone->cpu == journal::cpu_unknown) {
    // The process of a suppressed init began inside this invocation.
    const span before = alone->start == start_kind::suppressed ? span{} : env->cpu;
    if (before >= span{} && f.cpu >= before) alone->cpu = f.cpu - before;
  }
  env->cpu = f.cpu;
  ++env->unsampled;
  env->awaits_sample = true;
  env->was_init = false;
  env->last = alone ? std::optional(index_of(*alone)) : std::nullopt;
  if (!row || env->serving == index_of(*row)) env->serving.reset();
  if (!alone) return;
  // Where nobody looks: the most that was seen before.
  alone->used.peak_bytes = env->used.peak_bytes;
  // Extensions that work beside the runtime are in the same account, and leave nothing behind.
  if (alone->extensions.empty() && known(env->cpu_at_response) && f.cpu >= env->cpu_at_response)
    alone->cpu_after = f.cpu - env->cpu_at_response;
}

void timeline_reader::take(const entry& e, const fact::settled& f) {
  invocation_row* row = invocation(e);
  if (!row) return;
  row->settled = e.at;
  row->how = f.how == journal::outcome::success && row->http_status != 0
                 ? journal::outcome::error_answer
                 : f.how;
  if (unfinished* env = environment(e)) std::erase(env->under_way, index_of(*row));
}

void timeline_reader::take(const entry& e, const fact::thaw_cost& f) {
  if (unfinished* env = environment(e)) env->is_frozen = false;
  if (invocation_row* row = invocation(e)) row->thaw = f.took;
}

}  // namespace lambdaprof::analysis
