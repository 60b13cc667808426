// SPDX-License-Identifier: Apache-2.0
// What a function sees of the host's files, in a mount namespace for each environment: no control
// groups, code that is read-only and an empty /tmp of its own. Our own namespace is never touched.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/ability.hpp"
#include "host/descriptor.hpp"
#include "host/own_folder.hpp"
#include "host/run_folder.hpp"

namespace lambdaprof::host {

/// What has to be visible in a view at its own path, also below /tmp, of which nothing else is.
struct viewed {
  std::string code_directory;        ///< absolute
  std::vector<std::string> command;  ///< [0] is the absolute path of the executable
  std::string staged = {};           ///< a copy that is seen at the executable's path; empty: none
};

/// Runtimes size themselves by the limits of control groups that they find mounted, which Lambda
/// does not show.
struct view_abilities {
  ability hidden_groups;
  ability read_only_code;
  ability own_tmp;
  ability staged;  ///< without a staged copy it is neither given nor refused
};

/// The view of one environment, for all the processes that it has one after the other. Its /tmp
/// goes with it.
class view {
 public:
  /// The mount namespace, for `launch_request::view`.
  int number() const { return mounts_.number(); }
  /// What is its /tmp; empty where it has none of its own.
  const std::string& own_tmp() const { return tmp_.path(); }

 private:
  friend class view_site;
  view(own_folder tmp, descriptor mounts) : tmp_(std::move(tmp)), mounts_(std::move(mounts)) {}

  own_folder tmp_;
  descriptor mounts_;
};

class view_site {
 public:
  /// Tries out what can be had for this function. Environments have their /tmp in the folder, which
  /// outlives them.
  static view_site open(const run_folder& folder, const viewed& what);
  view_site(view_site&&) noexcept;
  view_site& operator=(view_site&&) noexcept;
  ~view_site();

  const view_abilities& abilities() const;

  /// A view for a new environment, with whatever can be had; a fault if nothing can.
  result<view> make();

 private:
  struct site;
  explicit view_site(std::unique_ptr<site> s);
  std::unique_ptr<site> site_;
};

}  // namespace lambdaprof::host
