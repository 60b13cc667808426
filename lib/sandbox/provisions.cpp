// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provisions.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "host/page_cache.hpp"

namespace lambdaprof::sandbox {
namespace {

/// So many at most: each holds some fifteen descriptors.
constexpr std::size_t most_in_stock = 64;

cached_files look_at(const std::vector<std::string>& files) {
  const host::set_residency found = host::residency_of_all(files);
  if (found.unknown_bytes > 0) return {found.total_bytes, -1};
  return {found.total_bytes, found.resident_bytes};
}

}  // namespace

provisions::provisions(confinement c) : confinement_(std::move(c)) {
  files_.push_back(confinement_.staged.empty() ? confinement_.executable : confinement_.staged);
}

void provisions::expect(std::size_t starts) {
  wanted_ = std::min(std::max(wanted_, starts), most_in_stock);
}

void provisions::prepare() {
  // Called after each end, so that one more of each is enough. What cannot be made now is tried
  // again, and complained of, when it is needed.
  if (confinement_.groups != nullptr && spare_groups_.size() < wanted_)
    if (auto made = confinement_.groups->make()) spare_groups_.push_back(std::move(*made));
  if (confinement_.views != nullptr && spare_views_.size() < wanted_)
    if (auto made = confinement_.views->make()) spare_views_.push_back(std::move(*made));
  if (confinement_.page_cache == page_cache::as_found) return;
  // What could not be brought in or thrown out is in the residency that every start is told with.
  if (confinement_.page_cache == page_cache::cold) {
    std::ignore = host::evict_all(files_);
  } else {
    std::ignore = host::touch_all(files_);
  }
  cached_ = look_at(files_);
}

namespace {

template <class Thing, class Site>
result<std::optional<Thing>> taken_from(std::vector<Thing>& stock, Site* site) {
  if (site == nullptr) return std::optional<Thing>();
  if (!stock.empty()) {
    std::optional<Thing> one(std::move(stock.back()));
    stock.pop_back();
    return one;
  }
  auto made = site->make();
  if (!made) return made.error();
  return std::optional<Thing>(std::move(*made));
}

}  // namespace

result<std::optional<host::cgroup>> provisions::group() {
  return taken_from(spare_groups_, confinement_.groups);
}

result<std::optional<host::view>> provisions::view() {
  return taken_from(spare_views_, confinement_.views);
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
