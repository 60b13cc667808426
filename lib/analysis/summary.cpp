// SPDX-License-Identifier: Apache-2.0
#include "analysis/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analysis/extension_figures.hpp"
#include "analysis/failures.hpp"

namespace lambdaprof::analysis {
namespace {

using journal::outcome;
using journal::start_kind;

constexpr double bytes_per_mb = 1024.0 * 1024.0;
/// The kernel counts the CPU time of a thread that keeps running once a tick, 1 to 10 ms. So that
/// of one event may be off by so much, but not that of many.
constexpr double many_ticks_ms = 100;

struct milliseconds_of {
  std::vector<double> samples;

  void add(std::optional<span> s) {
    if (s) samples.push_back(milliseconds(*s));
  }
};

std::optional<span> known(span cpu) {
  return cpu < span{} ? std::nullopt : std::optional(cpu);
}

std::optional<span> both(std::optional<span> a, std::optional<span> b) {
  return a && b ? std::optional(*a + *b) : std::nullopt;
}

void add_environments(const timeline& t, summary& s) {
  milliseconds_of exec, init, provisioned, restore, first, first_byte, cold, cold_duration,
      init_cpu, cold_cpu;
  std::vector<double> peaks, cached;
  std::vector<std::pair<span, std::size_t>> colds;
  for (std::size_t i = 0; i < t.environments.size(); ++i) {
    const environment_row& e = t.environments[i];
    if (e.first && !t.invocations[*e.first].discarded) {
      first.add(t.first_response(e));
      first_byte.add(t.first_byte(e));
    }
    if (e.discarded) continue;
    ++s.count.environments;
    s.count.provisioned += e.provisioned;
    if (e.used.peak_bytes >= 0)
      peaks.push_back(static_cast<double>(e.used.peak_bytes) / bytes_per_mb);
    if (e.mapped_bytes > 0 && e.cached_bytes >= 0) {
      cached.push_back(100 * static_cast<double>(e.cached_bytes) /
                       static_cast<double>(e.mapped_bytes));
      s.mapped_bytes = std::max(s.mapped_bytes, e.mapped_bytes);
    }
    if (e.init != outcome::success) {
      if (e.init != outcome::interrupted) ++s.count.init_failures;
      continue;
    }
    if (e.provisioned) {
      provisioned.add(e.init_time());
      continue;
    }
    exec.add(e.exec_time());
    init.add(e.init_time());
    init_cpu.add(known(e.init_cpu));
    if (e.is_restored()) restore.add(e.restore_time());
    if (e.restore != outcome::success && e.restore != outcome::interrupted)
      ++s.count.restore_failures;
    // Another event than the one that caused it can have come first, even one of the warm-up.
    const std::optional<span> whole = t.cold(e);
    if (!whole || t.invocations[*e.first].discarded) continue;
    cold.add(whole);
    cold_duration.add(both(e.startup_time(), t.invocations[*e.first].runtime_time()));
    cold_cpu.add(both(known(e.startup_cpu()), known(t.invocations[*e.first].cpu)));
    colds.emplace_back(*whole, i);
  }
  s.exec_ms = summarize(std::move(exec.samples));
  s.init_ms = summarize(std::move(init.samples));
  s.provisioned_init_ms = summarize(std::move(provisioned.samples));
  s.restore_ms = summarize(std::move(restore.samples));
  s.cold_first_byte_ms = summarize(std::move(first_byte.samples));
  s.first_ms = summarize(std::move(first.samples));
  s.cold_ms = summarize(std::move(cold.samples));
  s.cold_duration_ms = summarize(std::move(cold_duration.samples));
  s.init_cpu_ms = summarize(std::move(init_cpu.samples));
  s.cold_cpu_ms = summarize(std::move(cold_cpu.samples));
  s.peak_mb = summarize(std::move(peaks));
  s.cached_percent = summarize(std::move(cached));
  if (colds.empty()) return;
  const auto middle = colds.begin() + static_cast<std::ptrdiff_t>((colds.size() - 1) / 2);
  std::nth_element(colds.begin(), middle, colds.end());
  s.median_cold = middle->second;
}

void add_invocations(const timeline& t, summary& s) {
  milliseconds_of cold_handler, warm, waited, first_byte, warm_handler, warm_duration, warm_cpu;
  milliseconds_of lateness;
  std::array<std::size_t, journal::outcome_names.size()> by_outcome{};
  failure_tally failures;
  for (const invocation_row& i : t.invocations) {
    if (i.is_ping) {
      ++s.count.pings;
      s.count.cold_pings += i.delivered != never && i.start == start_kind::cold;
      s.count.failed_pings += !i.is_success() && i.how != outcome::interrupted;
      continue;
    }
    if (i.discarded) {
      ++s.count.discarded;
      continue;
    }
    lateness.add(i.lateness());
    if (i.throttled) {
      ++s.count.throttles;
      continue;
    }
    ++s.count.invocations;
    ++by_outcome[static_cast<std::size_t>(i.how)];
    if (i.delivered != never) {
      s.count.cold += i.start == start_kind::cold;
      s.count.warm += i.start == start_kind::warm;
      s.count.waited += i.has_waited();
      s.count.suppressed += i.start == start_kind::suppressed;
      s.count.provisioned_starts += i.start == start_kind::provisioned;
    }
    if (i.how == outcome::interrupted) continue;  // our doing
    if (!i.is_success()) {
      ++s.count.failures;
      failures.add(i.error);
    } else if (i.start == start_kind::cold) {
      cold_handler.add(i.handler());
    } else if (i.start == start_kind::warm) {
      (i.has_waited() ? waited : warm).add(i.latency());
      if (!i.has_waited()) first_byte.add(i.time_to_first_byte());
      warm_handler.add(i.handler());
      warm_duration.add(i.runtime_time());
      warm_cpu.add(known(i.cpu));
    }
  }
  s.cold_handler_ms = summarize(std::move(cold_handler.samples));
  s.warm_ms = summarize(std::move(warm.samples));
  s.warm_first_byte_ms = summarize(std::move(first_byte.samples));
  s.waited_ms = summarize(std::move(waited.samples));
  s.warm_handler_ms = summarize(std::move(warm_handler.samples));
  s.warm_duration_ms = summarize(std::move(warm_duration.samples));
  s.warm_cpu_ms = summarize(std::move(warm_cpu.samples));
  s.lateness_ms = summarize(std::move(lateness.samples));
  s.failures = failures.lines();
  for (std::size_t how = 0; how < by_outcome.size(); ++how)
    if (by_outcome[how] > 0)
      s.count.by_outcome.emplace(journal::outcome_names[how], by_outcome[how]);
}

/// Whether it is in the figures of first invocations, or of warm ones that did not wait.
bool is_in(start_kind kind, const invocation_row& i) {
  return !i.discarded && i.is_success() && i.start == kind && !i.has_waited();
}

/// The invocations of one environment since its last sample.
struct stretch {
  std::uint32_t phases = 0;
  bool is_cold = true;  ///< all of them are first ones
  bool is_warm = true;
  span wall{};
  span cpu{};

  void add(const invocation_row& i) {
    ++phases;
    is_cold = is_cold && is_in(start_kind::cold, i);
    is_warm = is_warm && is_in(start_kind::warm, i);
    // What was used is read when the last of them has come back; CPU time of the runtime's own end
    // is exact, but not all of it then.
    const bool is_alone = i.extensions.empty();
    wall = bounded(wall, (is_alone ? i.runtime_time() : i.duration()).value_or(span{}));
    const bool is_known = is_alone && i.cpu >= span{} && cpu >= span{};
    cpu = is_known ? bounded(cpu, i.cpu) : journal::cpu_unknown;
  }

  /// No file can make a sum overflow.
  static span bounded(span sum, span one) {
    constexpr span most = span::max() / 4;
    return std::min(sum + std::min(one, most), most);
  }
};

/// The CPU time at the end of a phase is known to the point; a sample comes a little later, and has
/// some of the next one's.
journal::usage with_cpu(journal::usage used, span cpu) {
  if (cpu >= span{}) used.cpu = cpu;
  return used;
}

void add_accounts(const timeline& t, summary& s) {
  accountant init, cold, warm;
  for (const environment_row& e : t.environments)
    if (!e.discarded && !e.provisioned && e.init == outcome::success)
      init.add(1, e.init_time(), with_cpu(e.init_used, e.init_cpu));
  std::vector<stretch> stretches(t.environments.size());
  for (const invocation_row& i : t.invocations) {
    if (!i.env || i.env.value >= stretches.size()) continue;
    stretch& of = stretches[i.env.value];
    of.add(i);
    if (i.used_phases == 0) continue;
    const stretch whole = std::exchange(of, stretch{});
    if (whole.phases != i.used_phases) continue;
    const journal::usage used = with_cpu(i.used, whole.cpu);
    if (whole.is_cold) cold.add(whole.phases, whole.wall, used);
    if (whole.is_warm) warm.add(whole.phases, whole.wall, used);
  }
  s.init = init.result();
  s.cold = cold.result();
  s.warm = warm.result();
}

class debt_collector {
 public:
  /// The end of a phase, and what the next one used if there was one.
  void add(const journal::usage& used, const invocation_row* next) {
    if (used.running < 0) return;
    ++debt_.looked_at;
    debt_.most_threads = std::max(debt_.most_threads, used.running);
    if (used.running == 0) return;
    ++debt_.with_work;
    if (!next || next->used_phases != 1) return;
    carried_.add(known(next->used.carried));
    observed_ms_ += milliseconds(next->duration().value_or(span{}));
  }
  void add_after(span cpu) { after_.add(known(cpu)); }
  frozen_debt result() {
    debt_.after_ms = summarize(std::move(after_.samples));
    if (observed_ms_ < many_ticks_ms) carried_.samples.clear();
    debt_.carried_ms = summarize(std::move(carried_.samples));
    return std::move(debt_);
  }

 private:
  frozen_debt debt_;
  milliseconds_of after_, carried_;
  double observed_ms_ = 0;
};

void add_debts(const timeline& t, summary& s) {
  debt_collector init, response;
  for (const environment_row& e : t.environments)
    if (!e.discarded && e.init == outcome::success)
      init.add(e.init_used, e.first ? &t.invocations[*e.first] : nullptr);
  milliseconds_of thaw;
  std::vector<const invocation_row*> last(t.environments.size(), nullptr);
  const auto end_of = [&](const invocation_row& i, const invocation_row* next) {
    if (i.discarded || !i.is_success()) return;
    response.add(i.used, next);
    response.add_after(i.cpu_after);
  };
  for (const invocation_row& i : t.invocations) {
    if (!i.discarded) thaw.add(known(i.thaw));
    if (!i.env || i.env.value >= last.size()) continue;
    const invocation_row*& before = last[i.env.value];
    if (before) end_of(*before, &i);
    before = &i;
  }
  for (const invocation_row* i : last)
    if (i) end_of(*i, nullptr);
  s.after_init = init.result();
  s.after_response = response.result();
  s.thaw_ms = summarize(std::move(thaw.samples));
}

}  // namespace

summary summarize(const timeline& t) {
  summary s;
  add_environments(t, s);
  add_invocations(t, s);
  add_accounts(t, s);
  add_debts(t, s);
  s.with_extensions = divide(t);
  s.marks = sum_up_marks(t);
  s.metrics = sum_up_metrics(t);
  s.traces = sum_up_traces(t);
  s.count.refusals = static_cast<std::size_t>(std::count_if(
      t.refusals.begin(), t.refusals.end(), [](const refusal& r) { return !r.discarded; }));
  return s;
}

}  // namespace lambdaprof::analysis
