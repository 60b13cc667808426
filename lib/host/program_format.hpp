// SPDX-License-Identifier: Apache-2.0
// Whether the kernel of this machine would execute a file, said better than by "exec format error".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace lambdaprof::host {

/// Why the file `path` cannot be executed here, as far as its content tells: empty, for another
/// machine, without its interpreter or loader, not a program. Nothing if it can, or if it may not
/// be read.
std::optional<fault> format_fault(const std::string& path);

/// Whether the file is run by the machine itself, and not by an interpreter that reads it.
bool is_machine_code(const std::string& path);

/// The interpreter that a "#!" line names; nothing if the text does not begin with one.
std::optional<std::string> interpreter_of(std::string_view text);

/// "x86_64", "aarch64", …: the machine that an ELF file is built for; nothing if it is none.
std::optional<std::string> elf_machine_of(std::string_view bytes);

}  // namespace lambdaprof::host
