// SPDX-License-Identifier: Apache-2.0
#include "report/xml.hpp"

#include "base/text.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
// U+FFFE and U+FFFF, which are valid UTF-8.
constexpr std::string_view no_character = "\xef\xbf\xbe";
constexpr std::string_view no_character_either = "\xef\xbf\xbf";

std::string escaped(char c) {
  if (c == '&') return "&amp;";
  if (c == '<') return "&lt;";
  if (c == '>') return "&gt;";  // so that no ]]> is left
  if (c == '"') return "&quot;";
  if (c == '\r') return "&#13;";
  const bool is_control = static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t';
  return is_control ? std::string(replacement) : std::string(1, c);
}

}  // namespace

std::string xml_content(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string all;
  for (std::string_view rest = valid; !rest.empty();) {
    if (rest.starts_with(no_character) || rest.starts_with(no_character_either)) {
      all += replacement;
      rest.remove_prefix(no_character.size());
    } else {
      all += escaped(rest.front());
      rest.remove_prefix(1);
    }
  }
  return all;
}

std::string xml_attribute(std::string_view text) {
  std::string all;
  for (const char c : xml_content(text)) {
    if (c == '\n') {
      all += "&#10;";
    } else if (c == '\t') {
      all += "&#9;";
    } else {
      all += c;
    }
  }
  return all;
}

}  // namespace lambdaprof::report
