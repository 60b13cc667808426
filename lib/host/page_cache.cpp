// SPDX-License-Identifier: Apache-2.0
#include "host/page_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

#include "host/descriptor.hpp"
#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

// As <linux/magic.h> has them, and ZFS's own.
constexpr long overlay_magic = 0x794c7630;
constexpr long tmpfs_magic = 0x01021994;
constexpr long ramfs_magic = static_cast<long>(0x858458f6);
constexpr long zfs_magic = 0x2fc12fc1;

// Of Linux 6.5, which is newer than the headers of Debian 12.
constexpr long cachestat_call = 451;
struct cachestat_range {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
struct cachestat_counts {
  std::uint64_t cached = 0;
  std::uint64_t dirty = 0;
  std::uint64_t in_writeback = 0;
  std::uint64_t evicted = 0;
  std::uint64_t recently_evicted = 0;
};

constexpr int most_looks = 10'000;
constexpr std::chrono::microseconds between_looks{100};

bool means_vanished(int error) {
  return error == ENOENT || error == ENOTDIR;
}

fault failed(const std::string& path, std::string_view what) {
  return {fault_kind::file, fmt::format("cannot be {}: {}", what, std::strerror(errno)), path, ""};
}

/// A file and the two views that the kernel has of its pages. Each is nothing where it would be
/// wrong or is not given to us.
class cached_file {
 public:
  /// Has no descriptor, and errno says why, if the file cannot be opened.
  explicit cached_file(const std::string& path)
      : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ && ::fstat(file_.number(), &info_) != 0) file_.close();
  }

  bool is_open() const { return file_.number() >= 0; }
  int number() const { return file_.number(); }
  std::int64_t bytes() const { return info_.st_size; }
  std::uint64_t pages() const { return (static_cast<std::uint64_t>(bytes()) + page_ - 1) / page_; }

  /// Pages in the cache, those included that are only just being read.
  std::optional<cachestat_counts> counts() const {
    // An overlay hands reads and mappings on to the file below it, while the call looks at the
    // overlay's own cache, which is always empty.
    struct statfs system {};
    if (::fstatfs(number(), &system) != 0 || system.f_type == overlay_magic) return {};
    cachestat_range range{0, static_cast<std::uint64_t>(bytes())};
    cachestat_counts counts;
    if (::syscall(cachestat_call, number(), &range, &counts, 0U) != 0) return {};
    return counts;
  }

  /// Pages in the cache that have been read, asked by way of a mapping, which brings nothing in. Of
  /// a file that we neither own nor may write to, the kernel would claim that all are.
  std::optional<std::uint64_t> pages_read() const {
    if (bytes() == 0) return 0;
    if (info_.st_uid != ::geteuid() && ::eaccess(path_.c_str(), W_OK) != 0) return {};
    const auto length = static_cast<std::size_t>(bytes());
    void* const mapping = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, number(), 0);
    if (mapping == MAP_FAILED) return {};
    std::vector<unsigned char> flags(pages());
    const bool is_known = ::mincore(mapping, length, flags.data()) == 0;
    ::munmap(mapping, length);
    if (!is_known) return {};
    return std::count_if(flags.begin(), flags.end(), [](unsigned char f) { return (f & 1) != 0; });
  }

  residency now() const {
    if (bytes() == 0) return {0, 0};
    std::optional<std::uint64_t> pages;
    if (const auto all = counts())
      pages = all->cached;
    else
      pages = pages_read();
    if (!pages) return {bytes(), -1};
    return {bytes(), std::min(bytes(), static_cast<std::int64_t>(*pages * page_))};
  }

  /// False with errno.
  bool read_through() const {
    std::vector<char> block(std::size_t{64} * 1024);
    for (off_t at = 0;;) {
      const ssize_t got = ::pread(number(), block.data(), block.size(), at);
      if (got == 0) return true;
      if (got < 0 && errno != EINTR) return false;
      if (got > 0) at += got;
    }
  }

  /// Drops the pages that are neither dirty nor mapped nor being read. False with errno.
  bool drop() const {
    errno = ::posix_fadvise(number(), 0, 0, POSIX_FADV_DONTNEED);
    return errno == 0;
  }

 private:
  std::string path_;
  descriptor file_;
  struct stat info_ {};
  std::uint64_t page_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
};

/// False with errno. Of a clean file the disk would be asked to empty its own cache, which takes
/// longer than all else here.
bool make_clean(const cached_file& file) {
  const auto counts = file.counts();
  if (counts && counts->dirty == 0 && counts->in_writeback == 0) return true;
  // What cannot be synchronised, as on a read-only file system, has nothing dirty either.
  return ::fdatasync(file.number()) == 0 || errno == EROFS || errno == EINVAL;
}

/// False with errno. A process that has just been killed leaves reads under way: their pages cannot
/// be dropped yet, and would come in after all.
bool await_reads(const cached_file& file) {
  for (int looks = 0; looks < most_looks; ++looks) {
    const auto counts = file.counts();
    const auto read = file.pages_read();
    // Where they cannot be told apart, reading waits for them.
    if (!counts || !read) return file.read_through();
    if (counts->cached <= *read) break;
    std::this_thread::sleep_for(between_looks);
  }
  return true;
}

template <class Action>
result<void> for_all(std::span<const std::string> paths, Action action) {
  result<void> first;
  for (const std::string& path : paths) {
    auto done = action(path);
    if (!done && first) first = std::move(done);
  }
  return first;
}

}  // namespace

std::vector<std::string> mapped_files(int pid) {
  std::vector<std::string> files;
  const std::string maps = read_text(fmt::format("/proc/{}/maps", pid));
  for (std::size_t at = 0; at < maps.size();) {
    const std::size_t end = std::min(maps.find('\n', at), maps.size());
    const std::string_view line = std::string_view(maps).substr(at, end - at);
    at = end + 1;
    // No field before the path holds a slash; what is no file is in brackets.
    const std::size_t path = line.find(" /");
    if (path != std::string_view::npos) files.emplace_back(line.substr(path + 1));
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  // A deleted file is called "/path (deleted)", and there is no such file.
  const auto is_other = [](const std::string& path) {
    struct stat info {};
    return path.starts_with("/proc/") || path.starts_with("/sys/") ||
           ::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode);
  };
  files.erase(std::remove_if(files.begin(), files.end(), is_other), files.end());
  return files;
}

result<void> can_evict(const std::string& folder) {
  struct statfs system {};
  if (::statfs(folder.c_str(), &system) != 0)
    return fault{fault_kind::host, fmt::format("cannot be used: {}", std::strerror(errno)), folder,
                 ""};
  const auto cannot = [&](std::string_view why) {
    return fault{fault_kind::host, fmt::format("its files cannot be evicted: {}", why), folder,
                 "choose a folder on a disk"};
  };
  if (system.f_type == tmpfs_magic || system.f_type == ramfs_magic)
    return cannot("it is a file system in memory");
  if (system.f_type == zfs_magic) return cannot("ZFS keeps them in a cache of its own");
  return {};
}

result<void> evict(const std::string& path) {
  const cached_file file(path);
  if (!file.is_open()) return means_vanished(errno) ? result<void>() : failed(path, "evicted");
  if (make_clean(file) && await_reads(file) && file.drop()) return {};
  return failed(path, "evicted");
}

result<void> touch(const std::string& path) {
  const cached_file file(path);
  if (!file.is_open()) return means_vanished(errno) ? result<void>() : failed(path, "read");
  if (file.bytes() > 0 && file.pages_read() == file.pages()) return {};
  return file.read_through() ? result<void>() : failed(path, "read");
}

residency residency_of(const std::string& path) {
  const cached_file file(path);
  if (file.is_open()) return file.now();
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) return {info.st_size, -1};
  return {0, means_vanished(errno) ? 0 : -1};
}

result<void> evict_all(std::span<const std::string> paths) {
  return for_all(paths, evict);
}

result<void> touch_all(std::span<const std::string> paths) {
  return for_all(paths, touch);
}

set_residency residency_of_all(std::span<const std::string> paths) {
  set_residency all;
  for (const std::string& path : paths) {
    const residency one = residency_of(path);
    all.total_bytes += one.total_bytes;
    if (one.resident_bytes < 0)
      all.unknown_bytes += one.total_bytes;
    else
      all.resident_bytes += one.resident_bytes;
  }
  return all;
}

}  // namespace lambdaprof::host
