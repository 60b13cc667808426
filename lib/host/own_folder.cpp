// SPDX-License-Identifier: Apache-2.0
#include "host/own_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "host/descriptor.hpp"

namespace lambdaprof::host {
namespace {

fault not_made(const std::string& path) {
  return {fault_kind::host,
          fmt::format("no folder can be made: {}", std::generic_category().message(errno)), path,
          "name another place by TMPDIR"};
}

/// A folder directly below, if it is one and not a symlink or a mount.
descriptor open_inner(int folder, const std::string& name) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
  const auto open = [&] {
    return descriptor(
        static_cast<int>(::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how)));
  };
  descriptor inner = open();
  if (inner || errno != EACCES) return inner;
  // Root may read anything; others make what is theirs readable.
  if (::fchmodat(folder, name.c_str(), 0700, AT_SYMLINK_NOFOLLOW) != 0) return inner;
  return open();
}

std::vector<std::string> names_in(int folder) {
  std::vector<std::string> names;
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(again < 0 ? nullptr : ::fdopendir(again),
                                                   &::closedir);
  if (!stream) return names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

/// A file, a symlink or an empty folder.
bool remove_leaf(int folder, const std::string& name) {
  if (::unlinkat(folder, name.c_str(), 0) == 0) return true;
  return errno == EISDIR && ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0;
}

/// Empties a folder whatever its depth with two descriptors and no recursion: the folders in a
/// folder are moved up to the top before it is removed.
class emptying {
 public:
  explicit emptying(int top) : top_(top) {}

  void run() {
    for (bool goes_on = true; goes_on;) {
      goes_on = false;
      for (const std::string& name : names_in(top_))
        if (remove_leaf(top_, name) || dissolve(name)) goes_on = true;
    }
  }

 private:
  /// False if that has changed nothing.
  bool dissolve(const std::string& name) {
    const descriptor folder = open_inner(top_, name);
    if (!folder) return false;
    bool has_moved = false;
    for (const std::string& inner : names_in(folder.number()))
      if (!remove_leaf(folder.number(), inner) && move_up(folder.number(), inner)) has_moved = true;
    return ::unlinkat(top_, name.c_str(), AT_REMOVEDIR) == 0 || has_moved;
  }
  bool move_up(int folder, const std::string& name) {
    int moved = -1;
    do {
      moved = ::renameat2(folder, name.c_str(), top_, std::to_string(moved_++).c_str(),
                          RENAME_NOREPLACE);
    } while (moved != 0 && errno == EEXIST);
    return moved == 0;
  }

  int top_;
  std::size_t moved_ = 0;
};

}  // namespace

bool remove_tree(const std::string& path) {
  const std::size_t cut = path.rfind('/');
  const std::string parent = cut == std::string::npos ? "." : path.substr(0, cut + 1);
  const std::string name = cut == std::string::npos ? path : path.substr(cut + 1);
  const descriptor above(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!above) return errno == ENOENT;
  if (const descriptor top = open_inner(above.number(), name)) emptying(top.number()).run();
  return ::unlinkat(above.number(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

result<own_folder> own_folder::make(std::string path, mode_t mode) {
  if (::mkdir(path.c_str(), 0700) != 0) return not_made(path);
  return own_folder(std::move(path)).with_mode(mode);
}

result<own_folder> own_folder::make_in(const std::string& folder, mode_t mode) {
  std::string path = folder + "/XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return not_made(folder);
  return own_folder(std::move(path)).with_mode(mode);
}

result<own_folder> own_folder::with_mode(mode_t mode) && {
  if (::chmod(path_.c_str(), mode) != 0) return not_made(path_);
  return std::move(*this);
}

}  // namespace lambdaprof::host
