// SPDX-License-Identifier: Apache-2.0
#include "analysis/emitted.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace lambdaprof::analysis {
namespace {

using journal::outcome;
using journal::start_kind;

constexpr std::size_t most_steps = 10;

bool is_in_figures(const environment_row& e) {
  return !e.discarded && e.init == outcome::success;
}

double median_of(std::vector<double> samples) {
  return summarize(std::move(samples)).p50;
}

struct samples_of_metric {
  std::vector<double> init, cold, warm;
};

bool says_only_whether(const samples_of_metric& s, const emitted_metric& of) {
  std::size_t zeros = 0;
  for (const auto* each : {&s.init, &s.cold, &s.warm})
    for (const double x : *each) {
      if (x != 0 && x != 1) return false;
      zeros += x == 0;
    }
  // A count of something that happens once each time says nothing about how often it does.
  std::string name = of.name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return of.unit == "Count" && (zeros > 0 || name.find("hit") != name.npos);
}

/// The steps of one init that has told any.
using told = std::map<std::pair<tracer, std::string>, double>;

}  // namespace

double sum(const figure& f) {
  return std::accumulate(f.sorted.begin(), f.sorted.end(), 0.0);
}

std::vector<mark_figures> sum_up_marks(const timeline& t) {
  std::vector<mark_figures> all;
  std::vector<std::vector<double>> ready;
  for (const environment_row& e : t.environments) {
    for (const mark_row& m : e.marks) {
      auto place = std::find_if(all.begin(), all.end(),
                                [&](const mark_figures& f) { return f.name == m.name; });
      if (place == all.end()) {
        place = all.insert(all.end(), {m.name, {}});
        ready.emplace_back();
      }
      if (!is_in_figures(e)) continue;
      if (m.at == never || m.ready < span{}) {
        ++place->never;
        place->lost_logs += e.log_bytes_dropped > 0;
        continue;
      }
      ready[static_cast<std::size_t>(place - all.begin())].push_back(milliseconds(m.ready));
      const instant answered = e.first ? t.invocations[*e.first].answered : never;
      ++(m.at <= e.init_done ? place->in_init : m.at <= answered ? place->before : place->after);
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i].ready_ms = summarize(std::move(ready[i]));
  return all;
}

std::vector<metric_figures> sum_up_metrics(const timeline& t) {
  std::unordered_map<std::string, samples_of_metric> by_key;
  const auto add = [&](const std::vector<emitted_values>& all,
                       std::vector<double> samples_of_metric::*of) {
    for (const emitted_values& v : all) {
      std::vector<double>& to = by_key[v.key].*of;
      to.insert(to.end(), v.values.begin(), v.values.end());
    }
  };
  for (const environment_row& e : t.environments)
    if (is_in_figures(e)) add(e.metrics, &samples_of_metric::init);
  for (const invocation_row& i : t.invocations) {
    if (i.discarded || !i.is_success() || i.start == start_kind::suppressed) continue;
    add(i.metrics,
        i.start == start_kind::cold ? &samples_of_metric::cold : &samples_of_metric::warm);
  }
  std::vector<metric_figures> all;
  for (const emitted_metric& m : t.metrics) {
    samples_of_metric& s = by_key[m.key];
    const bool is_ratio = says_only_whether(s, m);
    all.push_back({m, summarize(std::move(s.init)), summarize(std::move(s.cold)),
                   summarize(std::move(s.warm)), is_ratio});
  }
  std::erase_if(all, [](const metric_figures& f) { return f.init.n + f.cold.n + f.warm.n == 0; });
  return all;
}

trace_figures sum_up_traces(const timeline& t) {
  std::vector<told> inits;
  std::vector<double> lengths;
  for (const environment_row& e : t.environments) {
    const auto length = e.init_time();
    if (!is_in_figures(e) || e.init_trace.empty() || !length) continue;
    told& of = inits.emplace_back();
    for (const init_step& s : e.init_trace) of[{s.by, s.name}] += milliseconds(s.self);
    lengths.push_back(milliseconds(*length));
  }
  trace_figures f;
  f.n = inits.size();
  f.init_ms = median_of(lengths);
  std::map<std::pair<tracer, std::string>, std::vector<double>> by_step;
  for (const told& of : inits)
    for (const auto& [step, ms] : of) by_step[step].push_back(ms);
  bool has_unnamed = false;
  for (auto& [step, samples] : by_step) {
    has_unnamed = has_unnamed || step.second.empty();
    samples.resize(f.n, 0);
    if (!step.second.empty()) f.steps.push_back({step.first, step.second, median_of(samples)});
  }
  std::stable_sort(f.steps.begin(), f.steps.end(),
                   [](const auto& a, const auto& b) { return a.self_ms > b.self_ms; });
  if (f.steps.size() > most_steps) {
    // Where some have no names, nobody knows how many they are.
    if (!has_unnamed) f.others = f.steps.size() - most_steps;
    f.steps.resize(most_steps);
  }
  std::vector<double> others, untold;
  for (std::size_t i = 0; i < inits.size(); ++i) {
    double all = 0;
    for (const auto& [step, ms] : inits[i]) all += ms;
    double shown = 0;
    for (const trace_figures::step& s : f.steps)
      if (const auto own = inits[i].find({s.by, s.name}); own != inits[i].end())
        shown += own->second;
    others.push_back(std::max(0.0, all - shown));
    untold.push_back(std::max(0.0, lengths[i] - all));
  }
  f.others_ms = median_of(std::move(others));
  f.untold_ms = median_of(std::move(untold));
  return f;
}

}  // namespace lambdaprof::analysis
