// SPDX-License-Identifier: Apache-2.0
#include "report/terminal.hpp"

#include <algorithm>
#include <numeric>

#include "base/result.hpp"
#include "report/curve_table.hpp"
#include "report/picture.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::size_t narrowest = 40;
constexpr std::size_t margin = 2;

class page {
 public:
  page(style s, std::size_t width) : style_(s), width_(std::max(width, narrowest) - margin) {}

  void headline(const document& d) {
    const std::string title = fitted(d.title, width_);
    const std::size_t left = width_ + margin - width_of(title);
    text_ += coloured(title, bold);
    if (!d.subtitle.empty() && left > 2 * margin)
      text_ += "  " + coloured(fitted(d.subtitle, left - margin), dim);
    text_ += '\n';
  }

  void heading(const std::string& title) {
    if (!title.empty()) line(title, bold);
  }
  void space() { text_ += '\n'; }

  void add(const paragraph& p) { toned_lines(p.text, p.tone); }
  void add(const quotation& q) { line(fitted(q.text, width_), colour_of(q.tone)); }
  void add(const histograms& h) {
    for (const std::string& l : draw(h, width_)) line(l);
  }
  void add(const waterfall& w) {
    for (const std::string& l : draw(w, width_)) line(l);
  }
  void add(const code& c) { line("$ " + c.text); }

  void add(const table& t) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < t.columns.size(); ++i) {
      widths.push_back(width_of(t.columns[i].name));
      for (const auto& row : t.rows) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    const std::string gap(gap_between(widths), ' ');
    const auto cells = [&](auto cell_at) {
      std::string all;
      for (std::size_t i = 0; i < widths.size(); ++i)
        all += (i == 0 ? "" : gap) + (t.columns[i].side == alignment::left
                                          ? padded(cell_at(i), widths[i])
                                          : padded_left(cell_at(i), widths[i]));
      return all;
    };
    line(cells([&](std::size_t i) { return t.columns[i].name; }), dim);
    for (const auto& row : t.rows) line(cells([&](std::size_t i) { return row[i]; }));
    if (!t.footnote.empty()) toned_lines(t.footnote, tone::quiet);
  }

  void add(const curves& c) { add(as_table(c)); }

  void add(const facts& f) {
    std::size_t keys = 0;
    for (const fact_line& l : f.lines) keys = std::max(keys, width_of(l.key));
    for (const fact_line& l : f.lines)
      hanging(padded(l.key, keys) + "  ", l.text, colour_of(l.tone));
  }

  void add(const remarks& r) {
    for (const remark& one : r.all) {
      const std::string remedy = one.remedy.empty() ? "" : " → " + one.remedy;
      hanging("! ", one.text + remedy, yellow);
    }
  }

  std::string text() && { return std::move(text_); }

 private:
  /// As much as there is room for, between 1 and 3.
  std::size_t gap_between(const std::vector<std::size_t>& widths) const {
    const std::size_t all = std::accumulate(widths.begin(), widths.end(), std::size_t{0});
    for (std::size_t gap = 3; gap > 1; --gap)
      if (all + gap * (widths.size() - 1) <= width_) return gap;
    return 1;
  }

  static constexpr const char* plain = "";
  static constexpr const char* bold = "1";
  static constexpr const char* dim = "2";
  static constexpr const char* red = "31";
  static constexpr const char* yellow = "33";

  static const char* colour_of(tone t) {
    switch (t) {
      case tone::plain:
        return plain;
      case tone::quiet:
        return dim;
      case tone::warning:
        return yellow;
      case tone::failure:
        return red;
    }
    return plain;
  }

  std::string coloured(const std::string& text, const char* colour) const {
    if (style_ == style::plain || *colour == '\0') return text;
    return std::string("\x1b[") + colour + "m" + text + "\x1b[0m";
  }

  void line(std::string text, const char* colour = plain) {
    text.erase(text.find_last_not_of(' ') + 1);
    text_ += std::string(margin, ' ') + coloured(text, colour) + '\n';
  }

  void toned_lines(const std::string& text, tone t) {
    for (const std::string& l : wrapped(text, width_)) line(l, colour_of(t));
  }

  /// The lines after the first stand below the text, not below the key.
  void hanging(const std::string& key, const std::string& text, const char* colour) {
    const std::size_t indent = width_of(key);
    std::string before = key;
    for (const std::string& l : wrapped(text, width_ - std::min(indent, width_ / 2))) {
      line(before + l, colour);
      before = std::string(indent, ' ');
    }
  }

  report::style style_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string render_terminal(const document& d, style s, std::size_t width) {
  page p(s, width);
  p.headline(d);
  p.space();
  p.add(d.verdict);
  for (const section& part : d.sections) {
    p.space();
    p.heading(part.title);
    for (const block& b : part.blocks) std::visit([&](const auto& content) { p.add(content); }, b);
  }
  return std::move(p).text();
}

}  // namespace lambdaprof::report
