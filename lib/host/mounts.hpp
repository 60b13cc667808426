// SPDX-License-Identifier: Apache-2.0
// Where the control groups of this machine are: v1, v2 or both side by side. Only reads; what may
// be done there is found out by `cgroup_site`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lambdaprof::host {

/// One folder for each controller of v1 that matters here and one for v2 ("unified"); empty where
/// there is none. Controllers that are mounted together have the same folder.
struct hierarchies {
  std::string cpu;
  std::string cpuacct;
  std::string memory;
  std::string freezer;
  std::string unified;

  bool operator==(const hierarchies&) const = default;
};

/// The folders of our own groups, from the texts of /proc/self/mountinfo and /proc/self/cgroup. One
/// that lies outside what is mounted counts as not there.
hierarchies hierarchies_of(std::string_view mountinfo, std::string_view own_groups);

/// The folders of our own groups on this machine.
hierarchies own_hierarchies();

/// Where control groups are mounted, from the text of /proc/self/mountinfo; inner mounts after
/// outer ones.
std::vector<std::string> group_mounts_in(std::string_view mountinfo);

/// The same group one step further down in each hierarchy.
hierarchies below(const hierarchies& groups, std::string_view name);

/// The folders that there are, each once; first those by which a frozen process can be killed.
std::vector<std::string> folders_of(const hierarchies& groups);

}  // namespace lambdaprof::host
