// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provisions.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "host/page_cache.hpp"

namespace lambdaprof::sandbox {
namespace {

cached_files look_at(const std::vector<std::string>& files) {
  const host::set_residency found = host::residency_of_all(files);
  if (found.unknown_bytes > 0) return {found.total_bytes, -1};
  return {found.total_bytes, found.resident_bytes};
}

}  // namespace

provisions::provisions(confinement c) : confinement_(std::move(c)) {
  files_.push_back(confinement_.staged.empty() ? confinement_.executable : confinement_.staged);
}

void provisions::prepare() {
  // What cannot be made now is tried again, and complained of, when it is needed.
  if (confinement_.groups != nullptr && !spare_group_)
    if (auto made = confinement_.groups->make()) spare_group_.emplace(std::move(*made));
  if (confinement_.views != nullptr && !spare_view_)
    if (auto made = confinement_.views->make()) spare_view_.emplace(std::move(*made));
  if (confinement_.page_cache == page_cache::as_found) return;
  // What could not be brought in or thrown out is in the residency that every start is told with.
  if (confinement_.page_cache == page_cache::cold) {
    std::ignore = host::evict_all(files_);
  } else {
    std::ignore = host::touch_all(files_);
  }
  cached_ = look_at(files_);
}

result<std::optional<host::cgroup>> provisions::group() {
  if (confinement_.groups == nullptr) return std::optional<host::cgroup>();
  if (spare_group_) return std::exchange(spare_group_, std::nullopt);
  auto made = confinement_.groups->make();
  if (!made) return made.error();
  return std::optional<host::cgroup>(std::move(*made));
}

result<std::optional<host::view>> provisions::view() {
  if (confinement_.views == nullptr) return std::optional<host::view>();
  if (spare_view_) return std::exchange(spare_view_, std::nullopt);
  auto made = confinement_.views->make();
  if (!made) return made.error();
  return std::optional<host::view>(std::move(*made));
}

cached_files provisions::before_start() {
  if (confinement_.page_cache == page_cache::as_found) return {};
  const auto known = std::exchange(cached_, std::nullopt);
  return known ? *known : look_at(files_);
}

void provisions::learn_files(int pid) {
  if (confinement_.page_cache == page_cache::as_found || std::exchange(has_learned_, true)) return;
  // In a view the copy stands at the path of the executable.
  for (std::string& path : host::mapped_files(pid))
    if (path != confinement_.executable) files_.push_back(std::move(path));
  std::sort(files_.begin(), files_.end());
  files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
}

}  // namespace lambdaprof::sandbox
