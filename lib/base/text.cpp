// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace lambdaprof {
namespace {

struct unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// From the largest to the smallest, as `spell` writes them; the second µs is only read.
constexpr std::array units{unit{"h", 3'600'000'000'000},
                           unit{"m", 60'000'000'000},
                           unit{"s", 1'000'000'000},
                           unit{"ms", 1'000'000},
                           unit{"us", 1'000},
                           unit{"ns", 1},
                           unit{"µs", 1'000}};

constexpr std::int64_t longest_ns = std::int64_t{100} * 365 * 24 * 3'600'000'000'000;

fault bad_span(std::string_view text, std::string_view why) {
  return {fault_kind::usage, fmt::format("\"{}\" is not a duration: {}", text, why), "",
          "write it like 250ms, 1.5s, 15m or 1m30s"};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

result<span> parse_span(std::string_view text) {
  constexpr std::string_view digits = "0123456789.";
  if (text.empty()) return bad_span(text, "it is empty");
  if (text.front() == '-') return bad_span(text, "it is negative");
  std::int64_t total = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    // Only digits and a point: from_chars would also take "inf", "nan" and exponents.
    const std::string_view figure = rest.substr(0, rest.find_first_not_of(digits));
    rest.remove_prefix(figure.size());
    const std::string_view name = rest.substr(0, rest.find_first_of(digits));
    rest.remove_prefix(name.size());

    double number = 0;
    const auto [end, error] = std::from_chars(figure.data(), figure.data() + figure.size(), number);
    if (error == std::errc::result_out_of_range)
      return bad_span(text, "its number is out of range");
    if (error != std::errc{} || end != figure.data() + figure.size())
      return bad_span(text, "a number is expected");
    if (name.empty()) return bad_span(text, "the unit is missing");
    const auto* found =
        std::find_if(units.begin(), units.end(), [&](const unit& u) { return u.name == name; });
    if (found == units.end()) return bad_span(text, "the unit is not one of ns us ms s m h");

    // Rounded part by part and summed as whole numbers, so that what `spell` wrote is read exactly.
    const double part = number * static_cast<double>(found->nanoseconds);
    if (part > static_cast<double>(longest_ns) || std::llround(part) > longest_ns - total)
      return bad_span(text, "it is longer than a hundred years");
    total += std::llround(part);
  }
  return span(total);
}

result<std::int64_t> parse_whole(std::string_view text, std::int64_t low, std::int64_t high) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // from_chars takes a minus sign, and with it "-0".
  const bool is_whole = !text.empty() && text.front() != '-' && end == text.data() + text.size();
  if (is_whole && error == std::errc{} && number >= low && number <= high) return number;
  return fault{fault_kind::usage,
               fmt::format("\"{}\" is not a whole number from {} to {}", text, low, high), "", ""};
}

std::string show(span s) {
  const auto ns = static_cast<double>(s.count());
  const double size = std::abs(ns);
  if (s.count() == 0) return "0 ms";
  if (size < 1e3) return fmt::format("{} ns", s.count());
  if (size < 1e5) return fmt::format("{:.3g} µs", ns / 1e3);
  if (size < 1e9) return fmt::format("{:.2f} ms", ns / 1e6);
  if (size < 120e9) return fmt::format("{:.4g} s", ns / 1e9);
  if (size < 7200e9) return fmt::format("{:.4g} m", ns / 60e9);
  if (size < 3600e12) return fmt::format("{:.4g} h", ns / 3600e9);
  return fmt::format("{:.0f} h", ns / 3600e9);
}

std::string spell(span s) {
  ensure(s.count() >= 0, "a duration that is spelled out is not negative");
  if (s.count() == 0) return "0s";
  std::string text;
  std::int64_t left = s.count();
  for (const unit u : units) {
    if (left < u.nanoseconds) continue;
    text += fmt::format("{}{}", left / u.nanoseconds, u.name);
    left %= u.nanoseconds;
  }
  return text;
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = (word.size() + 1) / 2 + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    // The distance is at least the difference in length, and at `longer` nothing is in common.
    if (longer - shorter >= best_distance) continue;
    // Levenshtein, one row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const bool is_same = lower(word[i - 1]) == lower(candidate[j - 1]);
        const std::size_t change = diagonal + (is_same ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
      }
    }
    if (row.back() < best_distance && row.back() < longer) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(i);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    bool whole = length != 0 && i + length <= text.size();
    for (std::size_t k = 1; whole && k < length; ++k) whole = (byte(i + k) & 0xc0U) == 0x80;
    // Overlong forms, surrogates and values above U+10FFFF.
    if (whole && length == 3)
      whole = !(lead == 0xe0 && byte(i + 1) < 0xa0) && !(lead == 0xed && byte(i + 1) >= 0xa0);
    if (whole && length == 4)
      whole = !(lead == 0xf0 && byte(i + 1) < 0x90) && !(lead == 0xf4 && byte(i + 1) >= 0x90);
    if (whole) {
      valid.append(text.substr(i, length));
      i += length;
    } else {
      valid += "\xef\xbf\xbd";
      ++i;
    }
  }
  return valid;
}

std::string shell_quoted(std::string_view word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
    return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace lambdaprof
