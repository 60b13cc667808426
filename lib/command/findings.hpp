// SPDX-License-Identifier: Apache-2.0
// The parts of `doctor`: each tries or reads something and says what it means. A new ability of the
// host is one more line in `findings_on_limits`.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "host/ability.hpp"
#include "host/noise.hpp"
#include "host/run_folder.hpp"
#include "host/trials.hpp"
#include "report/doctor.hpp"

namespace lambdaprof::command {

inline constexpr const char* stop_others = "stop other programs and ask again";

/// As `show` writes a duration; a quantile need not be whole nanoseconds.
std::string show_ms(double ms);

/// Told what is about to be done, which takes a moment.
using doing = std::function<void(std::string_view)>;

struct limits_found {
  std::vector<report::finding> limits;
  std::optional<report::finding> thaw;  ///< what it costs, which is up to the moment
};
/// What of Lambda's CPU share, memory limit and freezing can be enforced. Leaves no process and no
/// control group.
limits_found findings_on_limits(const doing& says);

/// What each trial means, made with the ability that its control groups claim.
report::finding judge_cpu(const host::ability& a, const host::cpu_trial& trial);
report::finding judge_memory(const host::ability& a, const host::memory_trial& trial);
report::finding judge_freeze(const host::ability& a, const host::freeze_trial& trial);
report::finding judge_thaw(const host::freeze_trial& trial);

/// What of Lambda's file system and of a cold page cache can be had for this program.
std::vector<report::finding> findings_on_files(const std::string& program,
                                               const result<host::run_folder>& folder,
                                               const doing& says);

/// What does not depend on the moment, and the timers.
std::vector<report::finding> findings_on_host(const doing& says);

/// Who else used the CPUs in a stretch of time; `ours` is what we have used ourselves.
struct stretch {
  span wall{};
  host::cpu_times before;
  host::cpu_times after;
  span ours{};
  double load_average = 0;         ///< before it
  std::optional<double> pressure;  ///< before it, in percent, see `host::cpu_pressure_of`
};
std::vector<report::finding> findings_on_others(const stretch& s);

/// Starts two copies of one program again and again.
report::finding self_test(const std::string& program, const result<host::run_folder>& folder,
                          const doing& says);

/// What pairs of two equal things say of the machine. Figures: ratio, low, high, confidence, p,
/// pairs, effective_pairs, lag_one, lag_one_of_blocks, deviation, start_ms.
report::finding judge_pairs(std::span<const double> a, std::span<const double> b);

}  // namespace lambdaprof::command
