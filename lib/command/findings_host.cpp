// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/quantile.hpp"
#include "base/text.hpp"
#include "command/conditions.hpp"
#include "command/findings.hpp"
#include "host/facts.hpp"
#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::command {
namespace {

using namespace std::chrono_literals;
using report::condition;
using report::finding;
using report::short_number;

// So many that the 99th percentile has an interval (analysis::samples_needed).
constexpr std::size_t sleeps = 400;
constexpr span each_sleep = 1ms;
constexpr double late_p50_ms = 0.5;
constexpr double late_p99_ms = 5;
constexpr span slow_clock = 500ns;
constexpr double much_steal = 0.01;
constexpr double much_use_by_others = 0.05;
constexpr std::uint32_t few_environments = 100;
constexpr const char* not_told = "not told by this machine";

std::string percent(double part) {
  return fmt::format("{:.1f} %", 100 * part);
}

finding on_virtualization(const host::machine& m) {
  return {"virtualization", condition::fine,
          m.virtualization == "none" ? "none found" : m.virtualization,
          "CPUID, marks of containers, the groups of process 1"};
}

finding on_cpus(const host::cpu_supply& supply) {
  finding f{"cpus", condition::fine, fmt::format("{} of {} online", supply.usable, supply.online),
            "affinity, and the quota of our own control group: none"};
  f.figures = {{"usable", static_cast<double>(supply.usable)},
               {"online", static_cast<double>(supply.online)}};
  if (supply.quota) {
    f.how = fmt::format("affinity, and the quota of our own control group: {} CPUs",
                        short_number(*supply.quota));
    f.figures.emplace_back("quota", *supply.quota);
  }
  if (supply.usable < 2 || supply.quota.value_or(2) < 2) {
    f.state = condition::lacking;
    f.remedy = "a function and what measures it need a CPU each, functions above 1769 MB two";
  }
  return f;
}

finding on_cores(const std::vector<std::string>& shared, const host::machine& m) {
  const std::string how = "thread_siblings_list of each CPU";
  if (shared.empty() && m.virtualization != "none")
    return {"cores", condition::unknown, "not shared, as far as told",
            how + "; a hypervisor may hide it"};
  if (shared.empty()) return {"cores", condition::fine, "not shared", how};
  std::string list;
  for (const std::string& one : shared) list += (list.empty() ? "" : " | ") + one;
  return {"cores", condition::lacking, "shared by CPUs " + list, how,
          "as root: echo off > /sys/devices/system/cpu/smt/control"};
}

finding on_frequency(const host::cpu_scaling& scaling) {
  const std::string how = "cpufreq and intel_pstate in /sys/devices/system/cpu";
  if (scaling.governor.empty() && scaling.boost.empty())
    return {"frequency", condition::unknown, not_told, how};
  finding f{"frequency", condition::fine,
            report::joined({"governor " + (scaling.governor.empty() ? not_told : scaling.governor),
                            "boost " + (scaling.boost.empty() ? not_told : scaling.boost)}),
            how};
  const bool varies = !scaling.governor.empty() && scaling.governor != "performance";
  if (varies) f.remedy = "as root: cpupower frequency-set -g performance";
  if (scaling.boost == "on")
    f.remedy += std::string(varies ? "; " : "as root: ") +
                "echo 0 > /sys/devices/system/cpu/cpufreq/boost, or 1 > …/intel_pstate/no_turbo";
  if (!f.remedy.empty()) f.state = condition::lacking;
  return f;
}

finding on_clock(const host::clock_source& source) {
  finding f{"clock", condition::fine,
            fmt::format("{}, {} to read", source.name.empty() ? not_told : source.name,
                        show(source.reading)),
            "current_clocksource, and 100 000 readings"};
  f.figures = {{"reading_ns", static_cast<double>(source.reading.count())}};
  if (source.reading > slow_clock) {
    f.state = condition::lacking;
    f.remedy = "boot with clocksource=tsc if the CPU has a steady one";
  }
  return f;
}

finding on_tick(const host::kernel_tick& tick) {
  const double measured = std::round(1 / seconds(tick.step));
  const std::string steps = "the coarse clock steps by " + show(tick.step);
  finding f{"tick", condition::fine, {}, {}};
  f.figures = {{"measured_hz", measured}};
  if (tick.configured_hz == 0) {
    f.says = fmt::format("{:.0f} a second", measured);
    f.how = "measured: " + steps;
    return f;
  }
  f.says = fmt::format("{} a second", tick.configured_hz);
  f.how = fmt::format("CONFIG_HZ in {}; measured: {}", tick.configured_in, steps);
  f.figures.emplace_back("configured_hz", static_cast<double>(tick.configured_hz));
  return f;
}

finding on_timers() {
  std::vector<double> late;
  for (const span s : host::lateness_of_sleeps(sleeps, each_sleep)) late.push_back(milliseconds(s));
  std::sort(late.begin(), late.end());
  const double p50 = analysis::quantile(late, 0.5);
  const double p99 = analysis::quantile(late, 0.99);
  finding f{"timers", condition::fine,
            fmt::format("late by {} median, {} p99", show_ms(p50), show_ms(p99)),
            fmt::format("{} sleeps of 1 ms", sleeps)};
  f.figures = {{"p50_ms", p50}, {"p99_ms", p99}};
  if (p50 > late_p50_ms || p99 > late_p99_ms) {
    f.state = condition::lacking;
    f.remedy = stop_others;
  }
  return f;
}

finding on_pressure(std::optional<double> pressure) {
  if (!pressure)
    return {"pressure", condition::lacking, "not counted by this kernel", "/proc/pressure/cpu",
            "boot with psi=1"};
  return {"pressure",
          condition::fine,
          fmt::format("counted (PSI); something waited for a CPU in {} of the last 10 s",
                      percent(*pressure / 100)),
          "/proc/pressure/cpu, before the trials",
          "",
          {{"some_avg10_percent", *pressure}}};
}

finding on_files(std::uint64_t limit) {
  const std::uint32_t most = settings_of({}, limit).pool.max_environments;
  finding f{"open files", condition::fine,
            fmt::format("{}, enough for {} environments at once", limit, most),
            "the hard limit, to which a run raises its own"};
  f.figures = {{"limit", static_cast<double>(limit)}, {"environments", static_cast<double>(most)}};
  if (most < few_environments) {
    f.state = condition::lacking;
    f.remedy = "raise the hard limit: ulimit -Hn, as root, or LimitNOFILE= of the service";
  }
  return f;
}

}  // namespace

std::string show_ms(double ms) {
  return show(span(std::llround(ms * 1e6)));
}

std::vector<finding> findings_on_host(const doing& says) {
  const host::machine m = host::this_machine();
  says("asking the clock");
  std::vector<finding> all{
      on_virtualization(m),
      on_cpus(host::this_cpu_supply(host::own_hierarchies())),
      on_cores(host::shared_cores_in(host::cpu_folder), m),
      on_frequency(host::cpu_scaling_in(host::cpu_folder)),
      on_clock(host::this_clock_source()),
      on_tick(host::this_kernel_tick()),
  };
  says("waiting for timers");
  all.push_back(on_timers());
  all.push_back(on_files(host::raise_descriptor_limit()));
  return all;
}

std::vector<finding> findings_on_others(const stretch& s) {
  const span busy = s.after.busy - s.before.busy;
  const span steal = s.after.steal - s.before.steal;
  const span total = busy + steal + (s.after.idle - s.before.idle);
  const std::string over =
      fmt::format("/proc/stat over the {} s of these trials", short_number(seconds(s.wall)));
  if (total <= span::zero())
    return {on_pressure(s.pressure),
            {"other programs", condition::unknown, not_told, over},
            {"steal", condition::unknown, not_told, over}};
  // What we have used is counted exactly, what all have by ticks, so that the difference can be
  // less than nothing.
  const double others = std::max(0.0, seconds(busy - s.ours) / seconds(total));
  const double stolen = seconds(steal) / seconds(total);
  finding use{
      "other programs", condition::fine,
      fmt::format("{} of the CPUs, load average {:.2f} before", percent(others), s.load_average),
      over + ", less our own CPU time"};
  use.figures = {{"part", others}, {"load_average", s.load_average}};
  if (others > much_use_by_others) {
    use.state = condition::lacking;
    use.remedy = stop_others;
  }
  finding theft{"steal", condition::fine, percent(stolen),
                fmt::format("{}; {} since the machine was started", over, show(s.after.steal))};
  theft.figures = {{"part", stolen}, {"since_boot_s", seconds(s.after.steal)}};
  if (stolen > much_steal) {
    theft.state = condition::lacking;
    theft.remedy = "other machines use the same CPUs: take one of which they are dedicated";
  }
  return {on_pressure(s.pressure), use, theft};
}

}  // namespace lambdaprof::command
