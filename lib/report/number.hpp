// SPDX-License-Identifier: Apache-2.0
// Numbers as a report shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/quantile.hpp"
#include "base/time.hpp"

namespace lambdaprof::report {

/// A MB of Lambda.
inline constexpr std::int64_t bytes_per_mb = std::int64_t{1024} * 1024;

/// Three significant digits, never an exponent, and no digit of the whole part lost: "0.0612",
/// "12.4", "1730".
std::string short_number(double value);

/// A part of a whole, with one decimal more than the whole has, so that parts stand in line and add
/// up.
std::string part_number(double part, double whole);

/// "[11.9, 13.0]".
std::string short_interval(const analysis::interval& i);

/// All of it, to the nanosecond: "12.345678".
std::string exact_ms(span s);

/// A whole number with its noun: "1 environment", "1 234 environments".
std::string counted(std::size_t n, std::string_view one, std::string_view many = "");

/// "512 B", "1.50 KB", "12.0 MB", by factors of 1024.
std::string short_bytes(std::uint64_t bytes);

}  // namespace lambdaprof::report
