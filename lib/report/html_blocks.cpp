// SPDX-License-Identifier: Apache-2.0
#include "report/html_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/curve_table.hpp"
#include "report/html_text.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::string_view tones[] = {"plain", "quiet", "warning", "failure"};

std::string_view tone_name(tone t) {
  return tones[static_cast<std::size_t>(t)];
}

/// How many rows the heading in the first column of this one is for: itself, and those that follow
/// without one.
std::size_t rows_of(const table& t, std::size_t first) {
  std::size_t end = first + 1;
  while (end < t.rows.size() && t.rows[end].front().empty()) ++end;
  return end - first;
}

/// A cell that is long may go on below: "warmer:every=4m,concurrency=3" breaks at its comma.
std::string cell_text(std::string_view cell) {
  std::string all;
  const std::string text = html_text(cell);
  for (std::size_t i = 0; i < text.size(); ++i) {
    all += text[i];
    if (text[i] == ',' && i + 1 < text.size() && text[i + 1] != ' ') all += "<wbr>";
  }
  return all;
}

std::string head_of(const table& t) {
  std::string all = "<thead><tr>";
  for (const column& c : t.columns) {
    const char* side = c.side == alignment::left ? " class=\"left\"" : "";
    // An empty heading is none.
    all += c.name.empty() ? fmt::format("<td{}></td>", side)
                          : fmt::format("<th scope=\"col\"{}>{}</th>", side, cell_text(c.name));
  }
  return all + "</tr></thead>";
}

std::string row_of(const table& t, std::size_t at) {
  const std::vector<std::string>& cells = t.rows[at];
  const bool begins_group = !cells.front().empty() || at == 0;
  std::string all = begins_group ? "<tr class=\"first\">" : "<tr>";
  for (std::size_t i = begins_group ? 0 : 1; i < cells.size(); ++i) {
    const std::string text = cell_text(cells[i]);
    const char* side = t.columns[i].side == alignment::left ? " class=\"left\"" : "";
    const std::size_t rows = i == 0 ? rows_of(t, at) : 1;
    const std::string height = rows > 1 ? fmt::format(" rowspan=\"{}\"", rows) : std::string();
    if (i == 0)
      all += fmt::format("<th scope=\"row\"{}{}>{}</th>", side, height, text);
    else
      all += fmt::format("<td{}>{}</td>", side, text);
  }
  return all + "</tr>";
}

std::string markup(const table& t, std::string_view about) {
  std::string all = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table "
      "aria-label=\"{0}\">{1}<tbody>\n",
      html_text(about), head_of(t));
  for (std::size_t i = 0; i < t.rows.size(); ++i) all += row_of(t, i) + "\n";
  all += "</tbody></table></div>\n";
  if (!t.footnote.empty())
    all += fmt::format("<p class=\"footnote\">{}</p>\n", html_text(t.footnote));
  return all;
}

std::string markup(const histogram& h) {
  const std::size_t most =
      std::max<std::size_t>(1, *std::max_element(h.counts.begin(), h.counts.end()));
  constexpr double height = 40;
  std::string bars;
  std::string counts;
  for (std::size_t i = 0; i < h.counts.size(); ++i) {
    const double length = height * static_cast<double>(h.counts[i]) / static_cast<double>(most);
    bars += fmt::format("<rect x=\"{}\" y=\"{:.1f}\" width=\"7\" height=\"{:.1f}\"/>", 8 * i,
                        height - length, length);
    counts += fmt::format("{}{}", i == 0 ? "" : " ", h.counts[i]);
  }
  return fmt::format(
      "<figure><svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"{}, from {} to {}: {}\">{}</svg><figcaption>{}<span>{} – "
      "{}</span></figcaption></figure>",
      8 * h.counts.size(), height, html_text(h.name), html_text(h.low), html_text(h.high), counts,
      bars, html_text(h.name), html_text(h.low), html_text(h.high));
}

std::string markup(const histograms& h, std::string_view) {
  std::string all = "<div class=\"histograms\">";
  for (const histogram& one : h.all)
    if (!one.counts.empty()) all += markup(one);
  return all + "</div>\n";
}

std::string markup(const waterfall& w, std::string_view about) {
  return html_of(w, about, end_of(w));
}

std::string json_of(const curves& c) {
  using json = nlohmann::ordered_json;
  json all{{"x_name", c.x_name}, {"y_name", c.y_name}, {"all", json::array()}};
  for (const curve& each : c.all) {
    json points = json::array();
    for (const curve::point& p : each.points)
      points.push_back({p.x, p.y, p.low ? json(*p.low) : json(), p.high ? json(*p.high) : json()});
    all["all"].push_back({{"name", each.name}, {"points", std::move(points)}});
  }
  return json_for_script(all.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string markup(const curves& c, std::string_view about) {
  return fmt::format(
      "<div class=\"curves\"><script type=\"application/json\">{}</script>\n{}</div>\n", json_of(c),
      markup(as_table(c), about));
}

std::string markup(const facts& f, std::string_view) {
  std::string all = "<dl>\n";
  for (const fact_line& l : f.lines)
    all += fmt::format("<div class=\"{}\"><dt>{}</dt><dd>{}</dd></div>\n", tone_name(l.tone),
                       html_text(l.key), html_text(l.text));
  return all + "</dl>\n";
}

std::string markup(const remarks& r, std::string_view) {
  std::string all = "<ul class=\"remarks\">\n";
  for (const remark& one : r.all) {
    all += "<li>" + html_text(one.text);
    if (!one.remedy.empty())
      all += " <span class=\"remedy\">→ " + html_text(one.remedy) + "</span>";
    all += "</li>\n";
  }
  return all + "</ul>\n";
}

std::string markup(const quotation& q, std::string_view) {
  return fmt::format("<blockquote class=\"{}\"><code>{}</code></blockquote>\n", tone_name(q.tone),
                     html_text(q.text));
}

std::string markup(const code& c, std::string_view) {
  return fmt::format("<pre><code>{}</code></pre>\n", html_text(c.text));
}

std::string markup(const paragraph& p, std::string_view) {
  return html_of(p, "");
}

}  // namespace

std::string html_of(const paragraph& p, std::string_view kind) {
  return fmt::format("<p class=\"{}{}{}\">{}</p>\n", kind, kind.empty() ? "" : " ",
                     tone_name(p.tone), html_text(p.text));
}

double end_of(const waterfall& w) {
  double end = 0;
  for (const waterfall::bar& b : w.bars) end = std::max(end, b.start + b.length);
  return end;
}

std::string html_of(const waterfall& w, std::string_view about, double whole) {
  const auto percent = [whole](double part) { return whole > 0 ? 100 * part / whole : 0; };
  std::string all =
      fmt::format("<table class=\"waterfall\" aria-label=\"{}\"><tbody>\n", html_text(about));
  for (const waterfall::bar& b : w.bars)
    all += fmt::format(
        "<tr><th scope=\"row\">{0}</th><td class=\"bar\"><span data-phase=\"{0}\" "
        "style=\"left:{1:.2f}%;width:{2:.2f}%\"></span></td><td>{3}</td></tr>\n",
        html_text(b.name), percent(b.start), percent(b.length), html_text(b.label));
  return all + "</tbody></table>\n";
}

std::string html_of(const block& b, std::string_view about) {
  return std::visit([about](const auto& content) { return markup(content, about); }, b);
}

}  // namespace lambdaprof::report
