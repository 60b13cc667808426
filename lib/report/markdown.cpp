// SPDX-License-Identifier: Apache-2.0
#include "report/markdown.hpp"

#include <algorithm>

#include "report/curve_table.hpp"
#include "report/picture.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::size_t picture_width = 90;  // of a code block on GitHub without a scroll bar

/// Text that Markdown takes literally, in a table cell as well.
std::string literal(std::string_view text) {
  constexpr std::string_view special = "\\`*_<>|#~$";
  std::string all;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Brackets alone are text; with what may follow them they are a link.
    const bool ends_link = text.substr(i, 2) == "](" || text.substr(i, 2) == "][";
    if (special.find(text[i]) != std::string_view::npos || ends_link) all += '\\';
    if (text[i] == '&') {
      all += "&amp;";
    } else {
      all += text[i];
    }
  }
  return all;
}

/// The longest row of backticks in the text, so that a longer one can enclose it.
std::size_t backticks_in(std::string_view text) {
  std::size_t longest = 0;
  std::size_t row = 0;
  for (const char c : text) {
    row = c == '`' ? row + 1 : 0;
    longest = std::max(longest, row);
  }
  return longest;
}

std::string code_span(std::string_view text) {
  const std::string fence(backticks_in(text) + 1, '`');
  return fence + (fence.size() > 1 ? " " : "") + std::string(text) + (fence.size() > 1 ? " " : "") +
         fence;
}

std::string code_block(std::string_view language, std::string_view text) {
  const std::string fence(std::max<std::size_t>(3, backticks_in(text) + 1), '`');
  return fence + std::string(language) + "\n" + std::string(text) + "\n" + fence + "\n";
}

std::string block_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += (text.empty() ? "" : "\n") + line.substr(0, line.find_last_not_of(' ') + 1);
  return code_block("text", text);
}

std::string text_of(const paragraph& p) {
  return literal(p.text) + "\n";
}
std::string text_of(const quotation& q) {
  return "- " + code_span(q.text) + "\n";
}
std::string text_of(const histograms& h) {
  return block_text(draw(h, picture_width));
}
std::string text_of(const waterfall& w) {
  return block_text(draw(w, picture_width));
}
std::string text_of(const code& c) {
  return code_block("sh", c.text);
}

std::string text_of(const table& t) {
  const auto row = [](const auto& cells, auto text) {
    std::string line = "|";
    for (const auto& cell : cells) line += " " + text(cell) + " |";
    return line + "\n";
  };
  std::string all = row(t.columns, [](const column& c) { return literal(c.name); });
  all += row(t.columns, [](const column& c) -> std::string {
    return c.side == alignment::left ? ":--" : "--:";
  });
  for (const auto& cells : t.rows)
    all += row(cells, [](const auto& cell) { return literal(cell); });
  if (!t.footnote.empty()) all += "\n" + literal(t.footnote) + "\n";
  return all;
}

std::string text_of(const curves& c) {
  return text_of(as_table(c));
}

std::string text_of(const facts& f) {
  std::string all;
  for (const fact_line& l : f.lines)
    all += (all.empty() ? "**" : "\\\n**") + literal(l.key) + "** " + literal(l.text);
  return all + "\n";
}

std::string text_of(const remarks& r) {
  std::string all;
  for (const remark& one : r.all) {
    all += (all.empty() ? "> " : "\\\n> ") + literal(one.text);
    if (!one.remedy.empty()) all += " → *" + literal(one.remedy) + "*";
  }
  return all + "\n";
}

}  // namespace

std::string render_markdown(const document& d) {
  std::string all = "## " + literal(d.title) + "\n";
  if (!d.subtitle.empty()) all += "\n" + literal(d.subtitle) + "\n";
  all += "\n**" + literal(d.verdict.text) + "**\n";
  for (const section& s : d.sections) {
    all += "\n";
    if (!s.title.empty()) all += "### " + literal(s.title) + "\n\n";
    for (const block& b : s.blocks)
      all += std::visit([](const auto& content) { return text_of(content); }, b);
  }
  return all;
}

}  // namespace lambdaprof::report
