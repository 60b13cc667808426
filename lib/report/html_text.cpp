// SPDX-License-Identifier: Apache-2.0
#include "report/html_text.hpp"

#include "base/text.hpp"

namespace lambdaprof::report {

std::string html_text(std::string_view text) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string all;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        all += "&amp;";
        break;
      case '<':
        all += "&lt;";
        break;
      case '>':
        all += "&gt;";
        break;
      case '"':
        all += "&quot;";
        break;
      case '\'':
        all += "&#39;";
        break;
      case '\n':
      case '\t':
        all += c;
        break;
      default:
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f')
          all += replacement;
        else
          all += c;
    }
  }
  return all;
}

std::string json_for_script(std::string_view json) {
  std::string all;
  all.reserve(json.size());
  while (!json.empty()) {
    if (json.front() == '<') {
      all += "\\u003c";
    } else if (json.starts_with("\xe2\x80\xa8") || json.starts_with("\xe2\x80\xa9")) {
      all += json[2] == '\xa8' ? "\\u2028" : "\\u2029";
      json.remove_prefix(2);
    } else {
      all += json.front();
    }
    json.remove_prefix(1);
  }
  return all;
}

}  // namespace lambdaprof::report
