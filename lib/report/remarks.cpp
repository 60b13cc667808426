// SPDX-License-Identifier: Apache-2.0
#include "report/remarks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "report/emitted_tables.hpp"
#include "report/extension_remarks.hpp"
#include "report/number.hpp"
#include "report/time_spent.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using analysis::environment_row;

constexpr double notable_median_lateness = 0.05;  // of a warm invocation
constexpr double notable_lateness_ms = 5;         // above what a timer of an idle machine shows
constexpr double notable_lateness = 0.5;          // of a cold start
constexpr double busy_load_per_cpu = 0.5;
constexpr double notable_cached_percent = 20;

using list = std::vector<remark>;

void on_generator(const analysis::summary& s, list& all) {
  const auto& late = s.lateness_ms;
  if (late.n == 0) return;
  const bool is_often = s.warm_ms.n > 0 && late.p50 > notable_median_lateness * s.warm_ms.p50;
  const bool is_far = late.max > std::max(notable_lateness_ms, notable_lateness * s.cold_ms.p50);
  if (!is_often && !is_far) return;
  all.push_back({fmt::format("the load generator was late by {} ms (median) and {} ms (at most), "
                             "which the latencies contain",
                             short_number(late.p50), short_number(late.max)),
                 "send fewer events at once, or free the machine"});
}

void on_machine(const subject& s, list& all) {
  const journal::machine_facts& m = s.conditions.machine;
  if (auto busy = on_busy_machine(m)) all.push_back(std::move(*busy));

  std::size_t together = 0;
  for (const environment_row& e : s.timeline.environments)
    if (!e.discarded) together = std::max<std::size_t>(together, e.starting_with_it);
  if (m.cpus > 0 && together >= static_cast<std::size_t>(m.cpus))
    all.push_back(
        {fmt::format(
             "up to {} environments were started together, one after the other on {}, and waited "
             "for each other",
             together + 1, counted(static_cast<std::size_t>(m.cpus), "CPU")),
         "use smaller bursts to measure a start by itself"});
}

/// "7 × 400 Invalid state, 1 × 404 no such path", the most frequent first.
std::string most_frequent(const std::vector<analysis::refusal>& refusals) {
  constexpr std::size_t shown = 3;
  std::map<std::string, std::size_t> by_reason;
  for (const analysis::refusal& r : refusals)
    if (!r.discarded)
      ++by_reason[r.status == 0 ? printable(r.what)
                                : fmt::format("{} {}", r.status, printable(r.what))];
  std::vector<std::pair<std::string, std::size_t>> order(by_reason.begin(), by_reason.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, order.size()); ++i)
    text += fmt::format("{}{} × {}", i == 0 ? "" : ", ", order[i].second, order[i].first);
  return order.size() > shown ? text + ", …" : text;
}

void on_function(const subject& s, list& all) {
  const auto& environments = s.timeline.environments;
  const auto sum = [&](auto environment_row::*member) {
    return std::accumulate(
        environments.begin(), environments.end(), std::uint64_t{0},
        [&](std::uint64_t total, const environment_row& e) { return total + e.*member; });
  };
  if (std::string debt = notable_debt(s.summary); !debt.empty())
    all.push_back({std::move(debt), "finish it in init"});
  if (const std::size_t refused = s.summary.count.refusals; refused > 0)
    all.push_back({fmt::format("{} refused: {}", counted(refused, "API call was", "API calls were"),
                               most_frequent(s.timeline.refusals)),
                   "check what it sends, and in which order"});
  const auto free = std::count_if(environments.begin(), environments.end(),
                                  [](const environment_row& e) { return e.left_groups; });
  if (free > 0)
    all.push_back({fmt::format("{} moved out of the control groups: no limit held, and CPU and "
                               "memory are not known",
                               counted(static_cast<std::size_t>(free), "environment")),
                   "a function on Lambda has none to leave"});
  if (const std::uint64_t strays = sum(&environment_row::strays); strays > 0)
    all.push_back({fmt::format("{} left the process group and had to be killed",
                               counted(strays, "process", "processes")),
                   "end it before the function exits"});
  if (const std::uint64_t dropped = sum(&environment_row::log_bytes_dropped); dropped > 0)
    all.push_back({fmt::format("{} of logs dropped", short_bytes(dropped)),
                   "log less, it costs the function time"});
}

void on_snap_start(const subject& s, list& all) {
  if (s.summary.restore_ms.n == 0 && s.summary.count.restore_failures == 0) return;
  all.push_back(
      {"no snapshot is taken or loaded here: a restore is the function's hooks alone, and "
       "the init is in no cold start, since Lambda does it when a version is published",
       "on Lambda add the time that loading the snapshot takes"});
}

void on_page_cache(const analysis::summary& s, list& all) {
  const analysis::figure& cached = s.cached_percent;
  if (cached.n == 0 || cached.max - cached.min < notable_cached_percent) return;
  all.push_back({fmt::format("starts found between {:.0f} and {:.0f} % of their files in the page "
                             "cache: cold and hot ones are mixed",
                             cached.min, cached.max),
                 "start one environment at a time"});
}

void on_load(const subject& s, list& all) {
  const analysis::counts& c = s.summary.count;
  if (c.throttles > 0)
    all.push_back({fmt::format("{} throttled: no environment was free and no more were allowed",
                               counted(c.throttles, "event was", "events were")),
                   "allow more environments, or send fewer events at once"});
  for (const std::string& note : s.timeline.notes) all.push_back({printable(note), ""});
}

}  // namespace

std::optional<remark> on_busy_machine(const journal::machine_facts& m) {
  if (m.cpus <= 0 || m.load_average <= busy_load_per_cpu * static_cast<double>(m.cpus))
    return std::nullopt;
  return remark{fmt::format("the machine was busy: load {} on {}", short_number(m.load_average),
                            counted(static_cast<std::size_t>(m.cpus), "CPU")),
                "stop other programs and run again"};
}

remarks remarks_on(const subject& s) {
  remarks found;
  on_generator(s.summary, found.all);
  on_machine(s, found.all);
  on_function(s, found.all);
  for (remark& each : remarks_on_extensions(s.timeline)) found.all.push_back(std::move(each));
  for (remark& each : remarks_on_emitted(s)) found.all.push_back(std::move(each));
  on_snap_start(s, found.all);
  on_page_cache(s.summary, found.all);
  on_load(s, found.all);
  return found;
}

}  // namespace lambdaprof::report
