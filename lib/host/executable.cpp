// SPDX-License-Identifier: Apache-2.0
#include "host/executable.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/text.hpp"
#include "host/descriptor.hpp"

namespace lambdaprof::host {
namespace {

namespace fs = std::filesystem;

fault usage(std::string where, std::string message, std::string hint = {}) {
  return {fault_kind::usage, std::move(message), std::move(where), std::move(hint)};
}

std::string machine_name(int e_machine) {
  switch (e_machine) {
    case EM_X86_64:
      return "x86_64";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "i386";
    case EM_ARM:
      return "arm";
    case EM_RISCV:
      return "riscv64";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390x";
    default:
      return fmt::format("ELF machine {}", e_machine);
  }
}

std::string this_machine_name() {
  utsname u{};
  return ::uname(&u) == 0 ? u.machine : "unknown";
}

/// Whether the kernel can execute this, by its first bytes.
result<void> check_format(const std::string& path) {
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  // What may be executed but not read cannot be looked into; exec will tell.
  if (!file) return {};
  char head[256];
  const ssize_t got = ::read(file.number(), head, sizeof head);
  if (got < 0) return {};
  const std::string_view begin(head, static_cast<std::size_t>(got));
  if (begin.empty()) return usage(path, "is an empty file");
  if (begin.starts_with("#!")) {
    std::string_view line = begin.substr(2, begin.find('\n') - 2);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const std::string interpreter(line.substr(0, line.find_first_of(" \t\r")));
    if (::access(interpreter.c_str(), X_OK) == 0) return {};
    return usage(path, fmt::format("its interpreter {} cannot be executed: {}", interpreter,
                                   std::strerror(errno)));
  }
  if (!begin.starts_with(ELFMAG))
    return usage(path, "is neither an ELF binary nor a script that begins with #!",
                 "for a script, name its interpreter: lambdaprof run python3 -- app.py");
  Elf64_Ehdr elf{};
  if (begin.size() < sizeof elf) return usage(path, "is a truncated ELF binary");
  std::memcpy(&elf, begin.data(), sizeof elf);
  const std::string built_for = machine_name(elf.e_machine);
  const std::string here = this_machine_name();
  const bool is_native = built_for == here || (built_for == "i386" && here == "x86_64") ||
                         (built_for == "arm" && here == "aarch64");
  if (!is_native)
    return usage(path, fmt::format("is built for {}, this machine is {}", built_for, here),
                 "build it for this machine");
  return {};
}

fault not_found(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    names.push_back(entry.path().filename().string());
  const auto near = nearest(path.filename().string(), names);
  return usage(path.string(), "no such file",
               near ? fmt::format("did you mean {}?", (folder / *near).string()) : "");
}

result<std::string> check(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return not_found(path);
    return usage(path.string(), std::strerror(errno));
  }
  if (S_ISDIR(info.st_mode)) {
    const fs::path bootstrap = path / "bootstrap";
    if (::access(bootstrap.c_str(), F_OK) == 0) return check(bootstrap);
    return usage(path.string(), "is a folder without a bootstrap", "name the function's binary");
  }
  if (!S_ISREG(info.st_mode)) return usage(path.string(), "is not a regular file");
  if ((info.st_mode & 0111) == 0 || ::access(path.c_str(), X_OK) != 0)
    return usage(path.string(), "is not executable",
                 fmt::format("chmod +x {}", shell_quoted(path.string())));
  if (const auto sound = check_format(path.string()); !sound) return sound.error();
  return path.string();
}

}  // namespace

result<std::string> find_executable(std::string_view name, const std::string& cwd) {
  if (name.empty()) return usage("", "the name of the function is empty");
  const fs::path written(name);
  const fs::path here = (fs::path(cwd) / written).lexically_normal();
  if (name.find('/') != std::string_view::npos || ::access(here.c_str(), F_OK) == 0)
    return check(here);
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "" : variable;
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folder.size() + 1, folders.size()));
    const fs::path candidate = fs::path(cwd) / folder / written;
    if (::access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate))
      return check(candidate.lexically_normal());
  }
  return not_found(here);
}

result<file_digest> digest_of(const std::string& path) {
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return usage(path, std::strerror(errno));
  std::uint64_t hash = 0xcbf29ce484222325U;
  file_digest digest;
  std::vector<unsigned char> buffer(std::size_t{256} * 1024);
  for (;;) {
    const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return usage(path, std::strerror(errno));
    if (got == 0) break;
    digest.bytes += got;
    for (ssize_t i = 0; i < got; ++i)
      hash = (hash ^ buffer[static_cast<std::size_t>(i)]) * 0x100000001b3U;
  }
  digest.fnv1a64 = fmt::format("{:016x}", hash);
  return digest;
}

}  // namespace lambdaprof::host
