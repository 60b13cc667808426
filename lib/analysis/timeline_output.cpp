// SPDX-License-Identifier: Apache-2.0
// What the lines of a function tell: how far it has come, what it counts, what its start is made
// of.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis/timeline_reader.hpp"
#include "base/text.hpp"

namespace lambdaprof::analysis {
namespace {

constexpr std::size_t kept_steps = 100;  // of a trace, kept for each environment
constexpr std::size_t longest_example = 160;
/// No file can make a difference of instants overflow.
constexpr span far = span::max() / 4;

void add_values(std::vector<emitted_values>& to, const std::string& key,
                const std::vector<double>& values) {
  auto place =
      std::find_if(to.begin(), to.end(), [&](const emitted_values& v) { return v.key == key; });
  if (place == to.end()) place = to.insert(to.end(), {key, {}});
  place->values.insert(place->values.end(), values.begin(), values.end());
}

}  // namespace

const std::string& emitted_names::key_of(const emf_metric& m) {
  const auto [place, is_new] =
      places_.try_emplace(m.space + '\n' + m.name + '\n' + m.unit, all_.size());
  if (is_new) {
    std::string key = m.name;
    if (keys_.contains(key)) key = fmt::format("{}/{}", m.space, m.name);
    if (keys_.contains(key)) key = fmt::format("{}/{} in {}", m.space, m.name, m.unit);
    while (keys_.contains(key)) key += '\'';
    keys_.insert(key);
    all_.push_back({key, m.space, m.name, m.unit});
  }
  return all_[place->second].key;
}

/// On the clock of the run without the idle time that was skipped.
instant timeline_reader::unskipped(instant at) const {
  return at - std::min(t_.skipped, far);
}

/// How long the first process of the environment could have worked until then.
span timeline_reader::worked(const unfinished& env, instant at) const {
  const instant until = env.frozen_at.value_or(unskipped(at));
  return std::max(span{}, until - env.worked_from - env.stood_still);
}

void timeline_reader::take(const entry& e, const fact::frozen&) {
  unfinished* env = environment(e);
  if (!env) return;
  env->is_frozen = true;
  env->frozen_at = unskipped(e.at);
}

void timeline_reader::take(const entry& e, const fact::thawed&) {
  unfinished* env = environment(e);
  if (!env || !env->frozen_at) return;
  const span stood = std::max(span{}, unskipped(e.at) - *env->frozen_at);
  env->stood_still = std::min(env->stood_still + std::min(stood, far), far);
  env->frozen_at.reset();
}

void timeline_reader::take(const entry& e, const fact::log_line& f) {
  unfinished* env = environment(e);
  if (!env) return;
  ++env->row.log_lines;
  const std::string_view line = journal_.text(f.text);
  if (env->is_first_process) look_for_marks(e, *env, line);
  if (is_traced_ && env->is_first_process && !env->is_trace_over && env->trace.take(line)) return;
  take_emf(*env, line);
}

void timeline_reader::take(const entry& e, const fact::log_dropped& f) {
  if (unfinished* env = environment(e)) env->row.log_bytes_dropped += f.bytes;
}

void timeline_reader::look_for_marks(const entry& e, unfinished& env, std::string_view line) const {
  const std::vector<journal::mark>& wanted = journal_.conditions().marks;
  for (std::size_t i = 0; i < env.row.marks.size(); ++i) {
    mark_row& row = env.row.marks[i];
    if (row.at != never || line.find(wanted[i].text) == line.npos) continue;
    row.at = e.at;
    if (env.row.began != never) row.ready = worked(env, e.at);
  }
}

void timeline_reader::take_emf(unfinished& env, std::string_view line) {
  const std::optional<emf_line> emf = read_emf(line);
  if (!emf) return;
  // Read a little after what came over another way, it still is that of the last invocation.
  invocation_row* row = env.latest ? &t_.invocations[*env.latest] : nullptr;
  const bool is_discarded = row ? row->discarded : env.row.discarded;
  const bool is_unassigned = row ? env.under_way.size() > 1 : !env.is_first_process;
  if (!is_discarded) {
    ++t_.emf.lines;
    t_.emf.unassigned += is_unassigned && emf->complaint.empty();
    if (!emf->complaint.empty() && t_.emf.malformed++ == 0) {
      t_.emf.complaint = emf->complaint;
      t_.emf.example = valid_utf8(line.substr(0, longest_example));
    }
  }
  if (is_unassigned) return;
  for (const emf_metric& m : emf->metrics)
    add_values(row ? row->metrics : env.row.metrics, emitted_.key_of(m), m.values);
}

void timeline_reader::end_trace(unfinished& env) {
  if (std::exchange(env.is_trace_over, true)) return;
  env.row.init_trace = env.trace.steps(kept_steps);
  env.trace = init_trace();
}

}  // namespace lambdaprof::analysis
