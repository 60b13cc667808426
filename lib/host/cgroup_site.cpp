// SPDX-License-Identifier: Apache-2.0
#include "host/cgroup_site.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "host/cgroup_files.hpp"
#include "host/cgroup_share.hpp"
#include "host/proc.hpp"
#include "host/run_name.hpp"

namespace lambdaprof::host {
namespace {

constexpr std::int64_t tried_memory_bytes = std::int64_t{64} << 20;

/// The folder above, if that is a group too.
std::string group_above(const std::string& group) {
  const std::string above = group.substr(0, group.rfind('/'));
  return ::access((above + "/cgroup.procs").c_str(), F_OK) == 0 ? above : std::string();
}

/// Everywhere that a run with these groups of its own may have put its own ones.
std::vector<std::string> parents(const hierarchies& own) {
  std::vector<std::string> folders = folders_of(own);
  if (own.unified.empty()) return folders;
  if (std::string above = group_above(own.unified); !above.empty())
    folders.push_back(std::move(above));
  return folders;
}

/// Whether the group belongs to a run that is alive, or may be: in another PID namespace, where the
/// number means somebody else, its processes show up as 0.
bool may_be_alive(const std::string& group, int pid) {
  if (is_other_living_run(pid)) return true;
  const auto is_foreign = [](const std::string& folder) {
    const std::vector<int> pids = members_of(folder);
    return std::find(pids.begin(), pids.end(), 0) != pids.end();
  };
  if (is_foreign(group)) return true;
  const std::vector<std::string> inner = groups_in(group);
  return std::any_of(inner.begin(), inner.end(),
                     [&](const std::string& name) { return is_foreign(group + "/" + name); });
}

std::int64_t remove_leftovers(const hierarchies& own) {
  std::set<std::string> removed;
  for (const std::string& parent : parents(own))
    for (const std::string& name : groups_in(parent)) {
      const auto pid = pid_of_run(name);
      const std::string group = parent + "/" + name;
      if (pid && !may_be_alive(group, *pid) && remove_group_tree(group)) removed.insert(name);
    }
  return std::ssize(removed);
}

void refuse(cgroup_ability& ability, std::string why_not, std::string remedy) {
  if (ability.why_not.empty()) ability = {false, {}, std::move(why_not), std::move(remedy)};
}

constexpr const char* as_root = "run it as root; in a container: start that with --privileged";
/// What v2 allows, but v1 does not.
constexpr const char* delegated =
    "run it as root, or as `systemd-run --user --scope -p Delegate=yes lambdaprof …`";

void refuse(cgroup_ability& ability, const std::string& what, int error, const char* remedy) {
  const std::string reason = std::generic_category().message(error);
  if (error == EROFS) remedy = "in a container: start that with --privileged";
  if (error == EBUSY)
    remedy =
        "run it as root, or as `systemd-run --user --scope -p Delegate=yes lambdaprof …`; in a "
        "container: first move the processes of /sys/fs/cgroup to a group main below it";
  refuse(ability, fmt::format("{}: {}", what, reason), remedy);
}

void refuse_missing(cgroup_ability& ability, const std::string& controller) {
  refuse(ability, fmt::format("no control groups with the {} are mounted", controller),
         "in a container: start that with --privileged; else mount them (see cgroups(7))");
}

/// Makes the run's group below our own one; what cannot be is noted with what would have needed it.
std::string make_group(const std::string& parent, const std::string& name,
                       const std::string& controller, cgroup_ability& ability,
                       const char* remedy = as_root) {
  if (parent.empty()) {
    refuse_missing(ability, controller);
    return {};
  }
  std::string group = parent + "/" + name;
  // Controllers that are mounted together share their groups.
  if (::mkdir(group.c_str(), 0755) == 0 || errno == EEXIST) return group;
  refuse(ability, fmt::format("cannot make a group in {}", parent), errno, remedy);
  return {};
}

/// In v2 a group has a controller only if each one above hands it down, which one with processes
/// cannot do unless it is the root. Some controllers it can, but then it becomes one for threads,
/// and no group below, whosoever it is, can hold a process any more: so this is not left to the
/// kernel.
int hand_down(const std::string& group, std::string_view controller) {
  const std::string file = group + "/cgroup.subtree_control";
  if (has_word(read_text(file), controller)) return 0;
  const bool is_root = ::access((group + "/cgroup.type").c_str(), F_OK) != 0;
  if (!is_root && !members_of(group).empty()) return EBUSY;
  return write_control(file, fmt::format("+{}", controller));
}

struct wanted_controller {
  const char* name;
  cgroup_ability& ability;
};

/// The run's group in v2 below `parent`; with how many of the wanted controllers?
std::pair<std::string, int> make_unified(const std::string& parent, const std::string& name,
                                         std::span<const wanted_controller> wanted,
                                         cgroup_ability& freeze) {
  int granted = 0;
  std::vector<int> errors;
  for (const wanted_controller& controller : wanted)
    errors.push_back(has_word(read_text(parent + "/cgroup.controllers"), controller.name)
                         ? hand_down(parent, controller.name)
                         : ENOENT);
  std::string group = make_group(parent, name, "freezer", freeze, delegated);
  if (group.empty()) return {};
  if (read_text(group + "/cgroup.type").starts_with("domain invalid")) {
    refuse(freeze, fmt::format("{} is a group for threads only", parent), delegated);
    remove_group_tree(group);
    return {};
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (errors[i] == 0) errors[i] = hand_down(group, wanted[i].name);
    if (errors[i] == 0) ++granted;
    if (errors[i] == ENOENT)
      refuse(wanted[i].ability,
             fmt::format("{} has no {} controller to hand down", parent, wanted[i].name),
             delegated);
    else if (errors[i] != 0)
      refuse(wanted[i].ability,
             fmt::format("cannot hand the {} controller down in {}", wanted[i].name, parent),
             errors[i], delegated);
  }
  return {group, granted};
}

/// Below our own group, or beside it where that has more controllers: a group with processes, as
/// ours, hands down none unless it is the root.
std::string place_unified(const std::string& own, const std::string& name,
                          std::span<const wanted_controller> wanted, cgroup_ability& freeze) {
  if (own.empty()) return {};
  auto [inside, granted] = make_unified(own, name, wanted, freeze);
  const std::string above = group_above(own);
  if (above.empty() || (!inside.empty() && granted == static_cast<int>(wanted.size())))
    return inside;
  auto [beside, granted_beside] = make_unified(above, name, wanted, freeze);
  if (beside.empty()) return inside;
  const bool is_better = inside.empty() || granted_beside > granted;
  const std::string& worse = is_better ? inside : beside;
  if (!worse.empty()) remove_group_tree(worse);
  return is_better ? beside : inside;
}

/// Which of these groups a process cannot enter, as bits in their order. What the kernel allows
/// depends on both ends of the move, so it has to be tried.
unsigned closed_to_processes(std::span<const int> join_fds) {
  const int child = ::fork();
  if (child == 0) {
    unsigned failed = 0;
    for (std::size_t i = 0; i < join_fds.size(); ++i)
      if (::write(join_fds[i], "0", 1) != 1) failed |= 1U << i;
    ::_exit(static_cast<int>(failed));
  }
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) ? static_cast<unsigned>(WEXITSTATUS(status)) : ~0U;
}

}  // namespace

struct cgroup_site::site {
  site() = default;
  site(const site&) = delete;
  site& operator=(const site&) = delete;
  ~site() {
    probe.reset();
    for (const std::string& folder : folders_of(groups)) remove_group_tree(folder);
  }

  void place(const hierarchies& own);
  void leave(const std::string& folder);
  void try_out();
  void try_cpu();
  void try_memory();
  void try_freeze();
  void try_usage();

  hierarchies groups;
  cgroup_abilities abilities;
  /// What everything was tried with. It stays, with a quota: where no group has one, the kernel
  /// patches its own code when the first is set, which makes each switch 67 µs instead of 1.
  std::optional<cgroup> probe;
  std::int64_t removed_leftovers = 0;
  std::int64_t made = 0;
};

void cgroup_site::site::place(const hierarchies& own) {
  const std::string name = name_of_run(::getpid());
  std::vector<wanted_controller> wanted;
  if (own.cpu.empty()) wanted.push_back({"cpu", abilities.cpu});
  if (own.memory.empty()) wanted.push_back({"memory", abilities.memory});
  groups.unified = place_unified(own.unified, name, wanted, abilities.freeze);
  if (groups.unified.empty() && !own.unified.empty()) {
    // Without the group nothing that v2 alone offers here can be had, for the same reason.
    if (own.cpuacct.empty()) wanted.push_back({"cpu", abilities.usage});
    for (const wanted_controller& controller : wanted)
      refuse(controller.ability, abilities.freeze.why_not, abilities.freeze.remedy);
  }
  if (!own.cpu.empty() || own.unified.empty())
    groups.cpu = make_group(own.cpu, name, "cpu controller", abilities.cpu);
  if (!own.memory.empty() || own.unified.empty())
    groups.memory = make_group(own.memory, name, "memory controller", abilities.memory);
  // v2 freezes faster and counts as well.
  if (!groups.unified.empty()) return;
  groups.freezer = make_group(own.freezer, name, "freezer", abilities.freeze);
  groups.cpuacct = make_group(own.cpuacct, name, "cpuacct controller", abilities.usage);
}

/// Gives up the hierarchy (or those mounted together) with this folder.
void cgroup_site::site::leave(const std::string& folder) {
  const std::string parent = folder.substr(0, folder.rfind('/'));
  const auto give_up = [&](std::string& group, std::initializer_list<cgroup_ability*> needed_by) {
    if (group != parent) return;
    for (cgroup_ability* ability : needed_by)
      refuse(*ability, fmt::format("processes cannot be moved to {}", parent), as_root);
    group.clear();
  };
  give_up(groups.cpu, {&abilities.cpu});
  give_up(groups.memory, {&abilities.memory});
  give_up(groups.freezer, {&abilities.freeze});
  give_up(groups.cpuacct, {&abilities.usage});
  give_up(groups.unified, {&abilities.cpu, &abilities.memory, &abilities.freeze, &abilities.usage});
  remove_group_tree(parent);
}

void cgroup_site::site::try_out() {
  // One hierarchy less each time, so that it ends.
  while (!probe && groups != hierarchies{}) {
    const hierarchies tried = below(groups, "probe");
    auto made_group = cgroup::make(tried);
    if (!made_group) {
      leave(made_group.error().where);
      continue;
    }
    const unsigned closed = closed_to_processes(made_group->join_fds());
    if (closed == 0) {
      probe = std::move(*made_group);
      break;
    }
    const std::vector<std::string> folders = folders_of(tried);
    { const cgroup removed = std::move(*made_group); }
    for (std::size_t i = 0; i < folders.size(); ++i)
      if ((closed >> i & 1U) != 0) leave(folders[i]);
  }
  if (!probe) return;
  try_cpu();
  try_memory();
  try_freeze();
  try_usage();
}

void cgroup_site::site::try_cpu() {
  const hierarchies at = below(groups, "probe");
  const bool is_v1 = !groups.cpu.empty();
  const std::int64_t quota = quota_us(128);
  if (auto limited = probe->limit_cpu(quota); !limited)
    return refuse(abilities.cpu, to_string(limited.error()),
                  "the kernel needs CONFIG_CFS_BANDWIDTH, and a group above may have less");
  const std::string expected =
      is_v1 ? fmt::format("{}\n", quota) : fmt::format("{} {}\n", quota, cpu_period_us);
  if (read_text(is_v1 ? at.cpu + "/cpu.cfs_quota_us" : at.unified + "/cpu.max") != expected)
    return refuse(abilities.cpu, "the kernel took a CPU quota but does not have it", "");
  abilities.cpu = {
      true, is_v1 ? "cgroup v1 cfs, period 20 ms" : "cgroup v2 cpu.max, period 20 ms", {}, {}};
}

void cgroup_site::site::try_memory() {
  const hierarchies at = below(groups, "probe");
  const bool is_v1 = !groups.memory.empty();
  if (auto limited = probe->limit_memory(tried_memory_bytes); !limited)
    return refuse(abilities.memory, to_string(limited.error()), as_root);
  const std::string file =
      is_v1 ? at.memory + "/memory.limit_in_bytes" : at.unified + "/memory.max";
  if (number_in(read_text(file)) != tried_memory_bytes)
    return refuse(abilities.memory, "the kernel took a memory limit but does not have it", "");
  abilities.memory = {
      true, is_v1 ? "cgroup v1 memory.limit_in_bytes" : "cgroup v2 memory.max", {}, {}};
}

void cgroup_site::site::try_freeze() {
  const auto frozen = probe->freeze();
  if (!frozen || !probe->is_frozen())
    return refuse(abilities.freeze,
                  frozen ? "the kernel does not freeze a group" : to_string(frozen.error()),
                  "cgroup v2 freezes from Linux 5.2 on");
  if (auto thawed = probe->thaw(); !thawed || probe->is_frozen())
    return refuse(abilities.freeze, "the kernel does not thaw a group", "");
  abilities.freeze = {
      true, groups.unified.empty() ? "cgroup v1 freezer" : "cgroup v2 cgroup.freeze", {}, {}};
}

void cgroup_site::site::try_usage() {
  if (probe->cpu_time() < span::zero())
    return refuse(abilities.usage, "the kernel does not say what a group has used", "");
  abilities.usage = {
      true, groups.unified.empty() ? "cgroup v1 cpuacct.usage" : "cgroup v2 cpu.stat", {}, {}};
}

cgroup_site::cgroup_site(std::unique_ptr<site> s) : site_(std::move(s)) {}
cgroup_site::cgroup_site(cgroup_site&&) noexcept = default;
cgroup_site& cgroup_site::operator=(cgroup_site&&) noexcept = default;
cgroup_site::~cgroup_site() = default;

cgroup_site cgroup_site::open(const hierarchies& own) {
  auto s = std::make_unique<site>();
  s->removed_leftovers = remove_leftovers(own);
  s->place(own);
  s->try_out();
  return cgroup_site(std::move(s));
}

const cgroup_abilities& cgroup_site::abilities() const {
  return site_->abilities;
}

std::int64_t cgroup_site::removed_leftovers() const {
  return site_->removed_leftovers;
}

result<cgroup> cgroup_site::make() {
  if (!site_->probe)
    return fault{fault_kind::host, "there are no control groups to use", "",
                 site_->abilities.usage.remedy};
  return cgroup::make(below(site_->groups, fmt::format("environment.{}", site_->made++)));
}

void cgroup_site::remove_all_of(int pid, const hierarchies& own) {
  for (const std::string& parent : parents(own)) remove_group_tree(parent + "/" + name_of_run(pid));
}

}  // namespace lambdaprof::host
