// SPDX-License-Identifier: Apache-2.0
#include "host/run_folder.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "host/run_name.hpp"

namespace lambdaprof::host {
namespace {

namespace fs = std::filesystem;

std::string folder_of(int pid, const std::string& place) {
  return place + (place.ends_with('/') ? "" : "/") + name_of_run(pid);
}

/// The folder locked, if it is ours and no living run has it.
descriptor claim(const std::string& path) {
  descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!folder || ::fstat(folder.number(), &info) != 0 || info.st_uid != ::geteuid() ||
      ::flock(folder.number(), LOCK_EX | LOCK_NB) != 0)
    return {};
  return folder;
}

bool remove_left(const std::string& path) {
  const descriptor claimed = claim(path);
  return claimed && remove_tree(path);
}

/// A run that has just made its folder may not have locked it yet, hence the look at its pid.
bool is_left(std::string_view name) {
  const auto pid = pid_of_run(name);
  return pid && !is_other_living_run(*pid);
}

std::int64_t remove_leftovers(const std::string& place) {
  std::vector<std::string> left;
  std::error_code ignored;
  for (fs::directory_iterator entry(place, ignored), end; entry != end; entry.increment(ignored))
    if (is_left(entry->path().filename().string())) left.push_back(entry->path().string());
  std::int64_t removed = 0;
  for (const std::string& path : left)
    if (remove_left(path)) ++removed;
  return removed;
}

}  // namespace

bool is_in_memory(const std::string& folder) {
  struct statfs system {};
  return ::statfs(folder.c_str(), &system) == 0 &&
         (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

std::string place_of_runs() {
  const char* const wanted = std::getenv("TMPDIR");
  if (wanted != nullptr && wanted[0] == '/') return wanted;
  std::error_code ignored;
  const bool has_disk_elsewhere =
      is_in_memory("/tmp") && fs::is_directory("/var/tmp", ignored) && !is_in_memory("/var/tmp");
  return has_disk_elsewhere ? "/var/tmp" : "/tmp";
}

run_folder::run_folder(descriptor lock, own_folder folder, std::int64_t removed)
    : lock_(std::move(lock)), folder_(std::move(folder)), removed_leftovers_(removed) {}

result<run_folder> run_folder::make(const std::string& place) {
  const std::int64_t removed = remove_leftovers(place);
  auto folder = own_folder::make(folder_of(::getpid(), place), 0700);
  if (!folder) return folder.error();
  descriptor lock = claim(folder->path());
  if (!lock)
    return fault{fault_kind::host, "cannot be locked", folder->path(),
                 "name another place by TMPDIR"};
  return run_folder(std::move(lock), std::move(*folder), removed);
}

void run_folder::remove_all_of(int pid, const std::string& place) {
  remove_left(folder_of(pid, place));
}

}  // namespace lambdaprof::host
