// SPDX-License-Identifier: Apache-2.0
// What the user wrote: the function, the events, the load, the pool, what is compared and limited,
// and where each value came from. Reading is in read.hpp, the list of all keys in fields.hpp, what
// follows for the load in plan.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "environment/function.hpp"
#include "fleet/settings.hpp"
#include "load/events.hpp"
#include "load/plan.hpp"
#include "profile/mark_list.hpp"
#include "profile/variant.hpp"
#include "trial/budget.hpp"

namespace lambdaprof::profile {

/// An event, and the absolute path of the file its payload was read from (empty: written inline).
struct event : load::event {
  std::string file;
};

/// The load as cycles of a fresh start (or idle time), a burst and warm events; or as a plan.
struct load_settings {
  std::uint32_t cold = 20;            ///< measured cycles
  std::uint32_t warm_up = 1;          ///< cycles before them, discarded
  std::uint32_t burst = 1;            ///< events at once at the beginning of a cycle
  std::optional<std::uint32_t> warm;  ///< sequential events after it; see `warm_of`
  std::optional<span> idle;           ///< begins a cycle with inactivity instead of a fresh start
  std::optional<load::plan> plan;     ///< replaces all of the above
};

/// What a host may be able to enforce.
enum class ability : std::uint8_t { cpu, memory, freeze };
inline constexpr std::array<std::string_view, 3> ability_names{"cpu", "memory", "freeze"};

/// What of the files that the function maps is in memory when a process of it starts: all, or as
/// little as can be had.
enum class page_cache : std::uint8_t { hot, cold };
inline constexpr std::array<std::string_view, 2> page_cache_names{"hot", "cold"};

/// How variants are compared.
struct trial_settings {
  std::string base;                 ///< the name of a variant; empty: the first
  std::uint32_t max_blocks = 160;   ///< measured ones; a trial that knows enough ends earlier
  std::optional<double> precision;  ///< ends the trial once ratios are known so well: 0.02
  std::optional<bool> self_test;    ///< whether the base is measured against itself
  /// "memory=128,512": all variants once more for each value, compared among themselves.
  std::vector<std::string> each;
  std::string question;                ///< what an experiment asks
  std::vector<std::string> judged_by;  ///< the metrics that answer it
  std::string needs;                   ///< how to get what it runs
};

/// What is played in virtual time with the times of a run.
struct simulation_settings {
  std::vector<std::string> traffic;   ///< "poisson:0.5"; none: the plan of the load
  std::vector<std::string> policies;  ///< "warmer:every=4m"; none: some usual ones
  double days = 30;
};

/// What a gate does when a budget was neither proved kept nor proved broken.
enum class on_inconclusive : std::uint8_t { pass, fail };
inline constexpr std::array<std::string_view, 2> on_inconclusive_names{"pass", "fail"};

struct gate_settings {
  double alpha = 0.05;  ///< error rate of each side of a verdict
  lambdaprof::profile::on_inconclusive on_inconclusive = lambdaprof::profile::on_inconclusive::fail;
  /// Standard deviation of the log ratio between machines, for a baseline from elsewhere.
  double machine_deviation = 0.05;
};

struct profile {
  environment::function function;  ///< command and directory as written, not yet resolved
  std::string extensions;          ///< folder as written; empty: none
  std::vector<event> events{event{}};
  load_settings load;
  fleet::settings pool;
  lambdaprof::profile::page_cache page_cache = lambdaprof::profile::page_cache::hot;
  mark_list::value_type marks;  ///< what lines of the function tell, by its name
  std::uint64_t seed = 1;
  std::vector<ability> require;  ///< the run is refused on a host that cannot do these
  /// First starts in a row without one success that end the run; 0: never.
  std::uint32_t give_up = 3;
  /// Programs that run beside the functions, such as a store: commands as written.
  std::vector<std::vector<std::string>> services;
  std::vector<variant> variants;
  trial_settings trial;
  simulation_settings simulation;
  std::vector<lambdaprof::trial::budget> budgets;
  gate_settings gate;

  /// Path of a key ("function.memory_mb") to the file or flag that set it; see `origin`.
  std::map<std::string, std::string, std::less<>> origins;
  /// The folder of the profile file: what it says of paths starts there. Empty: the current folder.
  std::string folder;
};

/// The file or flag that set the value at `path`, or "default".
inline std::string_view origin(const profile& p, std::string_view path) {
  const auto found = p.origins.find(path);
  return found == p.origins.end() ? std::string_view("default") : found->second;
}

/// The folder in which a path of the value at `path` starts if it is relative: that of the profile
/// file, or nothing for the current folder, where the command line says it.
inline std::string_view folder_of(const profile& p, std::string_view path) {
  const std::string_view by = origin(p, path);
  if (by == "the command line" || by.starts_with("--")) return {};
  return p.folder;
}

}  // namespace lambdaprof::profile
