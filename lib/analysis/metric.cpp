// SPDX-License-Identifier: Apache-2.0
#include "analysis/metric.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <string>

#include "analysis/billing.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

using journal::outcome;
using journal::start_kind;

constexpr double bytes_of_mb = 1024.0 * 1024.0;
constexpr double a_million = 1e6;

constexpr std::array all{
    metric{"cold.cold_ms", "cold start", "ms", true, true},
    metric{"cold.first_ms", "first response", "ms", true, true},
    metric{"cold.init_ms", "init", "ms", true, true},
    metric{"cold.restore_ms", "restore", "ms", true, true},
    metric{"cold.first_byte_ms", "first byte", "ms", true, true},
    metric{"cold.exec_ms", "exec", "ms", false, true},
    metric{"cold.handler_ms", "first handler", "ms", false, true},
    metric{"cold.init_cpu_ms", "init CPU", "ms", false, true},
    metric{"cold.cold_cpu_ms", "cold start CPU", "ms", true, true},
    metric{"warm.warm_ms", "warm", "ms", true, false},
    metric{"warm.first_byte_ms", "warm first byte", "ms", true, false},
    metric{"warm.waited_ms", "warm after a wait", "ms", false, false},
    metric{"warm.handler_ms", "warm handler", "ms", false, false},
    metric{"warm.cpu_ms", "warm CPU", "ms", false, false},
    metric{"post_runtime_extensions_ms", "extensions after the runtime", "ms", false, false},
    metric{"peak_mb", "peak memory", "MB", true, true},
    metric{"billed.cold_ms", "billed for cold", "ms", false, true},
    metric{"billed.warm_ms", "billed for warm", "ms", false, false},
    metric{"billed.cold_dollars_per_million", "cold, per million", "$", true, true},
    metric{"billed.warm_dollars_per_million", "warm, per million", "$", false, true},
};

constexpr std::string_view before_mark = "mark.";
constexpr std::string_view after_mark = "_ms";

/// The name in "mark.NAME_ms"; empty for the key of anything else.
std::string_view mark_of(std::string_view key) {
  const std::size_t frame = before_mark.size() + after_mark.size();
  if (key.size() <= frame || !key.starts_with(before_mark) || !key.ends_with(after_mark)) return {};
  return key.substr(before_mark.size(), key.size() - frame);
}

std::optional<double> in_ms(std::optional<span> s) {
  return s ? std::optional(milliseconds(*s)) : std::nullopt;
}

std::optional<span> if_known(span cpu) {
  return cpu < span{} ? std::nullopt : std::optional(cpu);
}

/// Reads samples as `summarize` does: what it leaves out is left out here.
class collector {
 public:
  collector(const timeline& t, const journal::header& conditions)
      : timeline_(t), conditions_(conditions) {}

  samples collect(std::string_view key) {
    if (key.starts_with("billed.")) {
      charges_ = charges(timeline_, conditions_.function);
      take_charges(key);
    } else if (key == "peak_mb") {
      take_peaks();
    } else if (const std::string_view name = mark_of(key); !name.empty()) {
      for (const environment_row& e : timeline_.environments) add(e.block, of_mark(name, e));
    } else if (key.starts_with("cold.")) {
      for (const environment_row& e : timeline_.environments) add(e.block, of_start(key, e));
    } else {
      for (const invocation_row& i : timeline_.invocations) add(i.block, of_invocation(key, i));
    }
    return std::move(found_);
  }

 private:
  void add(std::int64_t block, std::optional<double> value) {
    if (value) found_[block].push_back(*value);
  }

  const invocation_row* first_of(const environment_row& e) const {
    return e.first ? &timeline_.invocations[*e.first] : nullptr;
  }

  std::optional<double> of_start(std::string_view key, const environment_row& e) const {
    const invocation_row* first = first_of(e);
    if (key == "cold.first_ms")
      return first && !first->discarded ? in_ms(timeline_.first_response(e)) : std::nullopt;
    if (key == "cold.handler_ms")
      return first && !first->discarded && first->is_success() && first->start == start_kind::cold
                 ? in_ms(first->handler())
                 : std::nullopt;
    if (key == "cold.first_byte_ms")
      return first && !first->discarded ? in_ms(timeline_.first_byte(e)) : std::nullopt;
    if (e.discarded || e.provisioned || e.init != outcome::success) return std::nullopt;
    if (key == "cold.exec_ms") return in_ms(e.exec_time());
    if (key == "cold.init_ms") return in_ms(e.init_time());
    if (key == "cold.restore_ms") return in_ms(e.restore_time());
    if (key == "cold.init_cpu_ms") return in_ms(if_known(e.init_cpu));
    const std::optional<span> cold = timeline_.cold(e);
    if (!cold || first->discarded) return std::nullopt;
    if (key == "cold.cold_ms") return in_ms(cold);
    const auto init_cpu = if_known(e.startup_cpu());
    const auto cpu = if_known(first->cpu);
    return init_cpu && cpu ? in_ms(*init_cpu + *cpu) : std::nullopt;
  }

  static std::optional<double> of_mark(std::string_view name, const environment_row& e) {
    if (e.discarded || e.init != outcome::success) return std::nullopt;
    const auto found = std::find_if(e.marks.begin(), e.marks.end(),
                                    [&](const mark_row& m) { return m.name == name; });
    if (found == e.marks.end() || found->at == never) return std::nullopt;
    return in_ms(if_known(found->ready));
  }

  static std::optional<double> of_invocation(std::string_view key, const invocation_row& i) {
    if (key != "post_runtime_extensions_ms") return of_warm(key, i);
    if (i.discarded || !i.is_success() || i.start == start_kind::suppressed) return std::nullopt;
    return in_ms(i.post_runtime_extensions());
  }

  static std::optional<double> of_warm(std::string_view key, const invocation_row& i) {
    if (i.discarded || !i.is_success() || i.start != start_kind::warm) return std::nullopt;
    const bool waited = i.has_waited();
    if (key == "warm.warm_ms") return waited ? std::nullopt : in_ms(i.latency());
    if (key == "warm.first_byte_ms") return waited ? std::nullopt : in_ms(i.time_to_first_byte());
    if (key == "warm.waited_ms") return waited ? in_ms(i.latency()) : std::nullopt;
    return in_ms(key == "warm.handler_ms" ? i.handler() : if_known(i.cpu));
  }

  void take_peaks() {
    for (const environment_row& e : timeline_.environments)
      if (!e.discarded && e.used.peak_bytes >= 0)
        add(e.block, static_cast<double>(e.used.peak_bytes) / bytes_of_mb);
  }

  void take_charges(std::string_view key) {
    const start_kind wanted = key.starts_with("billed.cold") ? start_kind::cold : start_kind::warm;
    const bool is_time = key.ends_with("_ms");
    const prices p = prices_of(architecture_of(conditions_.machine));
    for (std::size_t i = 0; i < charges_.size(); ++i) {
      const invocation_row& row = timeline_.invocations[i];
      if (!charges_[i] || row.discarded || !row.is_success() || row.start != wanted) continue;
      if (is_provisioned(timeline_, row)) continue;
      add(row.block, is_time ? static_cast<double>(charges_[i]->billed_ms)
                             : a_million * dollars(*charges_[i], p));
    }
    // A bill is a sum: what most invocations cost is not what a million costs.
    if (!is_time)
      for (auto& [block, costs] : found_)
        if (block >= 0)
          costs = {std::accumulate(costs.begin(), costs.end(), 0.0) /
                   static_cast<double>(costs.size())};
  }

  const timeline& timeline_;
  const journal::header& conditions_;
  std::vector<std::optional<charge>> charges_;
  samples found_;
};

}  // namespace

std::span<const metric> metrics() {
  return all;
}

const metric& mark_metric(std::string_view name) {
  struct kept {
    std::string key;
    std::string says;
    metric of;
  };
  // A metric is known by its address, and its texts by theirs.
  static std::map<std::string, kept, std::less<>> all_marks;
  const auto known = all_marks.find(name);
  if (known != all_marks.end()) return known->second.of;
  kept& one = all_marks[std::string(name)];
  one.key = std::string(before_mark) + std::string(name) + std::string(after_mark);
  one.says = "until " + std::string(name);
  one.of = {one.key, one.says, "ms", true, true};
  return one.of;
}

std::vector<const metric*> metrics_of(const timeline& t) {
  std::vector<const metric*> found;
  for (const metric& m : all) found.push_back(&m);
  if (t.environments.empty()) return found;
  for (const mark_row& m : t.environments.front().marks) found.push_back(&mark_metric(m.name));
  return found;
}

const metric* find_metric(std::string_view key) {
  if (const std::string_view name = mark_of(key); !name.empty()) return &mark_metric(name);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const metric& m) { return m.key == key; });
  return found == all.end() ? nullptr : &*found;
}

const metric& cold_metric() {
  return all.front();
}

samples samples_of(const metric& m, const timeline& t, const journal::header& conditions) {
  return collector(t, conditions).collect(m.key);
}

std::vector<double> in_order(const samples& s) {
  std::vector<double> values;
  for (const auto& [block, some] : s) values.insert(values.end(), some.begin(), some.end());
  return values;
}

}  // namespace lambdaprof::analysis
