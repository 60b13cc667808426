// SPDX-License-Identifier: Apache-2.0
// What of Lambda's limits this host can enforce on a function, made ready for a run, and what the
// report says of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/cgroup_site.hpp"
#include "host/mounts.hpp"
#include "host/run_folder.hpp"
#include "host/view.hpp"
#include "journal/header.hpp"
#include "profile/profile.hpp"
#include "sandbox/provisions.hpp"

namespace lambdaprof::command {

/// What all functions of a process share of the host: one place among the control groups, one
/// folder.
struct grounds {
  host::cgroup_site groups = host::cgroup_site::open(host::own_hierarchies());
  result<host::run_folder> folder = host::run_folder::make();
  std::vector<int> neighbours;  ///< processes of ours beside the functions

  /// What was found and removed of earlier runs, and what there is not.
  std::vector<std::string> notes() const;
};

/// Whether the function will be compared with another one. Then what is run has to be a copy, also
/// where it cannot be made to appear at its own path.
enum class comparing : std::uint8_t { no, yes };

class confinement {
 public:
  /// Tries everything out. The function is resolved.
  confinement(const profile::profile& p, grounds& g, comparing c);

  /// A fault of kind `host` if the profile requires what cannot be enforced here.
  result<void> can_enforce() const;

  /// Valid as long as this lives.
  sandbox::confinement of_environments();

  /// What is executed: the executable, or its copy.
  std::string program() const;
  std::vector<journal::assumption> assumptions() const;
  /// What is not as it was asked for.
  std::vector<std::string> notes() const;

 private:
  void stage();
  void look_at_page_cache();
  bool has_view_of_copy() const;

  const profile::profile& profile_;
  grounds& grounds_;
  comparing comparing_;
  std::string staged_;
  host::ability staging_;
  std::optional<host::view_site> views_;
  host::ability eviction_;
};

}  // namespace lambdaprof::command
