// SPDX-License-Identifier: Apache-2.0
#include "report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/figures.hpp"
#include "report/html_blocks.hpp"
#include "report/html_data.hpp"
#include "report/html_text.hpp"
#include "report/number.hpp"
#include "report/variant_name.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

template <class Block>
bool holds(const section& s) {
  return std::any_of(s.blocks.begin(), s.blocks.end(),
                     [](const block& b) { return std::holds_alternative<Block>(b); });
}

/// Where the conditions begin, which every document ends with: what is drawn goes before them.
std::size_t colophon_of(const document& d) {
  std::size_t at = d.sections.size();
  if (at > 0 && holds<code>(d.sections[at - 1])) --at;
  if (at > 0 && holds<facts>(d.sections[at - 1])) --at;
  return at;
}

std::string html_of(const section& s, std::string_view about) {
  std::string all = "<section>\n";
  if (!s.title.empty()) all += fmt::format("<h2>{}</h2>\n", html_text(s.title));
  const std::string_view name = s.title.empty() ? about : s.title;
  for (const block& b : s.blocks) all += html_of(b, name);
  return all + "</section>\n";
}

/// With what nobody waited for: it is CPU and no part of the time, and so stands apart.
waterfall with_debt(const subject& s) {
  waterfall w = median_waterfall(s);
  const analysis::figure& debt = s.summary.after_response.after_ms;
  if (w.bars.empty() || debt.n == 0) return w;
  w.bars.push_back(
      {"frozen debt, CPU", end_of(w), debt.mean, part_number(debt.mean, end_of(w)) + " ms"});
  return w;
}

/// All on one scale, so that they can be compared.
std::string waterfalls(const std::vector<const subject*>& subjects) {
  std::vector<waterfall> drawn;
  double whole = 0;
  for (const subject* s : subjects) {
    drawn.push_back(with_debt(*s));
    whole = std::max(whole, end_of(drawn.back()));
  }
  if (whole == 0) return "";
  std::string all =
      "<section class=\"waterfalls\"><h2>The median cold start, part by part</h2>\n<div "
      "class=\"pair\">";
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (drawn[i].bars.empty()) continue;
    const std::string name = printable(variant_name(*subjects[i]));
    all += fmt::format("<div style=\"--accent: var(--variant-{})\">", i % 10);
    if (subjects.size() > 1) all += fmt::format("<h3><i></i>{}</h3>\n", html_text(name));
    all += html_of(drawn[i], name + ", the median cold start", whole) + "</div>\n";
  }
  return all + "</div></section>\n";
}

/// Nothing is drawn of a run that broke a law.
std::vector<const subject*> drawable(std::span<const subject> subjects) {
  std::vector<const subject*> some;
  for (const subject& s : subjects) {
    if (!s.breaches.empty()) return {};
    if (is_of_interest(s)) some.push_back(&s);
  }
  return some;
}

/// A number stays with its unit, and a dot with what it follows, where a line is broken.
paragraph unbroken(paragraph p) {
  std::string text;
  for (std::string_view rest = p.text; !rest.empty(); rest.remove_prefix(1)) {
    const bool stays = rest.starts_with(" ms") || rest.starts_with(" ·") || rest.starts_with(" ×");
    text += stays ? "\xc2\xa0" : rest.substr(0, 1);
  }
  p.text = std::move(text);
  return p;
}

std::string article(const document& d, const std::vector<const subject*>& drawn) {
  const std::string about = d.title;
  std::string all = "<article>\n<header>\n";
  all += fmt::format("<h1>{}</h1>\n", html_text(d.title));
  if (!d.subtitle.empty())
    all += fmt::format("<p class=\"subtitle\">{}</p>\n", html_text(d.subtitle));
  all += html_of(unbroken(d.verdict), "verdict") + "</header>\n";

  const std::string parts = waterfalls(drawn);
  const std::size_t colophon = colophon_of(d);
  const auto figures = std::find_if(d.sections.begin(), d.sections.end(), holds<table>);
  const auto charts = "<div class=\"charts\"></div>\n" + parts;
  if (figures == d.sections.end()) all += charts;
  for (std::size_t i = 0; i < d.sections.size(); ++i) {
    const section& s = d.sections[i];
    if (i == colophon) all += "<div class=\"evidence\"></div>\n<footer>\n";
    // Drawn already, for every variant.
    if (!parts.empty() && holds<waterfall>(s)) continue;
    all += html_of(s, about);
    if (figures - d.sections.begin() == static_cast<std::ptrdiff_t>(i)) all += charts;
  }
  if (colophon < d.sections.size()) all += "</footer>\n";
  return all + "</article>\n";
}

/// Fills the places of the page: `<!--title-->` and the like. What is filled in is not looked at
/// again.
std::string filled(std::string_view page,
                   std::initializer_list<std::pair<std::string_view, std::string>> places) {
  std::string all;
  for (const auto& [place, text] : places) {
    const std::size_t at = page.find(place);
    if (at == std::string_view::npos) continue;
    all += page.substr(0, at);
    all += text;
    page.remove_prefix(at + place.size());
  }
  return all.append(page);
}

}  // namespace

std::string render_html(std::string_view page, std::span<const subject> subjects,
                        std::span<const document> documents) {
  std::string title;
  std::string body;
  std::vector<std::vector<const subject*>> drawn;
  const bool is_one = documents.size() == 1;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    drawn.push_back(drawable(is_one ? subjects : subjects.subspan(i, 1)));
    title += (i == 0 ? "" : ", ") + documents[i].title;
    body += article(documents[i], drawn.back());
  }
  return filled(page, {{"{{title}}", html_text(title)},
                       {"{{body}}", body},
                       {"{{data}}", json_for_script(page_data(drawn))}});
}

}  // namespace lambdaprof::report
