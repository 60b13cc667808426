// SPDX-License-Identifier: Apache-2.0
#include "host/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "host/descriptor.hpp"

namespace lambdaprof::host {
namespace {

namespace fs = std::filesystem;

fault cannot_write(const std::string& path, std::string why) {
  return {fault_kind::usage, "cannot be written: " + std::move(why), path, ""};
}

/// False with errno.
bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = ::write(fd, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace

result<output_file> output_file::open(std::string path) {
  output_file f;
  f.path_ = std::move(path);
  if (f.path_ == "-") {
    f.way_ = way::descriptor;
    f.fd_ = STDOUT_FILENO;
    return f;
  }
  std::error_code error;
  f.target_ = fs::weakly_canonical(f.path_, error).string();
  if (error) f.target_ = f.path_;
  struct stat info {};
  if (::stat(f.target_.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return cannot_write(f.path_, "it is a folder");
    if (::access(f.target_.c_str(), W_OK) != 0) return cannot_write(f.path_, std::strerror(errno));
    if (!S_ISREG(info.st_mode)) {
      f.way_ = way::in_place;
      return f;
    }
  }
  const fs::path parent = fs::path(f.target_).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  if (!fs::is_directory(folder, error)) return cannot_write(f.path_, "no such folder: " + folder);
  // A file without a name: proves that one can be made there and leaves nothing.
  descriptor probe(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (!probe && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
      return cannot_write(f.path_, std::strerror(errno));
  } else if (!probe) {
    return cannot_write(f.path_, std::strerror(errno));
  }
  return f;
}

result<void> output_file::write(std::string_view content) const {
  const auto failed = [&] { return cannot_write(path_, std::strerror(errno)); };
  if (way_ != way::replace) {
    const descriptor opened(
        way_ == way::in_place ? ::open(target_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY) : -1);
    if (way_ == way::in_place && !opened) return failed();
    const int fd = way_ == way::in_place ? opened.number() : fd_;
    if (!write_all(fd, content) && errno != EPIPE) return failed();
    return {};
  }
  std::string temporary = target_ + ".XXXXXX";
  const descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return failed();
  struct stat info {};
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const mode_t mode = ::stat(target_.c_str(), &info) == 0 ? info.st_mode & 07777 : 0666 & ~mask;
  if (::fchmod(file.number(), mode) == 0 && write_all(file.number(), content) &&
      ::fsync(file.number()) == 0 && ::rename(temporary.c_str(), target_.c_str()) == 0)
    return {};
  const int error = errno;
  ::unlink(temporary.c_str());
  errno = error;
  return failed();
}

}  // namespace lambdaprof::host
