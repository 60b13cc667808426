// SPDX-License-Identifier: Apache-2.0
#include "host/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "host/descriptor.hpp"

namespace lambdaprof::host {
namespace {

constexpr int most_symlinks = 40;  // as the kernel follows

fault unwritable(const std::string& path, std::string why, fault_kind kind = fault_kind::usage) {
  return {kind, "cannot be written: " + std::move(why), path, ""};
}

/// The descriptor that a path stands for. Opening such a path would write from the start of a file
/// that the shell has opened for appending.
std::optional<int> descriptor_named(std::string_view path) {
  if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int fd = -1;
    const auto [end, error] =
        std::from_chars(path.data() + folder.size(), path.data() + path.size(), fd);
    if (error == std::errc{} && end == path.data() + path.size()) return fd;
  }
  return {};
}

/// Where the symlinks lead, whether or not something is there.
std::string target_of(const std::string& path) {
  std::filesystem::path target(path);
  std::error_code error;
  for (int links = 0; links < most_symlinks; ++links) {
    const auto next = std::filesystem::read_symlink(target, error);
    if (error) break;
    target = target.parent_path() / next;
  }
  return target.string();
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// In the folder, since a rename does not cross file systems; hidden, and short enough whatever the
/// name is.
std::string temporary_beside(const std::string& path) {
  return fmt::format("{}/.lambdaprof-{}", folder_of(path), ::getpid());
}

/// False with errno.
bool can_create_beside(const std::string& path) {
  // A file without a name, where the file system knows such a thing.
  if (descriptor(::open(folder_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)))
    return true;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) return false;
  const std::string temporary = temporary_beside(path);
  return descriptor(::open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600)) &&
         ::unlink(temporary.c_str()) == 0;
}

/// False with errno.
bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

result<output_file> output_file::open(std::string path) {
  if (path.empty()) return unwritable(path, "its name is empty");
  output_file file;
  file.path_ = std::move(path);
  if (const auto fd = descriptor_named(file.path_)) {
    const int flags = ::fcntl(*fd, F_GETFL);
    if (flags < 0) return unwritable(file.path_, std::strerror(errno));
    if ((flags & O_ACCMODE) == O_RDONLY)
      return unwritable(file.path_, "it is open for reading only");
    file.way_ = way::to_descriptor;
    file.fd_ = *fd;
    return file;
  }
  file.target_ = target_of(file.path_);
  struct stat info {};
  const bool exists = ::stat(file.target_.c_str(), &info) == 0;
  if (!exists && errno != ENOENT) return unwritable(file.path_, std::strerror(errno));
  if (exists && S_ISDIR(info.st_mode)) return unwritable(file.path_, "it is a folder");
  if (exists && ::eaccess(file.target_.c_str(), W_OK) != 0)
    return unwritable(file.path_, std::strerror(errno));
  if (exists && !S_ISREG(info.st_mode)) {
    file.way_ = way::in_place;
    return file;
  }
  const std::string folder = folder_of(file.target_);
  if (!exists && ::stat(folder.c_str(), &info) != 0)
    return unwritable(file.path_, "there is no folder " + folder);
  if (can_create_beside(file.target_)) return file;
  if (exists) {
    file.way_ = way::in_place;
    return file;
  }
  return unwritable(file.path_, std::strerror(errno));
}

result<void> output_file::write(std::string_view content) const {
  const auto failed = [&] { return unwritable(path_, std::strerror(errno), fault_kind::file); };
  switch (way_) {
    case way::to_descriptor:
      if (write_all(fd_, content) || errno == EPIPE) return {};
      return failed();
    case way::in_place:
      if (overwrite(content) || errno == EPIPE) return {};
      return failed();
    case way::by_replacing:
      if (replace(content)) return {};
      // It is a mount point, or somebody else's in a folder like /tmp.
      if ((errno == EBUSY || errno == EPERM || errno == EACCES) && overwrite(content)) return {};
      return failed();
  }
  return {};
}

bool output_file::overwrite(std::string_view content) const {
  const descriptor file(::open(target_.c_str(), O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC));
  return file && write_all(file.number(), content);
}

bool output_file::replace(std::string_view content) const {
  const std::string temporary = temporary_beside(target_);
  ::unlink(temporary.c_str());  // of a run that was killed
  const descriptor file(::open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666));
  if (!file) return false;
  struct stat old {};
  const bool is_kept_as_it_was =
      ::stat(target_.c_str(), &old) != 0 || ::fchmod(file.number(), old.st_mode & 07777) == 0;
  if (is_kept_as_it_was && write_all(file.number(), content) && ::fsync(file.number()) == 0 &&
      ::rename(temporary.c_str(), target_.c_str()) == 0)
    return true;
  const int why = errno;
  ::unlink(temporary.c_str());
  errno = why;
  return false;
}

}  // namespace lambdaprof::host
