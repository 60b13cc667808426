// SPDX-License-Identifier: Apache-2.0
#include "host/staging.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "host/descriptor.hpp"
#include "host/page_cache.hpp"

namespace lambdaprof::host {
namespace {

// The kernel puts what comes in one write into one piece of memory, if it can. It maps 64 KiB
// around a fault, and a piece of that size it finds in fragmented memory, too.
constexpr std::size_t block_bytes = std::size_t{64} * 1024;
constexpr int most_copies = 999'999;  // as six digits can tell apart
constexpr mode_t mode_of_copy = 0755;

fault unreadable(const std::string& path) {
  return {fault_kind::file, fmt::format("cannot be read: {}", std::strerror(errno)), path, ""};
}

fault unusable(const std::string& folder, int error) {
  fault f{fault_kind::host, "", folder, "choose another folder"};
  f.message = fmt::format("cannot hold a copy of the executable: {}", std::strerror(error));
  if (error == ENOSPC || error == EDQUOT) f.hint = "make room there, or choose another folder";
  return f;
}

std::optional<fault> flaw_of(const std::string& folder) {
  struct statvfs system {};
  if (::statvfs(folder.c_str(), &system) != 0) return unusable(folder, errno);
  if ((system.f_flag & ST_NOEXEC) == 0) return {};
  return fault{fault_kind::host, "is mounted noexec, so that nothing can be started from there",
               folder, "choose another folder"};
}

/// A new file with the next name.
struct fresh_file {
  std::string path;
  descriptor file;
};

result<fresh_file> next_in(const std::string& folder) {
  for (int number = 1; number <= most_copies; ++number) {
    std::string path = fmt::format("{}/{:06}", folder, number);
    descriptor file(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
    if (file) return fresh_file{std::move(path), std::move(file)};
    if (errno != EEXIST) break;
  }
  return unusable(folder, errno);
}

/// False with errno.
bool write_all(int fd, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(fd, bytes, count);
    if (written < 0 && errno != EINTR) return false;
    if (written <= 0) continue;
    bytes += written;
    count -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Through our own memory: a clone or a copy inside the kernel might share with the source what is
/// to be made anew.
std::optional<fault> copy(int from, const std::string& executable, int to,
                          const std::string& folder) {
  std::vector<char> block(block_bytes);
  for (;;) {
    const ssize_t got = ::read(from, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(executable);
    if (got == 0) break;
    if (!write_all(to, block.data(), static_cast<std::size_t>(got))) return unusable(folder, errno);
  }
  if (::fchmod(to, mode_of_copy) != 0 || ::fsync(to) != 0) return unusable(folder, errno);
  return {};
}

}  // namespace

result<std::string> stage(const std::string& executable, const std::string& folder) {
  const descriptor source(::open(executable.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return unreadable(executable);
  if (const auto flaw = flaw_of(folder)) return *flaw;
  auto fresh = next_in(folder);
  if (!fresh) return fresh.error();
  auto flaw = copy(source.number(), executable, fresh->file.number(), folder);
  if (!flaw)
    if (const auto touched = touch(fresh->path); !touched) flaw = touched.error();
  if (!flaw) return std::move(fresh->path);
  ::unlink(fresh->path.c_str());
  return *std::move(flaw);
}

}  // namespace lambdaprof::host
