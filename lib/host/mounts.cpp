// SPDX-License-Identifier: Apache-2.0
#include "host/mounts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

using member = std::string hierarchies::*;

constexpr std::array<std::pair<std::string_view, member>, 4> controllers_of_v1{
    {{"cpu", &hierarchies::cpu},
     {"cpuacct", &hierarchies::cpuacct},
     {"memory", &hierarchies::memory},
     {"freezer", &hierarchies::freezer}}};

/// Cuts the text up to the next separator off its front.
std::string_view take(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

bool lists(std::string_view list, std::string_view name) {
  while (!list.empty())
    if (take(list, ',') == name) return true;
  return false;
}

/// Blanks and backslashes stand as "\040" in mountinfo.
std::string unescaped(std::string_view text) {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view code = text.substr(i, 4);
    if (code.size() == 4 && code[0] == '\\' &&
        std::all_of(code.begin() + 1, code.end(), is_octal)) {
      plain += static_cast<char>((code[1] - '0') * 64 + (code[2] - '0') * 8 + (code[3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

/// Our group's path from the root of the hierarchy, as "7:cpu,cpuacct:/a/b" says; "" is v2. Empty
/// if there is none.
std::string_view own_path(std::string_view own_groups, std::string_view controller) {
  while (!own_groups.empty()) {
    std::string_view line = take(own_groups, '\n');
    const std::string_view number = take(line, ':');
    const std::string_view controllers = take(line, ':');
    if (controller.empty() ? number == "0" && controllers.empty() : lists(controllers, controller))
      return line;
  }
  return {};
}

/// Where `path` is seen if what is mounted is the part of the hierarchy from `root` on; empty if it
/// is not in that part.
std::string folder_of(std::string_view path, std::string_view root, std::string mount_point) {
  if (path.empty() || path.starts_with("/..") || path.ends_with(" (deleted)")) return {};
  if (root != "/") {
    if (!path.starts_with(root)) return {};
    path.remove_prefix(root.size());
    if (!path.empty() && path.front() != '/') return {};
  }
  if (path != "/") mount_point += path;
  return mount_point;
}

struct mount {
  std::string root;
  std::string point;
  bool is_read_only = false;
  std::string_view type;
  std::string_view options;  ///< those of the file system
};

/// "36 35 98:0 /root /point rw,noatime shared:1 - type source options"
mount mount_of(std::string_view line) {
  mount m;
  for (int i = 0; i < 3; ++i) take(line, ' ');
  m.root = unescaped(take(line, ' '));
  m.point = unescaped(take(line, ' '));
  m.is_read_only = lists(take(line, ' '), "ro");
  while (!line.empty() && take(line, ' ') != "-") {
  }
  m.type = take(line, ' ');
  take(line, ' ');
  m.options = line;
  return m;
}

}  // namespace

hierarchies hierarchies_of(std::string_view mountinfo, std::string_view own_groups) {
  hierarchies found;
  hierarchies read_only;
  while (!mountinfo.empty()) {
    const mount m = mount_of(take(mountinfo, '\n'));
    hierarchies& kind = m.is_read_only ? read_only : found;
    const auto note = [&](std::string_view controller, std::string& folder) {
      if (folder.empty()) folder = folder_of(own_path(own_groups, controller), m.root, m.point);
    };
    if (m.type == "cgroup2") note("", kind.unified);
    if (m.type != "cgroup") continue;
    for (const auto& [controller, folder] : controllers_of_v1)
      if (lists(m.options, controller)) note(controller, kind.*folder);
  }
  // What is mounted twice is used where it can be written.
  const auto fill = [&](member folder) {
    if ((found.*folder).empty()) found.*folder = read_only.*folder;
  };
  for (const auto& row : controllers_of_v1) fill(row.second);
  fill(&hierarchies::unified);
  return found;
}

hierarchies own_hierarchies() {
  return hierarchies_of(read_text("/proc/self/mountinfo"), read_text("/proc/self/cgroup"));
}

std::vector<std::string> group_mounts_in(std::string_view mountinfo) {
  std::vector<std::string> points;
  while (!mountinfo.empty()) {
    mount m = mount_of(take(mountinfo, '\n'));
    if (m.type == "cgroup" || m.type == "cgroup2") points.push_back(std::move(m.point));
  }
  return points;
}

hierarchies below(const hierarchies& groups, std::string_view name) {
  hierarchies inner = groups;
  for (std::string* folder :
       {&inner.cpu, &inner.cpuacct, &inner.memory, &inner.freezer, &inner.unified})
    if (!folder->empty()) folder->append("/").append(name);
  return inner;
}

std::vector<std::string> folders_of(const hierarchies& groups) {
  std::vector<std::string> folders;
  for (const std::string* folder :
       {&groups.unified, &groups.freezer, &groups.cpu, &groups.memory, &groups.cpuacct})
    if (!folder->empty() && std::find(folders.begin(), folders.end(), *folder) == folders.end())
      folders.push_back(*folder);
  return folders;
}

}  // namespace lambdaprof::host
