// SPDX-License-Identifier: Apache-2.0
// Text measured in columns of a terminal. Works on valid UTF-8; foreign text goes through
// `printable` first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lambdaprof::report {

/// Foreign text made harmless: valid UTF-8 on one line, and nothing that a terminal would obey.
std::string printable(std::string_view text);

/// Columns that the text takes.
std::size_t width_of(std::string_view text);

/// The text, or as much of it as fits, with an ellipsis.
std::string fitted(std::string_view text, std::size_t columns);

/// "a · b · c".
std::string joined(const std::vector<std::string>& parts);

/// Filled with spaces, on the right or on the left.
std::string padded(std::string_view text, std::size_t columns);
std::string padded_left(std::string_view text, std::size_t columns);

/// Lines of at most so many columns, broken at spaces; a longer word is cut into pieces. At least
/// one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace lambdaprof::report
