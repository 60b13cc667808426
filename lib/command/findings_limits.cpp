// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/quantile.hpp"
#include "command/findings.hpp"
#include "host/cgroup_share.hpp"
#include "host/trials.hpp"
#include "report/number.hpp"

namespace lambdaprof::command {
namespace {

using namespace std::chrono_literals;
using report::condition;
using report::finding;
using report::short_number;

constexpr std::int64_t tried_memory_mb = 128;
constexpr std::int64_t tried_limit_bytes = std::int64_t{32} << 20;
constexpr span cpu_trial_length = 500ms;
constexpr span frozen_length = 100ms;
constexpr std::size_t freezes = 50;
// The kernel may overdraw a quota by a tick, which is 10 ms at most, before it makes up for it,
// and the first or the last period may be cut.
constexpr span share_tolerance = 12ms;
constexpr double slow_thaw_ms = 1;

finding on_usage(const host::ability& a, const result<host::cpu_trial>& trial) {
  if (!a.can) return {"usage", condition::lacking, "of the main process only", a.why_not, a.remedy};
  if (!trial || trial->group < span::zero())
    return {"usage", condition::fine, "of all processes", a.how};
  return {"usage",
          condition::fine,
          "of all processes",
          fmt::format("{}: counted {} ms for a process with {} ms on its own clock", a.how,
                      short_number(milliseconds(trial->group)),
                      short_number(milliseconds(trial->process))),
          "",
          {{"group_ms", milliseconds(trial->group)}, {"process_ms", milliseconds(trial->process)}}};
}

}  // namespace

finding judge_cpu(const host::ability& a, const host::cpu_trial& trial) {
  const std::int64_t quota = host::quota_us(trial.memory_mb);
  const double share = static_cast<double>(quota) / static_cast<double>(host::cpu_period_us);
  const double got = seconds(trial.process) / seconds(trial.wall);
  finding f{"cpu", condition::fine, "enforced",
            fmt::format("{}: a busy loop with the share of {} MB, {} µs of each 20 ms or {} % of a "
                        "CPU, got {} % in {} s",
                        a.how, trial.memory_mb, quota, short_number(100 * share),
                        short_number(100 * got), short_number(seconds(trial.wall)))};
  f.figures = {{"quota_us", static_cast<double>(quota)},
               {"period_us", static_cast<double>(host::cpu_period_us)},
               {"share", share},
               {"got", got}};
  if (trial.throttled_periods >= 0)
    f.figures.emplace_back("throttled_periods", static_cast<double>(trial.throttled_periods));
  const span due(std::llround(share * static_cast<double>(trial.wall.count())));
  if (trial.process > due + share_tolerance) {
    f.state = condition::lacking;
    f.says = "not held to its share";
    f.remedy = "the kernel takes a quota and does not keep it: CONFIG_CFS_BANDWIDTH";
  } else if (trial.process < due - share_tolerance) {
    f.state = condition::lacking;
    f.says = "less than its share";
    f.remedy = stop_others;
  }
  return f;
}

finding judge_memory(const host::ability& a, const host::memory_trial& trial) {
  const std::string limit = report::short_bytes(static_cast<std::uint64_t>(trial.limit_bytes));
  finding f{"memory", condition::fine, "enforced",
            fmt::format("{}: a process that wanted more than {} was killed", a.how, limit)};
  f.figures = {{"limit_bytes", static_cast<double>(trial.limit_bytes)}};
  if (trial.peak_bytes >= 0) {
    f.how += " at " + report::short_bytes(static_cast<std::uint64_t>(trial.peak_bytes));
    f.figures.emplace_back("peak_bytes", static_cast<double>(trial.peak_bytes));
  }
  if (!trial.was_killed || trial.oom_kills == 0) {
    f.state = condition::lacking;
    f.says = "not enforced";
    f.how = fmt::format("{}: a process got more than its limit of {}", a.how, limit);
  }
  return f;
}

finding judge_freeze(const host::ability& a, const host::freeze_trial& trial) {
  const double used = milliseconds(trial.used_while_frozen);
  finding f{"freeze", condition::fine, "enforced",
            fmt::format("{}: a busy loop used {} ms of CPU while it was frozen for {} ms", a.how,
                        short_number(used), short_number(milliseconds(trial.frozen_for)))};
  f.figures = {{"used_ms", used}, {"frozen_ms", milliseconds(trial.frozen_for)}};
  if (used > 0) {
    f.state = condition::lacking;
    f.says = "does not stand still";
  }
  return f;
}

finding judge_thaw(const host::freeze_trial& trial) {
  std::vector<double> costs;  // in ms
  for (const span s : trial.thaws) costs.push_back(milliseconds(s));
  std::sort(costs.begin(), costs.end());
  const double median = analysis::quantile(costs, 0.5);
  finding f{
      "thaw", condition::fine,
      fmt::format("{} median, {} at most", show_ms(median), show_ms(costs.back())),
      fmt::format("from the order to the first output of a busy loop, {} times", costs.size())};
  f.figures = {{"p50_ms", median}, {"max_ms", costs.back()}};
  if (median > slow_thaw_ms) {
    f.state = condition::lacking;
    f.remedy = std::string("a process that goes on waits for a CPU: ") + stop_others;
  }
  return f;
}

limits_found findings_on_limits(const doing& says) {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  const host::cgroup_abilities& can = groups.abilities();
  limits_found found;
  const auto add = [&](const char* name, const host::ability& a, const auto& trial,
                       const auto& judge) {
    if (!a.can) {
      found.limits.push_back({name, condition::lacking, "not enforced", a.why_not, a.remedy});
    } else if (!trial) {
      found.limits.push_back(
          {name, condition::unknown, a.how, "the trial failed: " + to_string(trial.error())});
    } else {
      found.limits.push_back(judge(a, *trial));
    }
  };
  // A trial that is not made fails, and is not asked for.
  result<host::cpu_trial> cpu = fault{};
  result<host::memory_trial> memory = fault{};
  result<host::freeze_trial> frozen = fault{};
  says("holding a busy loop to its share of a CPU");
  if (can.cpu.can) cpu = host::try_cpu_share(groups, tried_memory_mb, cpu_trial_length);
  says("taking too much memory");
  if (can.memory.can) memory = host::try_memory_limit(groups, tried_limit_bytes);
  says("freezing a busy loop");
  if (can.freeze.can) frozen = host::try_freeze(groups, frozen_length, freezes);
  add("cpu", can.cpu, cpu, judge_cpu);
  add("memory", can.memory, memory, judge_memory);
  add("freeze", can.freeze, frozen, judge_freeze);
  if (frozen) found.thaw = judge_thaw(*frozen);
  found.limits.push_back(on_usage(can.usage, cpu));
  return found;
}

}  // namespace lambdaprof::command
