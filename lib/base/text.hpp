// SPDX-License-Identifier: Apache-2.0
// Durations, sizes and names as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace lambdaprof {

/// "250ms", "1.5s", "15m", "1m30s", "2h", "80us", "0s". Negative, unit-less and overflowing values
/// are faults.
result<span> parse_span(std::string_view text);

/// A whole number in [low, high]; signs, fractions and overflow are faults.
result<std::int64_t> parse_whole(std::string_view text, std::int64_t low, std::int64_t high);

/// A duration in the largest unit that keeps it readable: "1.24 ms", "15 m", "2.5 s", "85 µs".
std::string show(span s);

/// A duration, not negative, as `parse_span` reads it back, exactly: "250ms", "1m30s".
std::string spell(span s);

/// The candidate that is most like `word`, if any is close enough to be what was meant; upper
/// and lower case count as the same.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// `text` with every byte that is not valid UTF-8 replaced by U+FFFD, so that it can stand in JSON.
std::string valid_utf8(std::string_view text);

/// A shell word: quoted only if it has to be.
std::string shell_quoted(std::string_view word);

}  // namespace lambdaprof
