// SPDX-License-Identifier: Apache-2.0
#include "analysis/timeline.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "analysis/timeline_reader.hpp"

namespace lambdaprof::analysis {

using journal::outcome;

timeline timeline_reader::read() {
  for (const entry& e : journal_.entries()) std::visit([&](const auto& f) { take(e, f); }, e.what);
  t_.environments.reserve(unfinished_.size());
  for (unfinished& u : unfinished_) end_trace(u);
  for (unfinished& u : unfinished_) t_.environments.push_back(std::move(u.row));
  return std::move(t_);
}

invocation_row* timeline_reader::invocation(const entry& e) {
  const auto place = invocations_.find(e.inv.value);
  return place == invocations_.end() ? nullptr : &t_.invocations[place->second];
}

unfinished* timeline_reader::environment(const entry& e) {
  const auto place = environments_.find(e.env.value);
  return place == environments_.end() ? nullptr : &unfinished_[place->second];
}

void timeline_reader::take(const entry& e, const fact::refused& f) {
  const invocation_row* row = invocation(e);
  const unfinished* env = environment(e);
  const bool is_discarded = row ? row->discarded : env && env->row.discarded;
  t_.refusals.push_back({e.at, e.env, e.inv, f.status, text(f.what), is_discarded});
}

void timeline_reader::take(const entry&, const fact::skipped& f) {
  // No file can make it overflow.
  if (f.ahead > span{}) t_.skipped += std::min(f.ahead, span::max() - t_.skipped);
}

std::optional<span> timeline::cold(const environment_row& e) const {
  if (e.init != outcome::success || !e.first) return std::nullopt;
  const invocation_row& first = invocations[*e.first];
  const std::optional<span> startup = e.startup_time();
  const std::optional<span> handler = first.handler();
  if (!first.is_success() || !startup || !handler) return std::nullopt;
  return *startup + *handler;
}

std::optional<span> timeline::first_response(const environment_row& e) const {
  if (e.init != outcome::success || !e.first || e.is_restored()) return std::nullopt;
  const invocation_row& first = invocations[*e.first];
  // A caller whose turn comes when the init is over is due at that very instant.
  if (!first.is_success() || first.due >= e.init_done) return std::nullopt;
  return first.latency();
}

std::optional<span> timeline::first_byte(const environment_row& e) const {
  return first_response(e) ? invocations[*e.first].time_to_first_byte() : std::nullopt;
}

timeline read_timeline(const journal::journal& j) {
  return timeline_reader(j).read();
}

}  // namespace lambdaprof::analysis
