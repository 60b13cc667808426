// SPDX-License-Identifier: Apache-2.0
#include "host/executable.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/text.hpp"
#include "host/descriptor.hpp"
#include "host/program_format.hpp"

namespace lambdaprof::host {
namespace {

fault bad_executable(const std::string& path, std::string message, std::string hint = "") {
  return {fault_kind::usage, std::move(message), path, std::move(hint)};
}

/// Without "./" at the front, since people will read the result. "..", unlike there, is not ours to
/// resolve: what it means depends on symlinks.
std::string joined(const std::string& folder, std::string_view name) {
  if (name.starts_with('/')) return std::string(name);
  while (name.starts_with("./")) {
    name.remove_prefix(2);
    name.remove_prefix(std::min(name.find_first_not_of('/'), name.size()));
  }
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

fault not_found(const std::string& path) {
  const std::filesystem::path missing(path);
  std::vector<std::string> names;
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(missing.parent_path(), ignored), end; entry != end;
       entry.increment(ignored))
    names.push_back(entry->path().filename().string());
  const auto near = nearest(missing.filename().string(), names);
  return bad_executable(
      path, "no such file",
      near ? fmt::format("is it {}?", (missing.parent_path() / *near).string()) : "");
}

fault may_not_run(const std::string& path, mode_t mode) {
  struct statvfs system {};
  if ((mode & 0111) != 0 && ::statvfs(path.c_str(), &system) == 0 &&
      (system.f_flag & ST_NOEXEC) != 0)
    return bad_executable(path, "lies on a file system that is mounted noexec");
  return bad_executable(path, "is not executable", fmt::format("chmod +x {}", shell_quoted(path)));
}

result<std::string> checked(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return errno == ENOENT ? not_found(path) : bad_executable(path, std::strerror(errno));
  if (S_ISDIR(info.st_mode)) {
    const std::string bootstrap = joined(path, "bootstrap");
    if (::stat(bootstrap.c_str(), &info) == 0 && S_ISREG(info.st_mode)) return checked(bootstrap);
    return bad_executable(path, "is a folder without a bootstrap",
                          "name the function's executable");
  }
  if (!S_ISREG(info.st_mode)) return bad_executable(path, "is not a regular file");
  if (::eaccess(path.c_str(), X_OK) != 0) return may_not_run(path, info.st_mode);
  if (const auto flaw = format_fault(path)) return *flaw;
  return path;
}

bool is_file(const std::string& path, int access) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         ::eaccess(path.c_str(), access) == 0;
}

}  // namespace

result<std::string> find_executable(std::string_view name, const std::string& cwd) {
  if (name.empty()) return bad_executable("", "the name of the executable is empty");
  const std::string here = joined(cwd, name);
  if (name.find('/') != std::string_view::npos || is_file(here, F_OK)) return checked(here);
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "" : variable;
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folder.size() + 1, folders.size()));
    // An empty entry means the working directory, as for a shell.
    const std::string path = joined(joined(cwd, folder), name);
    if (is_file(path, X_OK)) return checked(path);
  }
  return checked(here);
}

result<file_digest> digest_of(const std::string& path) {
  const auto failed = [&] {
    return fault{fault_kind::file, std::string("cannot be read: ") + std::strerror(errno), path,
                 ""};
  };
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failed();
  std::uint64_t hash = 0xcbf29ce484222325U;
  std::int64_t bytes = 0;
  std::vector<unsigned char> block(std::size_t{256} * 1024);
  for (;;) {
    const ssize_t got = ::read(file.number(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) return file_digest{fmt::format("{:016x}", hash), bytes};
    bytes += got;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i)
      hash = (hash ^ block[i]) * 0x100000001b3U;
  }
}

}  // namespace lambdaprof::host
