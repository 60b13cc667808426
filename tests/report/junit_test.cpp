// SPDX-License-Identifier: Apache-2.0
// The XML is judged by a validator that is not ours.
#include "report/junit.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "report/findings_sample.hpp"
#include "report/xml.hpp"
#include "support/command_output.hpp"
#include "support/places.hpp"
#include "support/skip.hpp"

namespace lambdaprof {
namespace {

using report::render_junit;
using report::when_inconclusive;

bool has_validator() {
  return std::system("command -v xmllint >/dev/null 2>&1") == 0;
}

/// What the schema has against a document; empty if nothing.
std::string objections(const std::string& xml) {
  const std::string path = fmt::format("/tmp/lambdaprof-junit-{}.xml", ::getpid());
  std::ofstream(path, std::ios::binary) << xml;
  const std::string command =
      fmt::format("xmllint --noout --nonet --schema {} {} 2>&1",
                  std::string(support::source_dir) + "/tests/report/junit.xsd", path);
  const support::command_output found = support::output_of(command);
  std::filesystem::remove(path);
  return found.status == 0 ? "" : found.text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string of_trial(when_inconclusive then = when_inconclusive::skip) {
  return render_junit(support::plausible_trial(), support::plausible_findings(), then);
}

}  // namespace

TEST_CASE("the JUnit report is valid by a schema that Ant and Jenkins agree with") {
  if (!has_validator()) return support::skip("no xmllint");
  for (const when_inconclusive then : {when_inconclusive::skip, when_inconclusive::fail}) {
    CHECK(objections(of_trial(then)) == "");
    CHECK(objections(render_junit({}, {}, then)) == "");
    CHECK(objections(render_junit(support::hostile_trial(), support::hostile_findings(), then)) ==
          "");
  }
}

TEST_CASE("broken laws and equal names are valid in a JUnit report") {
  if (!has_validator()) return support::skip("no xmllint");
  std::vector<report::subject> broken = support::hostile_trial();
  for (report::subject& s : broken) s.breaches = {support::hostile, "twice"};
  trial::findings f = support::hostile_findings();
  f.verdicts.push_back(f.verdicts.front());
  f.self_tests.push_back(f.self_tests.front());
  CHECK(objections(render_junit(broken, f, when_inconclusive::fail)) == "");
}

TEST_CASE("the schema of JUnit reports refuses what readers would") {
  if (!has_validator()) return support::skip("no xmllint");
  const auto without = [](const std::string& part) {
    std::string xml = of_trial();
    REQUIRE(contains(xml, part));
    return objections(xml.replace(xml.find(part), part.size(), ""));
  };
  CHECK(without(" failures=\"1\"") != "");
  CHECK(without(" time=\"0\"") != "");
  CHECK(without(" type=\"over\"") != "");
  CHECK(without("</properties>") != "");
}

TEST_CASE("a budget that is over is a failure that tells its proof") {
  const std::string xml = of_trial();
  CHECK(contains(xml,
                 "<testcase classname=\"lambdaprof.thumbnail\" name=\"cold.first_ms p50 &lt; "
                 "150ms\" time=\"0\">\n      <failure message=\"162.25 ms [155.12, 170.5] is over "
                 "the limit of 150 ms\" type=\"over\">162.25 ms [155.12, 170.5] is over the limit "
                 "of 150 ms\nn = 40 · error rate 5 % a side · proved at look 2 of 4 (40 pairs)"
                 "</failure>"));
  CHECK(contains(xml, "tests=\"6\" failures=\"1\" errors=\"0\" skipped=\"3\""));
}

TEST_CASE("what is inconclusive is skipped or fails, as the caller wants it") {
  CHECK(contains(of_trial(),
                 "<skipped message=\"63.9 MB (at most 66) is not proved to be within or over"));
  const std::string strict = of_trial(when_inconclusive::fail);
  CHECK(contains(strict, "failures=\"2\" errors=\"0\" skipped=\"2\""));
  CHECK(contains(strict, "type=\"inconclusive\">"));
}

TEST_CASE("a noisy machine is skipped and a quiet one passes") {
  const std::string xml = of_trial();
  CHECK(contains(xml,
                 "name=\"self test of cold.cold_ms\" time=\"0\">\n      <skipped message=\""
                 "cold.cold_ms: 1.034 times itself [1.012, 1.056] at 99 %, 40 blocks: the machine "
                 "is noisy\"/>"));
  CHECK(contains(xml, "name=\"self test of warm.warm_ms\" time=\"0\"/>"));
}

TEST_CASE("a journal that breaks a law is an error") {
  std::vector<report::subject> all = support::plausible_trial();
  all[1].breaches = {"an invocation ended twice"};
  const std::string xml = render_junit(all, {}, when_inconclusive::skip);
  CHECK(contains(xml, "errors=\"1\""));
  CHECK(contains(xml, "type=\"broken law\">an invocation ended twice"));
}

TEST_CASE("points in a variant's name begin no package") {
  std::vector<report::subject> all = support::plausible_trial();
  all[1].conditions.variant.name = "./build/v1.2";
  CHECK(contains(render_junit(all, support::plausible_findings(), when_inconclusive::skip),
                 "classname=\"lambdaprof._/build/v1_2\""));
}

TEST_CASE("text in XML is escaped, and what XML cannot hold is replaced") {
  CHECK(report::xml_content("a<b> & \"c\" ]]>\n\t") == "a&lt;b&gt; &amp; &quot;c&quot; ]]&gt;\n\t");
  CHECK(report::xml_content("\r") == "&#13;");
  CHECK(report::xml_content(std::string_view("\0\x01\x1f\x7f", 4)) == "���\x7f");
  CHECK(report::xml_content("\xef\xbf\xbe\xef\xbf\xbf\xed\xa0\x80\xff") == "������");
  CHECK(report::xml_content("é🚀\xef\xbf\xbd") == "é🚀�");
  CHECK(report::xml_attribute("a\nb\tc\"") == "a&#10;b&#9;c&quot;");
}

}  // namespace lambdaprof
