// SPDX-License-Identifier: Apache-2.0
#include "command/gate_baseline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "command/saved.hpp"
#include "profile/plan.hpp"
#include "trial/arm.hpp"
#include "trial/committed.hpp"

namespace lambdaprof::command {
namespace {

using journal::role;

report::subject* find_role(std::vector<report::subject>& all, role r) {
  const auto at = std::find_if(all.begin(), all.end(), [r](const report::subject& s) {
    return s.conditions.variant.role == r;
  });
  return at == all.end() ? nullptr : &*at;
}

/// What makes it a baseline of something else, if anything does.
std::string difference(const journal::header& h, const contestant& candidate) {
  const environment::function& f = candidate.profile.function;
  const std::string plan = load::describe(profile::block_plan_of(candidate.profile));
  if (h.function.name != f.name)
    return fmt::format("is of another function: {}, not {}", h.function.name, f.name);
  if (h.plan != plan) return fmt::format("has another plan: {}, not {}", h.plan, plan);
  if (h.function.memory_mb != f.memory_mb)
    return fmt::format("has another memory size: {} MB, not {}", h.function.memory_mb, f.memory_mb);
  return "";
}

std::size_t blocks_of(const report::subject& s) {
  return trial::arm(s.conditions, s.timeline).blocks().size();
}

}  // namespace

result<std::vector<report::subject>> read_baseline(const std::string& path,
                                                   const contestant& candidate) {
  const auto refuse = [&](std::string why) {
    return fault{fault_kind::usage, std::move(why), path,
                 "write a new one: lambdaprof gate FUNCTION --baseline " + path + " --update"};
  };
  auto all = read_saved(path);
  if (!all) return all.error();
  report::subject* base = find_role(*all, role::variant);
  report::subject* calibration = find_role(*all, role::calibration);
  if (base == nullptr || calibration == nullptr)
    return refuse("is no baseline: it has no calibration of its machine");
  if (const std::string other = difference(base->conditions, candidate); !other.empty())
    return refuse(other);
  if (const std::size_t blocks = blocks_of(*base); blocks < trial::fewest_blocks)
    return refuse(
        fmt::format("has {} measured blocks, and it takes {}", blocks, trial::fewest_blocks));
  base->conditions.variant = {"baseline", role::saved_base, "", ""};
  calibration->conditions.variant = {"calibration of the baseline", role::saved_calibration, "",
                                     ""};
  return std::vector{std::move(*base), std::move(*calibration)};
}

}  // namespace lambdaprof::command
