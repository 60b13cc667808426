// SPDX-License-Identifier: Apache-2.0
// The journal as a file: JSON lines, the first one the conditions of the run, then one fact each.
// Reading trusts nothing; whether what was read is lawful is for audit to say.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::journal {

/// All of it, without loss, except that bytes that are not UTF-8 become U+FFFD.
std::string write_lines(const journal& j);

/// A fault names the line. Instants and spans beyond a hundred years, and ids before their turn,
/// are faults.
result<journal> read_lines(std::string_view text);

}  // namespace lambdaprof::journal
