// SPDX-License-Identifier: Apache-2.0
#include "host/view.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "host/apart.hpp"
#include "host/kept_paths.hpp"
#include "host/mounts.hpp"
#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* as_real_root = "run it as root; in a container: start that with --privileged";
constexpr const char* in_chroot = "do not run it in a chroot";

const char* remedy_of(int error) {
  if (error == ENOSYS) return "that takes Linux 5.12";
  if (error == ENOSPC) return "raise fs.mount-max and user.max_mnt_namespaces, see sysctl(8)";
  return as_real_root;
}

fault refusal(const std::string& what, int error) {
  return {fault_kind::host, fmt::format("{}: {}", what, std::generic_category().message(error)), "",
          remedy_of(error)};
}

fault refusal(std::string why_not, const char* remedy) {
  return {fault_kind::host, std::move(why_not), "", remedy};
}

fault no_child() {
  return refusal("no child process can be started", "look at `ulimit -u`");
}

void refuse(ability& a, const fault& why) {
  a = {false, {}, why.message, why.hint};
}

/// With all that is mounted below.
result<void> mount_at(const std::string& source, const std::string& target) {
  if (::mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0) return {};
  return refusal(fmt::format("cannot mount {} at {}", source, target), errno);
}

result<void> change(const std::string& mount, mount_attr attributes, unsigned flags) {
  if (::mount_setattr(AT_FDCWD, mount.c_str(), flags, &attributes, sizeof attributes) == 0)
    return {};
  return refusal(fmt::format("cannot change whether {} is read-only", mount), errno);
}

/// With all that is mounted below.
result<void> make_read_only(const std::string& mount) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  return change(mount, attributes, AT_RECURSIVE);
}

result<void> make_writable(const std::string& mount) {
  mount_attr attributes{};
  attributes.attr_clr = MOUNT_ATTR_RDONLY;
  return change(mount, attributes, 0);
}

result<descriptor> own_mounts() {
  descriptor mounts(::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC));
  if (!mounts) return refusal("cannot open /proc/self/ns/mnt", errno);
  return mounts;
}

/// Covering them would not do: runtimes look for them in /proc/self/mountinfo.
result<void> unmount_groups() {
  // This is often a tmpfs around them, with a folder for each.
  while (::umount2("/sys/fs/cgroup", MNT_DETACH) == 0) {
  }
  for (;;) {
    std::vector<std::string> points = group_mounts_in(read_text("/proc/self/mountinfo"));
    if (points.empty()) return {};
    bool goes_on = false;
    int error = 0;
    for (; !points.empty(); points.pop_back()) {
      if (::umount2(points.back().c_str(), MNT_DETACH) == 0)
        goes_on = true;
      else
        error = errno;
    }
    if (!goes_on) return refusal("cannot unmount the control groups", error);
  }
}

using file_identity = std::pair<dev_t, ino_t>;

file_identity identity_of(const char* path) {
  struct stat info {};
  ::stat(path, &info);
  return {info.st_dev, info.st_ino};
}

std::string parent_of(const std::string& path) {
  return fs::path(path).parent_path().string();
}

}  // namespace

struct view_site::site {
  site(const run_folder& f, viewed w) : place(f.path()), what(std::move(w)) {}

  void open();
  result<view> make();

  view_abilities abilities;

  result<void> build();
  void protect_code();
  void stage();
  void look_below_tmp();
  result<void> prepare(const std::string& own_tmp) const;
  result<descriptor> enter(const std::string& own_tmp) const;
  result<void> try_out();

  std::string place;
  viewed what;
  std::string tmp = resolved("/tmp");
  std::vector<kept_path> kept;
  descriptor base;  ///< the mount namespace that those of the environments are copied from
};

/// In a child, whose mount namespace becomes the base.
result<void> view_site::site::build() {
  // Not in a user namespace of our own, which needs no root: what is mounted comes locked into
  // that, so that no control group could be unmounted.
  if (::unshare(CLONE_NEWNS) != 0) return refusal("cannot make a mount namespace", errno);
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return errno == EINVAL ? refusal("our root is no mount", in_chroot)
                           : refusal("cannot separate a mount namespace from ours", errno);
  if (const auto gone = unmount_groups(); !gone)
    refuse(abilities.hidden_groups, gone.error());
  else
    abilities.hidden_groups = {true, "no control groups are mounted where it runs", {}, {}};
  protect_code();
  if (!what.staged.empty()) stage();
  look_below_tmp();
  auto mounts = own_mounts();
  if (!mounts) return mounts.error();
  base = std::move(*mounts);
  return {};
}

void view_site::site::protect_code() {
  ability& code = abilities.read_only_code;
  const std::string real = resolved(what.code_directory);
  if (real == "/" || real == tmp)
    return refuse(code, refusal(fmt::format("the code's folder is {}, where it has to write", real),
                                "name a folder of its own with --directory"));
  auto bound = mount_at(what.code_directory, what.code_directory);
  if (bound) bound = make_read_only(what.code_directory);
  if (!bound) return refuse(code, bound.error());
  code = {true, fmt::format("{} is mounted read-only", what.code_directory), {}, {}};
}

void view_site::site::stage() {
  const std::string& executable = what.command.front();
  auto bound = mount_at(what.staged, executable);
  if (bound) bound = make_read_only(executable);
  if (!bound) return refuse(abilities.staged, bound.error());
  abilities.staged = {true, fmt::format("a copy is mounted at {}", executable), {}, {}};
}

void view_site::site::look_below_tmp() {
  if (tmp.empty()) return refuse(abilities.own_tmp, refusal("there is no /tmp", "make it"));
  if (resolved(what.code_directory) == tmp)
    return refuse(abilities.own_tmp, refusal("/tmp is the folder of the code",
                                             "put the code into a folder of its own"));
  std::vector<std::string> names = what.command;
  names.push_back(what.code_directory);
  for (const std::string& path : {what.command.front(), resolved(what.command.front())})
    names.push_back(parent_of(path));
  kept = kept_paths("/tmp", names);
  abilities.own_tmp = {true,
                       fmt::format("a folder of its own {}, of any size",
                                   is_in_memory(place) ? "in memory" : "on disk"),
                       {},
                       {}};
}

/// Empty files and folders for what is mounted through.
result<void> view_site::site::prepare(const std::string& own_tmp) const {
  for (const kept_path& k : kept) {
    const std::string point = own_tmp + "/" + k.inner;
    std::error_code error;
    fs::create_directories(k.is_folder ? point : parent_of(point), error);
    if (!error && !k.is_folder) {
      const descriptor file(::open(point.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
      if (!file) error = std::error_code(errno, std::generic_category());
    }
    if (error)
      return refusal(fmt::format("cannot make {}: {}", point, error.message()),
                     "name another place by TMPDIR");
  }
  return {};
}

/// In a child, whose mount namespace becomes the environment's.
result<descriptor> view_site::site::enter(const std::string& own_tmp) const {
  if (::setns(base.number(), CLONE_NEWNS) != 0 || ::unshare(CLONE_NEWNS) != 0)
    return refusal("cannot copy a mount namespace", errno);
  if (own_tmp.empty()) return own_mounts();
  for (const kept_path& k : kept)
    if (const auto bound = mount_at(k.path, own_tmp + "/" + k.inner); !bound) return bound.error();
  auto bound = mount_at(own_tmp, tmp);
  // It is a copy of a mount that may have become read-only, if the code's folder is around ours.
  if (bound && abilities.read_only_code.can) bound = make_writable(tmp);
  if (!bound) return bound.error();
  return own_mounts();
}

result<view> view_site::site::make() {
  if (!base) return refusal(abilities.own_tmp.why_not, abilities.own_tmp.remedy.c_str());
  own_folder own_tmp;
  if (abilities.own_tmp.can) {
    auto folder = own_folder::make_in(place, 01777);
    if (!folder) return folder.error();
    own_tmp = std::move(*folder);
    if (const auto prepared = prepare(own_tmp.path()); !prepared) return prepared.error();
  }
  result<descriptor> mounts = no_child();
  run_apart([&] { mounts = enter(own_tmp.path()); });
  if (!mounts) return mounts.error();
  return view(std::move(own_tmp), std::move(*mounts));
}

/// Whether what the function needs is there in a view.
result<void> view_site::site::try_out() {
  const auto trial = make();
  if (!trial) return trial.error();
  result<void> outcome = no_child();
  run_apart([&] {
    const std::string& executable = what.command.front();
    const file_identity root = identity_of("/");
    if (::setns(trial->number(), CLONE_NEWNS) != 0)
      outcome = refusal("cannot enter a mount namespace", errno);
    else if (identity_of("/") != root)
      outcome = refusal("our root is not that of the mount namespace", in_chroot);
    else if (::chdir(what.code_directory.c_str()) != 0)
      outcome = refusal(fmt::format("{} cannot be seen there", what.code_directory), errno);
    else if (::access(executable.c_str(), X_OK) != 0)
      outcome = refusal(fmt::format("{} cannot be executed there", executable), errno);
    else
      outcome = {};
  });
  return outcome;
}

void view_site::site::open() {
  result<void> outcome = no_child();
  run_apart([&] { outcome = build(); });
  if (outcome && abilities.own_tmp.can)
    if (const auto tried = try_out(); !tried) refuse(abilities.own_tmp, tried.error());
  if (outcome && !abilities.own_tmp.can) outcome = try_out();
  if (outcome) return;
  base.close();
  for (ability* a : {&abilities.hidden_groups, &abilities.read_only_code, &abilities.own_tmp})
    refuse(*a, outcome.error());
  if (!what.staged.empty()) refuse(abilities.staged, outcome.error());
}

view_site::view_site(std::unique_ptr<site> s) : site_(std::move(s)) {}
view_site::view_site(view_site&&) noexcept = default;
view_site& view_site::operator=(view_site&&) noexcept = default;
view_site::~view_site() = default;

view_site view_site::open(const run_folder& folder, const viewed& what) {
  ensure(what.code_directory.starts_with('/') && !what.command.empty() &&
             what.command.front().starts_with('/'),
         "the code and the executable of a view are absolute paths");
  auto s = std::make_unique<site>(folder, what);
  s->open();
  return view_site(std::move(s));
}

const view_abilities& view_site::abilities() const {
  return site_->abilities;
}

result<view> view_site::make() {
  return site_->make();
}

}  // namespace lambdaprof::host
