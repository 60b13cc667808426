// SPDX-License-Identifier: Apache-2.0
#include "report/markdown.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof::report;

namespace {

std::string rendered(block b) {
  document d{"t", "", {"v"}, {{"", {std::move(b)}}}};
  return render_markdown(d).substr(std::string("## t\n\n**v**\n\n").size());
}

}  // namespace

TEST_CASE("a table is a GitHub table with its alignments") {
  const table t{{{"name", alignment::left}, {"n"}}, {{"init", "3"}}, "few"};
  CHECK(rendered(t) == "| name | n |\n| :-- | --: |\n| init | 3 |\n\nfew\n");
}

TEST_CASE("text cannot end a cell, open a tag or become a link") {
  CHECK(rendered(table{{{"a|b", alignment::left}}, {}, ""}) == "| a\\|b |\n| :-- |\n");
  CHECK(rendered(paragraph{"<img src=x> & [a](b) *c* _d_ [1, 2]"}) ==
        "\\<img src=x\\> &amp; [a\\](b) \\*c\\* \\_d\\_ [1, 2]\n");
}

TEST_CASE("a code span and a code block cannot be ended by what is in them") {
  CHECK(rendered(quotation{"plain"}) == "- `plain`\n");
  CHECK(rendered(quotation{"a ``b` c"}) == "- ``` a ``b` c ```\n");
  CHECK(rendered(code{"echo '```'"}) == "````sh\necho '```'\n````\n");
}

TEST_CASE("facts are lines of one paragraph and remarks a quotation") {
  CHECK(rendered(facts{{{"cpu", "1"}, {"memory", "2"}}}) == "**cpu** 1\\\n**memory** 2\n");
  CHECK(rendered(remarks{{{"late", "wait"}, {"odd", ""}}}) == "> late → *wait*\\\n> odd\n");
}
