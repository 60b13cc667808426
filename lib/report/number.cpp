// SPDX-License-Identifier: Apache-2.0
#include "report/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lambdaprof::report {
namespace {

constexpr int significant = 3;
constexpr int most_decimals = 6;  // of milliseconds: the nanosecond

/// Decimals with which a value other than 0 has three significant digits.
int decimals_of(double value) {
  const double size = std::abs(value);
  const int before = significant - 1 - static_cast<int>(std::floor(std::log10(size)));
  // Rounding can carry: 9.999 is 10.0 and not 10.00.
  const double unit = std::pow(10, -before);
  const bool carries = std::round(size / unit) >= std::pow(10, significant);
  return std::clamp(carries ? before - 1 : before, 0, most_decimals);
}

}  // namespace

std::string short_number(double value) {
  return value == 0 ? "0" : fmt::format("{:.{}f}", value, decimals_of(value));
}

std::string part_number(double part, double whole) {
  return fmt::format("{:.{}f}", part, whole == 0 ? 0 : decimals_of(whole) + 1);
}

std::string short_interval(const analysis::interval& i) {
  return fmt::format("[{}, {}]", short_number(i.low), short_number(i.high));
}

std::string exact_ms(span s) {
  const std::int64_t ns = s.count();
  return fmt::format("{}{}.{:06}", ns < 0 ? "-" : "", std::abs(ns / 1'000'000),
                     std::abs(ns % 1'000'000));
}

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  const std::string all_digits = std::to_string(n);
  std::string number;
  for (std::size_t i = 0; i < all_digits.size(); ++i) {
    if (i > 0 && (all_digits.size() - i) % 3 == 0) number += ' ';
    number += all_digits[i];
  }
  if (n == 1) return fmt::format("{} {}", number, one);
  return many.empty() ? fmt::format("{} {}s", number, one) : fmt::format("{} {}", number, many);
}

std::string short_bytes(std::uint64_t bytes) {
  constexpr std::array units{"B", "KB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes)
                   : fmt::format("{} {}", short_number(value), units[unit]);
}

}  // namespace lambdaprof::report
