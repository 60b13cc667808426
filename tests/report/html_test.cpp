// SPDX-License-Identifier: Apache-2.0
// What the page says without its scripts, and what it hands to them. tests/page opens it in a
// browser.
#include "report/html.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/compact.hpp"
#include "report/compose.hpp"
#include "report/compose_trial.hpp"
#include "report/findings_sample.hpp"
#include "report/golden.hpp"
#include "report/html_data.hpp"
#include "report/html_text.hpp"
#include "report/markdown.hpp"
#include "report/sample.hpp"
#include "report/terminal.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;

namespace {

constexpr std::string_view page = "<title>{{title}}</title>\n{{body}}<script>{{data}}</script>\n";

std::string html_of_run(const subject& s) {
  const std::vector subjects{s};
  const std::vector documents{compose(s)};
  return render_html(page, subjects, documents);
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size())
    ++count;
  return count;
}

bool contains(std::string_view text, std::string_view part) {
  return count_of(text, part) > 0;
}

nlohmann::json data_of(std::string_view html) {
  const std::size_t start = html.rfind("<script>") + 8;
  return nlohmann::json::parse(html.substr(start, html.rfind("</script>") - start));
}

std::string packed(std::initializer_list<std::optional<std::int64_t>> values) {
  compact_column c;
  for (const auto& value : values) c.add(value);
  return c.text();
}

}  // namespace

TEST_CASE("the page of a run is the golden one") {
  const std::string html = html_of_run(support::subject_of(support::plausible_run()));
  support::check_golden("report.html", html);
}

TEST_CASE("numbers are packed as the page unpacks them") {
  CHECK(packed({std::nullopt, 0, -1, 1, -2}) == "ABCDE");
  CHECK(packed({15, -16}) ==
        "f"
        "gB");
  CHECK(packed({1'000'000}) == "hkh9B");
}

TEST_CASE("data has the figures of the results, and every sample") {
  const subject s = support::subject_of(support::plausible_run());
  const nlohmann::json data = data_of(html_of_run(s));
  const nlohmann::json& one = data["articles"][0][0];
  CHECK(one["figures"]["cold.cold_ms"]["p50"].get<double>() ==
        doctest::Approx(s.summary.cold_ms.p50));
  CHECK(one["figures"]["warm.warm_ms"]["n"] == s.summary.warm_ms.n);
  CHECK(one["every"] == 1);
  CHECK(one["all_samples"] == s.timeline.invocations.size());
  CHECK(one["invocations"]["kind"].get<std::string>().size() == s.timeline.invocations.size());
}

TEST_CASE("of many samples only some are in the page, and it says how many") {
  const subject s = support::subject_of(support::plausible_run());
  const nlohmann::json data = nlohmann::json::parse(page_data({{&s}}, 100));
  const nlohmann::json& one = data["articles"][0][0];
  CHECK(one["every"] == 3);
  CHECK(one["all_samples"] == 250);
  CHECK(one["invocations"]["kind"].get<std::string>().size() == 84);
}

TEST_CASE("a page says why nothing started, and has no figures") {
  const std::string html = html_of_run(support::subject_of(support::run_without_a_start()));
  CHECK(
      contains(html, "<p class=\"verdict failure\">nothing succeeded: 20\u00a0× launch error</p>"));
  CHECK(contains(html, "Runtime.InvalidEntrypoint"));
  CHECK_FALSE(contains(html, "class=\"waterfall\""));
  CHECK(data_of(html)["articles"][0][0]["figures"].empty());
}

TEST_CASE("a page of a run that broke a law has nothing to draw") {
  subject s = support::subject_of(support::plausible_run());
  s.breaches = {"entry 7: time went <backwards>"};
  const std::string html = html_of_run(s);
  CHECK(contains(html, "which is a bug of lambdaprof"));
  CHECK(contains(html, "time went &lt;backwards&gt;"));
  CHECK_FALSE(contains(html, "class=\"waterfall\""));
  CHECK(data_of(html)["articles"][0].empty());
}

TEST_CASE("a trial has a waterfall for each variant, and none for its calibration") {
  const std::vector<subject> subjects = support::plausible_trial();
  const std::vector documents{compose_trial(subjects, support::plausible_findings())};
  const std::string html = render_html(page, subjects, documents);
  CHECK(count_of(html, "class=\"waterfall\"") == 2);
  CHECK(data_of(html)["articles"][0].size() == 2);
  CHECK(contains(html, "<p class=\"verdict failure\">over budget"));
}

TEST_CASE("saved runs have an article each") {
  const std::vector subjects{support::subject_of(support::plausible_run()),
                             support::subject_of(support::eventful_run())};
  const std::vector documents{compose(subjects[0]), compose(subjects[1])};
  const std::string html = render_html(page, subjects, documents);
  CHECK(count_of(html, "<article>") == 2);
  CHECK(data_of(html)["articles"].size() == 2);
}

TEST_CASE("nothing from outside becomes markup or ends the script") {
  const std::vector<subject> subjects = support::hostile_trial();
  const std::vector documents{compose_trial(subjects, support::hostile_findings())};
  const std::string html = render_html(page, subjects, documents);
  CHECK_FALSE(contains(html, "<c>"));
  CHECK_FALSE(contains(html, "\x1b"));
  CHECK(count_of(html, "</script>") == 1);
  CHECK(data_of(html)["articles"][0].size() == 2);
  CHECK(html_text("a<b>&\"'\x01\n") == "a&lt;b&gt;&amp;&quot;&#39;\xef\xbf\xbd\n");
  CHECK(json_for_script("\"</script>\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\"") ==
        "\"\\u003c/script>\\u2028\\u2029\xe2\x80\xaa\"");
}

TEST_CASE("places that a text seems to have are not filled") {
  subject s = support::subject_of(support::run_without_a_start());
  s.conditions.function.name = "{{body}}{{data}}";
  const std::string html = html_of_run(s);
  CHECK(contains(html, "<title>{{body}}{{data}}</title>"));
  CHECK(count_of(html, "<article>") == 1);
}

TEST_CASE("curves are a table where nothing can be drawn") {
  document d;
  d.title = "sweep";
  d.sections.push_back({"",
                        {curves{"MB",
                                "cold, ms",
                                {{"a", {{128, 40, 38.0, 42.0}, {256, 21.5, {}, {}}}},
                                 {"b", {{256, 20, {}, {}}}}}}}});
  const std::string text = render_terminal(d, style::plain);
  CHECK_MESSAGE(contains(text, "b             –   20.0"), text);
  CHECK(contains(render_markdown(d), "| a | 40.0 | 21.5 |"));
  const std::string html = render_html(page, {}, std::vector{d});
  CHECK(contains(html, R"({"name":"a","points":[[128.0,40.0,38.0,42.0],[256.0,21.5,null,null]]})"));
  CHECK(contains(html, "<td>40.0</td>"));
}
