// SPDX-License-Identifier: Apache-2.0
// The place of a run among the control groups: a group `lambdaprof.<pid>` in each hierarchy that is
// needed, and what can really be done there. Touches no group of another name.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "host/ability.hpp"
#include "host/cgroup.hpp"
#include "host/mounts.hpp"

namespace lambdaprof::host {

using cgroup_ability = ability;

struct cgroup_abilities {
  cgroup_ability cpu;
  cgroup_ability memory;
  cgroup_ability freeze;
  cgroup_ability usage;
};

class cgroup_site {
 public:
  /// Removes what earlier runs that were killed have left, makes the groups of this one and tries
  /// each ability out. For one site in a process at a time.
  static cgroup_site open(const hierarchies& own);
  cgroup_site(cgroup_site&&) noexcept;
  cgroup_site& operator=(cgroup_site&&) noexcept;
  /// Kills what is still there and removes the groups.
  ~cgroup_site();

  const cgroup_abilities& abilities() const;
  /// How many earlier runs had left groups that were removed.
  std::int64_t removed_leftovers() const;

  /// A new group for one environment, without limits; a fault if there are no control groups.
  result<cgroup> make();

  /// Kills and removes what the run of this process has left, for whoever survives it.
  static void remove_all_of(int pid, const hierarchies& own);

 private:
  struct site;
  explicit cgroup_site(std::unique_ptr<site> s);
  std::unique_ptr<site> site_;
};

}  // namespace lambdaprof::host
