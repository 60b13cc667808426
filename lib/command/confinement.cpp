// SPDX-License-Identifier: Apache-2.0
#include "command/confinement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "host/cgroup_share.hpp"
#include "host/page_cache.hpp"
#include "host/program_format.hpp"
#include "host/staging.hpp"
#include "profile/plan.hpp"

namespace lambdaprof::command {
namespace {

namespace fs = std::filesystem;

const std::string& executable(const profile::profile& p) {
  return p.function.command.front();
}

std::string canonical(const std::string& path) {
  std::error_code ignored;
  const fs::path found = fs::canonical(path, ignored);
  return found.empty() ? path : found.string();
}

/// An interpreter from elsewhere is no part of the package, and finds its library by its place.
bool is_of_the_package(const profile::profile& p) {
  const fs::path folder = canonical(p.function.directory);
  const fs::path file = canonical(executable(p));
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
         folder.end();
}

bool is_any(const host::cgroup_abilities& can) {
  return can.cpu.can || can.memory.can || can.freeze.can || can.usage.can;
}

bool is_any(const host::view_abilities& can) {
  return can.hidden_groups.can || can.read_only_code.can || can.own_tmp.can || can.staged.can;
}

journal::assumption one(std::string about, const host::ability& a, std::string if_can,
                        const std::string& if_not) {
  if (a.can) return {std::move(about), std::move(if_can), true};
  return {std::move(about), a.why_not.empty() ? if_not : if_not + ": " + a.why_not, false};
}

std::string killed_runs(std::int64_t count) {
  if (count == 1) return "an earlier run that had been killed";
  return fmt::format("{} earlier runs that had been killed", count);
}

/// What of the file system its processes have to see, whatever is hidden from them.
std::vector<std::string> seen(const environment::function& f) {
  std::vector<std::string> names = f.command;
  for (const environment::extension_file& x : f.extensions) names.push_back(x.path);
  return names;
}

}  // namespace

std::vector<std::string> grounds::notes() const {
  std::vector<std::string> notes;
  if (const std::int64_t left = groups.removed_leftovers(); left > 0)
    notes.push_back(fmt::format("removed the control groups of {}", killed_runs(left)));
  if (!folder)
    notes.push_back(fmt::format("the function sees this host's files, /tmp included: {}",
                                to_string(folder.error())));
  if (folder && folder->removed_leftovers() > 0)
    notes.push_back(
        fmt::format("removed the folders of {}", killed_runs(folder->removed_leftovers())));
  return notes;
}

confinement::confinement(const profile::profile& p, grounds& g, comparing c)
    : profile_(p), grounds_(g), comparing_(c) {
  stage();
  if (g.folder)
    views_ = host::view_site::open(*g.folder, {p.function.directory, seen(p.function), staged_});
  look_at_page_cache();
}

void confinement::stage() {
  if (!is_of_the_package(profile_)) return;
  if (!grounds_.folder) {
    staging_.why_not = to_string(grounds_.folder.error());
  } else if (auto copy = host::stage(executable(profile_), grounds_.folder->path())) {
    staged_ = *copy;
  } else {
    staging_.why_not = to_string(copy.error());
  }
}

void confinement::look_at_page_cache() {
  const std::string file = has_view_of_copy() ? staged_ : program();
  const auto able = host::can_evict(fs::path(file).parent_path().string());
  eviction_.can = static_cast<bool>(able);
  if (!able) eviction_.why_not = able.error().message;
}

bool confinement::has_view_of_copy() const {
  return views_ && views_->abilities().staged.can;
}

std::string confinement::program() const {
  // A script finds its neighbours by its own path, and its pages are read, not mapped.
  const bool must_be_copy = comparing_ == comparing::yes && !staged_.empty() &&
                            !has_view_of_copy() && host::is_machine_code(staged_);
  return must_be_copy ? staged_ : executable(profile_);
}

result<void> confinement::can_enforce() const {
  const host::cgroup_abilities& can = grounds_.groups.abilities();
  for (const profile::ability a : profile_.require) {
    const host::ability& one = a == profile::ability::cpu      ? can.cpu
                               : a == profile::ability::memory ? can.memory
                                                               : can.freeze;
    if (one.can) continue;
    return fault{fault_kind::host,
                 fmt::format("cannot enforce {} here: {}",
                             profile::ability_names[static_cast<std::size_t>(a)], one.why_not),
                 "--require", one.remedy};
  }
  if (profile_.page_cache == profile::page_cache::cold && !eviction_.can)
    return fault{fault_kind::host, "cannot make the page cache cold here: " + eviction_.why_not,
                 "--page-cache", "put the function, and TMPDIR, on a disk"};
  return {};
}

sandbox::confinement confinement::of_environments() {
  const host::cgroup_abilities& can = grounds_.groups.abilities();
  const environment::function& f = profile_.function;
  sandbox::confinement c;
  if (is_any(can)) c.groups = &grounds_.groups;
  c.neighbours = grounds_.neighbours;
  if (can.cpu.can) c.quota_us = host::quota_us(f.memory_mb);
  if (can.memory.can) c.memory_bytes = f.memory_mb * 1024 * 1024;
  c.cpus = host::visible_cpus(f.memory_mb);
  c.freezes_by_group = can.freeze.can;
  if (views_ && is_any(views_->abilities())) c.views = &*views_;
  c.page_cache = profile_.page_cache == profile::page_cache::cold ? sandbox::page_cache::cold
                                                                  : sandbox::page_cache::hot;
  c.executable = canonical(program());
  if (has_view_of_copy()) c.staged = staged_;
  return c;
}

std::vector<journal::assumption> confinement::assumptions() const {
  const std::int64_t mb = profile_.function.memory_mb;
  const host::cgroup_abilities& can = grounds_.groups.abilities();
  const std::string share = fmt::format(
      "{} MB's share of {} µs per 20 ms, full speed in an on-demand init", mb, host::quota_us(mb));
  std::vector<journal::assumption> all{
      one("cpu", can.cpu, share, "full speed in all phases"),
      one("memory", can.memory, fmt::format("{} MB enforced", mb), "not limited"),
      one("freeze", can.freeze, "the whole environment between invocations",
          "by signals to its process group only"),
      {"cpu and memory figures",
       can.usage.can ? "of all its processes" : "of the main process: " + can.usage.why_not, true},
  };
  host::view_abilities sees;
  if (views_) {
    sees = views_->abilities();
  } else {
    for (host::ability* a : {&sees.hidden_groups, &sees.read_only_code, &sees.own_tmp})
      a->why_not = to_string(grounds_.folder.error());
  }
  all.push_back(one("control groups", sees.hidden_groups, "out of its sight", "in its sight"));
  all.push_back(one("code", sees.read_only_code, "read-only", "writable"));
  all.push_back(one("/tmp", sees.own_tmp, sees.own_tmp.how, "that of the host"));
  if (program() != executable(profile_))
    all.push_back({"executable", "a copy made for this run, in another folder", true});
  else if (is_of_the_package(profile_))
    all.push_back(one("executable", staged_.empty() ? staging_ : sees.staged,
                      "a copy made for this run", "as it lies"));
  all.push_back({"page cache",
                 profile_.page_cache == profile::page_cache::cold
                     ? "cold: what it maps is evicted before each start"
                     : "hot: what it maps is read before each start",
                 true});
  return all;
}

std::vector<std::string> confinement::notes() const {
  std::vector<std::string> notes;
  if (profile_.page_cache == profile::page_cache::cold &&
      (profile_.load.plan || profile_.load.warm_up == 0))
    notes.emplace_back(
        "which files the function maps is known from its first start on: of that one only the "
        "executable was evicted");
  return notes;
}

}  // namespace lambdaprof::command
