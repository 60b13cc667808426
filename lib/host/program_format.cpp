// SPDX-License-Identifier: Apache-2.0
#include "host/program_format.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/descriptor.hpp"

namespace lambdaprof::host {
namespace {

constexpr std::size_t head_bytes = 4096;

constexpr std::pair<std::string_view, const char*> foreign_formats[] = {
    {"MZ", "a Windows program"},
    {"PK\x03\x04", "a zip archive"},
    {"\x1f\x8b", "a gzip archive"},
    {"\xcf\xfa\xed\xfe", "a macOS program"},
    {"\xca\xfe\xba\xbe", "a macOS program or a Java class"},
    {{"\0asm", 4}, "a WebAssembly module"},
    {"!<arch>", "a static library"},
};

std::string beginning_of(const std::string& path, std::size_t bytes) {
  std::string head;
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return head;
  head.resize(bytes);
  const ssize_t got = ::pread(file.number(), head.data(), bytes, 0);
  head.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return head;
}

template <class Part>
std::optional<Part> part_of(std::string_view bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < sizeof(Part)) return {};
  Part part;
  std::memcpy(&part, bytes.data() + at, sizeof part);
  return part;
}

/// The loader that a dynamic program of this machine's word size names; "" if there is none in
/// sight.
std::string loader_of(std::string_view bytes) {
  const auto header = part_of<Elf64_Ehdr>(bytes, 0);
  if (!header || header->e_ident[EI_CLASS] != ELFCLASS64) return "";
  for (std::size_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = part_of<Elf64_Phdr>(bytes, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return "";
    if (segment->p_type != PT_INTERP || segment->p_offset >= bytes.size()) continue;
    const std::string_view name = bytes.substr(segment->p_offset, segment->p_filesz);
    return std::string(name.substr(0, name.find('\0')));
  }
  return "";
}

bool is_executable(const std::string& path) {
  return ::eaccess(path.c_str(), X_OK) == 0;
}

fault bad_program(const std::string& path, std::string message, std::string hint = "") {
  return {fault_kind::usage, std::move(message), path, std::move(hint)};
}

std::optional<fault> script_fault(const std::string& path, const std::string& interpreter) {
  if (interpreter.empty()) return bad_program(path, "names no interpreter after its #!");
  if (is_executable(interpreter)) return {};
  if (interpreter.back() == '\r')
    return bad_program(path, "its first line ends as on Windows, so its interpreter is not found",
                       "remove the carriage returns");
  return bad_program(path, fmt::format("needs the interpreter {}, which cannot be executed: {}",
                                       interpreter, std::strerror(errno)));
}

std::optional<fault> elf_fault(const std::string& path, const std::string& bytes,
                               const std::string& machine) {
  // What we are ourselves runs here.
  const std::string ours = elf_machine_of(beginning_of("/proc/self/exe", head_bytes)).value_or("");
  if (machine != ours)
    return bad_program(path, fmt::format("is built for {}, this machine is {}", machine, ours),
                       "build it for this machine");
  const auto header = part_of<Elf64_Ehdr>(bytes, 0);
  if (!header) return bad_program(path, "is an ELF file that has been cut off");
  if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
    return bad_program(path, "is an ELF file but not a program", "link it");
  const std::string loader = loader_of(bytes);
  if (!loader.empty() && !is_executable(loader))
    return bad_program(path, fmt::format("needs the loader {}, which is not there", loader),
                       "build it against this system's C library, or statically");
  return {};
}

}  // namespace

std::optional<std::string> interpreter_of(std::string_view text) {
  if (!text.starts_with("#!")) return {};
  text = text.substr(2, text.find('\n') - 2);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return std::string(text.substr(0, text.find_first_of(" \t")));
}

bool is_machine_code(const std::string& path) {
  return elf_machine_of(beginning_of(path, head_bytes)).has_value();
}

std::optional<std::string> elf_machine_of(std::string_view bytes) {
  if (!bytes.starts_with(ELFMAG) || bytes.size() < EI_NIDENT) return {};
  const bool is_64_bit = bytes[EI_CLASS] == ELFCLASS64;
  const bool is_big_endian = bytes[EI_DATA] == ELFDATA2MSB;
  // In the byte order of the file, which need not be ours.
  const auto byte = [&](std::size_t at) { return at < bytes.size() ? bytes[at] & 0xff : 0; };
  const int machine = is_big_endian ? byte(18) << 8 | byte(19) : byte(19) << 8 | byte(18);
  switch (machine) {
    case EM_X86_64:
      return is_64_bit ? "x86_64" : "x32";
    case EM_386:
      return "i386";
    case EM_AARCH64:
      return is_big_endian ? "aarch64_be" : "aarch64";
    case EM_ARM:
      return "arm";
    case EM_RISCV:
      return is_64_bit ? "riscv64" : "riscv32";
    case EM_PPC64:
      return is_big_endian ? "ppc64" : "ppc64le";
    case EM_S390:
      return "s390x";
    default:
      return fmt::format("machine {}", machine);
  }
}

std::optional<fault> format_fault(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && info.st_size == 0)
    return bad_program(path, "is an empty file");
  const std::string head = beginning_of(path, head_bytes);
  if (head.empty()) return {};
  if (const auto interpreter = interpreter_of(head)) return script_fault(path, *interpreter);
  if (const auto machine = elf_machine_of(head)) return elf_fault(path, head, *machine);
  for (const auto& [magic, name] : foreign_formats)
    if (head.starts_with(magic))
      return bad_program(path, fmt::format("is {}, which Linux does not execute", name));
  return bad_program(path, "is neither an ELF program nor a script that begins with #!",
                     "a script names its interpreter in its first line, like #!/bin/sh");
}

}  // namespace lambdaprof::host
