// SPDX-License-Identifier: Apache-2.0
#include "host/program_format.hpp"

#include <elf.h>

#include <cstring>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

namespace {

/// The header of an ELF program for a machine.
std::string elf(int machine, unsigned char bits = ELFCLASS64, int type = ET_DYN) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = bits;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = static_cast<Elf64_Half>(type);
  header.e_machine = static_cast<Elf64_Half>(machine);
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

/// What we run on, and something else.
std::string our_machine() {
  return *elf_machine_of(content_of("/proc/self/exe"));
}
int our_machine_number() {
  return our_machine() == "x86_64" ? EM_X86_64 : EM_AARCH64;
}
int other_machine_number() {
  return our_machine() == "x86_64" ? EM_AARCH64 : EM_X86_64;
}

std::string message_for(const std::string& content) {
  const folder f;
  const auto flaw = format_fault(f.file("program", content, 0755));
  return flaw ? flaw->message : "";
}

}  // namespace

TEST_CASE("a program and a script of this machine can be executed") {
  CHECK(!format_fault("/bin/true"));
  CHECK(!format_fault("/proc/self/exe"));
  CHECK(message_for("#!/bin/sh\n").empty());
  CHECK(message_for("#! /usr/bin/env python9\n").empty());
  CHECK(message_for("#!/bin/sh").empty());
}

TEST_CASE("a program for another machine is named together with this one") {
  const std::string other = *elf_machine_of(elf(other_machine_number()));
  CHECK(message_for(elf(other_machine_number())) ==
        "is built for " + other + ", this machine is " + our_machine());
  CHECK(message_for(elf(EM_386, ELFCLASS32)) ==
        "is built for i386, this machine is " + our_machine());
}

TEST_CASE("the machine of an ELF file is read in the file's own byte order") {
  CHECK(elf_machine_of(elf(EM_X86_64)) == "x86_64");
  CHECK(elf_machine_of(elf(EM_AARCH64)) == "aarch64");
  CHECK(elf_machine_of(elf(EM_RISCV)) == "riscv64");
  CHECK(elf_machine_of(elf(0xfe12)) == "machine 65042");
  std::string big = elf(EM_S390);
  big[EI_DATA] = ELFDATA2MSB;
  std::swap(big[18], big[19]);
  CHECK(elf_machine_of(big) == "s390x");
  CHECK(!elf_machine_of("#!/bin/sh"));
  CHECK(!elf_machine_of("\177ELF"));
  CHECK(!elf_machine_of(""));
}

TEST_CASE("an interpreter that is not there is named") {
  CHECK(
      message_for("#!/nowhere/python\n") ==
      "needs the interpreter /nowhere/python, which cannot be executed: No such file or directory");
  CHECK(message_for("#!/dev/null\n") ==
        "needs the interpreter /dev/null, which cannot be executed: Permission denied");
  CHECK(message_for("#!  \n") == "names no interpreter after its #!");
  CHECK(message_for("#!/bin/sh\r\n") ==
        "its first line ends as on Windows, so its interpreter is not found");
}

TEST_CASE("the interpreter is the first word after the #!") {
  CHECK(interpreter_of("#!/bin/sh -e\nrest") == "/bin/sh");
  CHECK(interpreter_of("#! \t/bin/sh\trest") == "/bin/sh");
  CHECK(interpreter_of("#!") == "");
  CHECK(interpreter_of("#!\n/bin/sh") == "");
  CHECK(!interpreter_of("# !/bin/sh"));
  CHECK(!interpreter_of(""));
}

TEST_CASE("a loader that is not there is named") {
  Elf64_Phdr segment{};
  segment.p_type = PT_INTERP;
  segment.p_offset = sizeof(Elf64_Ehdr) + sizeof segment;
  constexpr std::string_view loader = "/lib/ld-of-elsewhere.so.1";
  segment.p_filesz = loader.size() + 1;
  Elf64_Ehdr header{};
  std::memcpy(&header, elf(our_machine_number()).data(), sizeof header);
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  std::string program(reinterpret_cast<const char*>(&header), sizeof header);
  program.append(reinterpret_cast<const char*>(&segment), sizeof segment);
  program.append(loader).push_back('\0');
  CHECK(message_for(program) == "needs the loader /lib/ld-of-elsewhere.so.1, which is not there");
}

TEST_CASE("an ELF file that is no whole program is said to be none") {
  CHECK(message_for(elf(our_machine_number(), ELFCLASS64, ET_REL)) ==
        "is an ELF file but not a program");
  CHECK(message_for(elf(our_machine_number()).substr(0, 20)) ==
        "is an ELF file that has been cut off");
}

TEST_CASE("headers that point anywhere are survived") {
  Elf64_Ehdr header{};
  std::memcpy(&header, elf(our_machine_number()).data(), sizeof header);
  header.e_phnum = 0xffff;
  for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{63}, std::uint64_t{5000},
                                     ~std::uint64_t{0}, ~std::uint64_t{0} - 55}) {
    CAPTURE(offset);
    header.e_phoff = offset;
    std::string program(reinterpret_cast<const char*>(&header), sizeof header);
    for (int i = 0; i < 50; ++i) program.append("\3\0\0\0", 4);  // PT_INTERP, with wild offsets
    CHECK(message_for(program).empty());
  }
}

TEST_CASE("what is no program at all is said to be none, by its name if it has one") {
  CHECK(message_for("") == "is an empty file");
  CHECK(message_for("console.log(1)\n") ==
        "is neither an ELF program nor a script that begins with #!");
  CHECK(message_for("MZ\x90") == "is a Windows program, which Linux does not execute");
  CHECK(message_for("PK\x03\x04zip") == "is a zip archive, which Linux does not execute");
  CHECK(message_for("\xcf\xfa\xed\xfe...") == "is a macOS program, which Linux does not execute");
  CHECK(message_for(std::string("\0asm", 4)) ==
        "is a WebAssembly module, which Linux does not execute");
}

}  // namespace lambdaprof::host
