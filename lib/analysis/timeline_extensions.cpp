// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analysis/timeline_reader.hpp"

namespace lambdaprof::analysis {
namespace {

/// That of `name` in the row; a repeated init has the extensions of the first one, but internal
/// ones may register in another order.
std::size_t place_of(environment_row& row, const std::string& name, bool is_external) {
  const auto known = std::find_if(
      row.extensions.begin(), row.extensions.end(),
      [&](const extension_row& x) { return x.name == name && x.is_external == is_external; });
  const auto place = static_cast<std::size_t>(known - row.extensions.begin());
  if (known == row.extensions.end()) {
    extension_row& added = row.extensions.emplace_back();
    added.name = name;
    added.is_external = is_external;
  }
  return place;
}

living_extension* numbered(unfinished* env, std::uint32_t number) {
  return env && number < env->extensions.size() ? &env->extensions[number] : nullptr;
}

/// It is the next one, or known already.
living_extension* introduced(unfinished* env, std::uint32_t number, const std::string& name,
                             bool is_external) {
  if (env && number == env->extensions.size())
    env->extensions.push_back({.place = place_of(env->row, name, is_external)});
  return numbered(env, number);
}

bool is_out_of_order(extension_end end) {
  return end == extension_end::crashed || end == extension_end::killed;
}

}  // namespace

void timeline_reader::take(const entry& e, const fact::extension_started& f) {
  unfinished* env = environment(e);
  const living_extension* x = introduced(env, f.extension, text(f.name), true);
  if (!x || !env->is_first_process) return;
  env->row.extensions[x->place].began = f.began;
  if (f.began < env->row.began) env->worked_from = unskipped(f.began);
  env->row.began = std::min(env->row.began, f.began);
}

void timeline_reader::take(const entry& e, const fact::extension_launch_failed& f) {
  unfinished* env = environment(e);
  const living_extension* x = introduced(env, f.extension, text(f.name), true);
  if (x) env->row.extensions[x->place].launch_error = text(f.reason);
}

void timeline_reader::take(const entry& e, const fact::extension_registered& f) {
  unfinished* env = environment(e);
  living_extension* x = introduced(env, f.extension, text(f.name), f.external);
  if (!x) return;
  x->is_told_of_invocations = f.invoke;
  x->is_told_of_the_end = f.shutdown;
  extension_row& row = env->row.extensions[x->place];
  row.wants_invoke = f.invoke;
  row.wants_shutdown = f.shutdown;
  if (env->is_first_process) row.registered = std::min(row.registered, e.at);
}

void timeline_reader::take(const entry& e, const fact::extension_ready& f) {
  unfinished* env = environment(e);
  const living_extension* x = numbered(env, f.extension);
  if (!x) return;
  if (!env->is_in_init) return come_back(e, *env, x->place);
  extension_row& row = env->row.extensions[x->place];
  if (env->is_first_process) row.ready = std::min(row.ready, e.at);
}

void timeline_reader::come_back(const entry& e, const unfinished& env, std::size_t place) {
  for (const std::size_t index : env.under_way)
    for (extension_turn& turn : t_.invocations[index].extensions)
      if (turn.extension == place) turn.back = std::min(turn.back, e.at);
}

void timeline_reader::take(const entry& e, const fact::extension_failed& f) {
  unfinished* env = environment(e);
  living_extension* x = numbered(env, f.extension);
  if (!x) return;
  x->has_posted_error = true;
  extension_row& row = env->row.extensions[x->place];
  if (row.error_type.empty()) row.error_type = text(f.type);
}

void timeline_reader::take(const entry& e, const fact::extension_exited& f) {
  unfinished* env = environment(e);
  const living_extension* x = numbered(env, f.extension);
  if (!x) return;
  extension_row& row = env->row.extensions[x->place];
  if (is_out_of_order(row.end)) return;
  constexpr std::int32_t kill = 9;
  const bool is_expected = env->is_ending || x->has_posted_error || t_.interrupted;
  const bool was_late =
      env->is_shutting_down && x->is_told_of_the_end && f.signal == kill && !x->has_posted_error;
  row.end = !is_expected ? extension_end::crashed
            : was_late   ? extension_end::killed
                         : extension_end::in_order;
  row.exit_status = f.status;
  row.exit_signal = f.signal;
}

void timeline_reader::take(const entry& e, const fact::extension_line& f) {
  unfinished* env = environment(e);
  if (const living_extension* x = numbered(env, f.extension))
    ++env->row.extensions[x->place].log_lines;
}

void timeline_reader::take(const entry& e, const fact::telemetry_dropped& f) {
  unfinished* env = environment(e);
  const living_extension* x = numbered(env, f.extension);
  if (!x) return;
  env->row.extensions[x->place].dropped_records += f.records;
  env->row.extensions[x->place].dropped_bytes += f.bytes;
}

}  // namespace lambdaprof::analysis
