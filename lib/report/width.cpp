// SPDX-License-Identifier: Apache-2.0
#include "report/width.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace lambdaprof::report {
namespace {

struct range {
  char32_t first;
  char32_t last;
};

// The blocks that matter in practice, not all of Unicode's East Asian Width.
constexpr std::array wide{range{0x1100, 0x115f},  range{0x2e80, 0xa4cf},   range{0xac00, 0xd7a3},
                          range{0xf900, 0xfaff},  range{0xfe30, 0xfe6f},   range{0xff00, 0xff60},
                          range{0xffe0, 0xffe6},  range{0x1f300, 0x1f64f}, range{0x1f900, 0x1f9ff},
                          range{0x20000, 0x3fffd}};
constexpr std::array without_width{range{0x0300, 0x036f}, range{0x200b, 0x200d},
                                   range{0xfe00, 0xfe0f}};
// Controls (C0, DEL, C1) and what changes the direction of the text around it.
constexpr std::array unprintable{range{0x00, 0x1f}, range{0x7f, 0x9f}, range{0x200e, 0x200f},
                                 range{0x2028, 0x202e}, range{0x2066, 0x2069}};

template <std::size_t N>
bool contains(const std::array<range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const range& r) { return c >= r.first && c <= r.last; });
}

constexpr std::string_view separator = " · ";

struct character {
  std::string_view bytes;
  char32_t value = 0;
};

/// The first character of valid, non-empty UTF-8.
character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t value = length == 1 ? lead : lead & (0x7fU >> length);
  for (const char c : text.substr(1, length - 1))
    value = (value << 6U) | (static_cast<unsigned char>(c) & 0x3fU);
  return {text.substr(0, length), value};
}

std::size_t width_of(const character& c) {
  return contains(without_width, c.value) ? 0 : contains(wide, c.value) ? 2 : 1;
}

/// Bytes of the longest beginning that fits.
std::size_t fitting_bytes(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const character c = first_of(text.substr(bytes));
    used += width_of(c);
    if (used > columns) break;
    bytes += c.bytes.size();
  }
  return bytes;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string clean;
  clean.reserve(valid.size());
  for (std::string_view rest = valid; !rest.empty();) {
    const character c = first_of(rest);
    rest.remove_prefix(c.bytes.size());
    if (c.value == '\n' || c.value == '\r' || c.value == '\t') {
      clean += ' ';
    } else if (contains(unprintable, c.value)) {
      clean += "�";
    } else {
      clean += c.bytes;
    }
  }
  return clean;
}

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const character c = first_of(text);
    columns += width_of(c);
    text.remove_prefix(c.bytes.size());
  }
  return columns;
}

std::string fitted(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  return std::string(text.substr(0, fitting_bytes(text, columns - 1))) + "…";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) {
    if (!all.empty()) all += separator;
    all += part;
  }
  return all;
}

std::string padded(std::string_view text, std::size_t columns) {
  return std::string(text) + std::string(columns - std::min(columns, width_of(text)), ' ');
}

std::string padded_left(std::string_view text, std::size_t columns) {
  return std::string(columns - std::min(columns, width_of(text)), ' ') + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    std::size_t space = std::min(text.find(' '), text.size());
    // A separator stays on the line of what it ends.
    if (text.substr(space).starts_with(separator)) space += separator.size() - 1;
    std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    if (!lines.back().empty()) {
      if (width_of(lines.back()) + 1 + width_of(word) <= columns) {
        lines.back() += ' ';
      } else {
        lines.emplace_back();
      }
    }
    while (width_of(word) > columns) {
      // A character wider than the line must still be placed somewhere.
      const std::size_t bytes = std::max(fitting_bytes(word, columns), first_of(word).bytes.size());
      if (bytes == word.size()) break;
      lines.back() = word.substr(0, bytes);
      lines.emplace_back();
      word.remove_prefix(bytes);
    }
    lines.back() += word;
  }
  return lines;
}

}  // namespace lambdaprof::report
