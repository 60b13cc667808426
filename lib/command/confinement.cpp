// SPDX-License-Identifier: Apache-2.0
#include "command/confinement.hpp"

#include <fmt/format.h>

#include "host/cgroup_share.hpp"

namespace lambdaprof::command {

sandbox::confinement confinement_of(const profile::profile& p, host::cgroup_site& groups) {
  const host::cgroup_abilities& can = groups.abilities();
  sandbox::confinement c;
  if (can.cpu.can || can.memory.can || can.freeze.can || can.usage.can) c.groups = &groups;
  if (can.cpu.can) c.quota_us = host::quota_us(p.function.memory_mb);
  if (can.memory.can) c.memory_bytes = p.function.memory_mb * 1024 * 1024;
  c.cpus = host::visible_cpus(p.function.memory_mb);
  c.freezes_by_group = can.freeze.can;
  return c;
}

std::vector<journal::assumption> assumptions_of(const profile::profile& p,
                                                const host::cgroup_abilities& can) {
  const std::int64_t mb = p.function.memory_mb;
  const std::string share = fmt::format(
      "{} MB's share of {} µs per 20 ms, full speed in an on-demand init", mb, host::quota_us(mb));
  return {
      {"cpu", can.cpu.can ? share : "full speed in all phases: " + can.cpu.why_not, can.cpu.can},
      {"memory",
       can.memory.can ? fmt::format("{} MB enforced", mb) : "not limited: " + can.memory.why_not,
       can.memory.can},
      {"freeze",
       can.freeze.can ? "the whole environment between invocations"
                      : "by signals to its process group only: " + can.freeze.why_not,
       can.freeze.can},
      {"cpu and memory figures",
       can.usage.can ? "of all its processes" : "of the main process: " + can.usage.why_not, true},
  };
}

result<void> can_enforce(const profile::profile& p, const host::cgroup_abilities& can) {
  for (const profile::ability a : p.require) {
    const host::cgroup_ability& one = a == profile::ability::cpu      ? can.cpu
                                      : a == profile::ability::memory ? can.memory
                                                                      : can.freeze;
    if (one.can) continue;
    return fault{fault_kind::host,
                 fmt::format("cannot enforce {} here: {}",
                             profile::ability_names[static_cast<std::size_t>(a)], one.why_not),
                 "--require", one.remedy};
  }
  return {};
}

}  // namespace lambdaprof::command
