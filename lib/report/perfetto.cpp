// SPDX-License-Identifier: Apache-2.0
#include "report/perfetto.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "report/trace_events.hpp"
#include "report/variant_name.hpp"

namespace lambdaprof::report {
namespace {

using about_event = trace_events::json;
using analysis::environment_row;
using analysis::invocation_row;

/// Track 0 is the process's own, for what no environment was there for.
constexpr std::int64_t no_track = 0;

instant or_else(instant first, instant second) {
  return first == never ? second : first;
}

/// Whether somebody is there to be frozen afterwards.
bool leaves_process(journal::outcome how) {
  using journal::outcome;
  return how == outcome::success || how == outcome::function_error || how == outcome::too_large ||
         how == outcome::truncated || how == outcome::bad_response_mode ||
         how == outcome::error_answer;
}

about_event about(const invocation_row& i) {
  about_event j{{"invocation", i.id.value},
                {"event", i.event},
                {"start", journal::name(i.start)},
                {"outcome", journal::name(i.how)}};
  if (i.discarded) j["warm_up"] = true;
  if (i.block >= 0) j["block"] = i.block;
  if (const auto latency = i.latency()) j["latency_ms"] = milliseconds(*latency);
  if (i.cpu >= span::zero()) j["cpu_ms"] = milliseconds(i.cpu);
  if (!i.error.empty()) j["error"] = valid_utf8(i.error);
  return j;
}

about_event about(const environment_row& e) {
  about_event j{{"environment", e.id.value}, {"init", journal::name(e.init)}};
  if (e.discarded) j["warm_up"] = true;
  if (e.block >= 0) j["block"] = e.block;
  if (!e.init_error.empty()) j["error"] = valid_utf8(e.init_error);
  if (!e.restore_error.empty()) j["restore_error"] = valid_utf8(e.restore_error);
  return j;
}

/// How many environments are in each state, and how many events wait, over time.
class census {
 public:
  void count(const char* what, instant from, instant to) {
    if (from == never || to == never || to <= from) return;
    changes_[from][what] += 1;
    changes_[to][what] -= 1;
  }

  void write(std::int64_t process, trace_events& to) const {
    about_event environments{{"starting", 0}, {"busy", 0}, {"idle", 0}};
    std::int64_t waiting = 0;
    for (const auto& [at, by_state] : changes_) {
      bool any_environment = false;
      for (const auto& [what, change] : by_state) {
        if (std::string_view(what) == "waiting") continue;
        environments[what] = environments[what].get<std::int64_t>() + change;
        any_environment = true;
      }
      if (any_environment) to.counter(process, "environments", at, environments);
      const auto events = by_state.find("waiting");
      if (events == by_state.end()) continue;
      waiting += events->second;
      to.counter(process, "waiting events", at, {{"events", waiting}});
    }
  }

 private:
  std::map<instant, std::map<std::string, std::int64_t>> changes_;
};

class variant_writer {
 public:
  variant_writer(const subject& s, std::int64_t process, trace_events& to)
      : subject_(s), process_(process), to_(to) {}

  void write() {
    to_.name_process(process_, variant_name(subject_));
    std::vector<std::vector<const invocation_row*>> by_environment(
        subject_.timeline.environments.size());
    for (const invocation_row& i : subject_.timeline.invocations) {
      counted_.count("waiting", i.arrived, i.throttled ? never : i.delivered);
      if (i.env.value < by_environment.size() && i.delivered != never)
        by_environment[i.env.value].push_back(&i);
      else
        missed(i);
    }
    for (const environment_row& e : subject_.timeline.environments)
      if (e.id.value < by_environment.size()) write(e, by_environment[e.id.value]);
    for (const analysis::refusal& r : subject_.timeline.refusals)
      to_.moment(process_, no_track, "refused call", r.at,
                 {{"status", r.status}, {"what", valid_utf8(r.what)}});
    counted_.write(process_, to_);
  }

 private:
  void missed(const invocation_row& i) {
    if (i.throttled)
      to_.moment(process_, no_track, "throttled", or_else(i.answered, i.arrived), about(i));
    else if (!i.is_success())
      to_.moment(process_, no_track, journal::name(i.how), i.answered, about(i));
  }

  void write(const environment_row& e, std::vector<const invocation_row*>& its) {
    std::sort(its.begin(), its.end(), [](const invocation_row* a, const invocation_row* b) {
      return a->delivered < b->delivered;
    });
    first_track_ = next_track_++;
    const std::string name = "environment " + std::to_string(e.id.value);
    to_.name_track(process_, first_track_, name);
    free_from_.assign(1, instant::min());
    last_end_ = instant::min();

    const instant ready = start(e);
    instant standing_still_since = ready;
    for (const invocation_row* i : its) {
      // What waited for the init finds nobody frozen, and what repeats it nobody at all.
      const bool repeats_init = i->start == journal::start_kind::suppressed;
      if (!repeats_init && (standing_still_since != ready || i->due > ready))
        stand_still(standing_still_since, i->delivered);
      if (repeats_init && i->arrived != never)
        to_.slice(process_, first_track_, "init again", std::max(i->arrived, last_end_),
                  i->delivered);
      invoke(*i, name);
      last_end_ = std::max(last_end_, or_else(i->settled, i->answered));
      standing_still_since = leaves_process(i->how) ? last_end_ : never;
    }
    stand_still(standing_still_since, e.retired);
    to_.slice(process_, first_track_, "shutdown", e.retired, e.gone,
              {{"exit_status", e.exit_status}, {"signal", e.exit_signal}});
  }

  /// Returns when it was ready, if it ever was.
  instant start(const environment_row& e) {
    const instant init_end = or_else(e.init_done, e.init_failed);
    const bool is_restored = e.is_restored();
    to_.slice(process_, first_track_, "queued", e.ordered, e.began);
    to_.slice(process_, first_track_, "init", e.began, init_end, about(e));
    to_.slice(process_, first_track_, "spawn and exec", e.runtime_start(), e.started);
    if (e.init_failed != never)
      to_.moment(process_, first_track_, "init failed", e.init_failed, about(e));
    const instant restore_end = or_else(e.restore_done, e.restore_failed);
    if (is_restored)
      to_.slice(process_, first_track_, "restore", e.restore_began, restore_end, about(e));
    if (e.restore_failed != never)
      to_.moment(process_, first_track_, "restore failed", e.restore_failed, about(e));
    counted_.count("starting", or_else(e.began, e.ordered), init_end);
    return is_restored ? e.restore_done : e.init_done;
  }

  /// Beside each other where an environment takes several at a time.
  void invoke(const invocation_row& i, const std::string& name) {
    const instant end = or_else(i.settled, i.answered);
    std::size_t lane = 0;
    while (lane < free_from_.size() && free_from_[lane] > i.delivered) ++lane;
    if (lane == free_from_.size()) {
      free_from_.push_back(instant::min());
      to_.name_track(process_, next_track_++,
                     name + ", " + std::to_string(lane + 1) + " at a time");
    }
    free_from_[lane] = end;
    const std::int64_t track = first_track_ + static_cast<std::int64_t>(lane);
    to_.slice(process_, track, i.start == journal::start_kind::cold ? "invoke, cold" : "invoke",
              i.delivered, end, about(i));
    to_.slice(process_, track, "handler", i.delivered, i.answered);
    if (i.answered < i.settled) to_.slice(process_, track, "after response", i.answered, i.settled);
    if (!i.is_success() && i.how != journal::outcome::interrupted)
      to_.moment(process_, track, journal::name(i.how), i.answered, about(i));
    counted_.count("busy", i.delivered, end);
  }

  void stand_still(instant from, instant to) {
    if (from >= to) return;
    const bool is_frozen = subject_.conditions.function.max_concurrency == 0;
    to_.slice(process_, first_track_, is_frozen ? "frozen" : "idle", from, to);
    counted_.count("idle", from, to);
  }

  const subject& subject_;
  std::int64_t process_;
  trace_events& to_;
  census counted_;
  std::int64_t next_track_ = 1;
  std::int64_t first_track_ = 1;
  std::vector<instant> free_from_;  ///< the lanes of an environment
  instant last_end_ = instant::min();
};

}  // namespace

std::string render_perfetto(std::span<const subject> subjects) {
  trace_events to;
  std::int64_t process = 0;
  for (const subject& s : subjects)
    if (++process; s.breaches.empty()) variant_writer(s, process, to).write();
  return std::move(to).text();
}

}  // namespace lambdaprof::report
