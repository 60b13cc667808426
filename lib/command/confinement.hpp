// SPDX-License-Identifier: Apache-2.0
// What of Lambda's limits this host can enforce on a function, made ready for a run, and what the
// report says of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/cgroup_site.hpp"
#include "host/run_folder.hpp"
#include "host/view.hpp"
#include "journal/header.hpp"
#include "profile/profile.hpp"
#include "sandbox/provisions.hpp"

namespace lambdaprof::command {

class confinement {
 public:
  /// Tries everything out. The function is resolved.
  explicit confinement(const profile::profile& p);

  /// A fault of kind `host` if the profile requires what cannot be enforced here.
  result<void> can_enforce() const;

  /// Valid as long as this lives.
  sandbox::confinement of_environments();

  std::vector<journal::assumption> assumptions() const;
  /// What was found and removed of earlier runs, and what is not as it was asked for.
  std::vector<std::string> notes() const;

 private:
  void stage();
  void look_at_page_cache();

  const profile::profile& profile_;
  host::cgroup_site groups_;
  result<host::run_folder> folder_;
  std::string staged_;
  host::ability staging_;
  std::optional<host::view_site> views_;
  host::ability eviction_;
};

}  // namespace lambdaprof::command
