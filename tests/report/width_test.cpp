// SPDX-License-Identifier: Apache-2.0
#include "report/width.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof::report;

using lines = std::vector<std::string>;

TEST_CASE("width is counted in columns and not in bytes") {
  CHECK(width_of("") == 0);
  CHECK(width_of("µs ▁█") == 5);
  CHECK(width_of("函数") == 4);
  CHECK(width_of("e\u0301") == 1);
}

TEST_CASE("foreign text cannot move the cursor, change colours or turn the line around") {
  CHECK(printable("a\x1b[31mb") == "a�[31mb");
  CHECK(printable("two\nlines\tand\ra tab") == "two lines and a tab");
  CHECK(printable("\u009b31m") == "�31m");
  CHECK(printable("\u202eevil") == "�evil");
  CHECK(printable("caf\xe9") == "caf�");
  CHECK(printable("größe 函数") == "größe 函数");
}

TEST_CASE("text that does not fit ends in an ellipsis within the columns") {
  CHECK(fitted("short", 5) == "short");
  CHECK(fitted("longer", 5) == "long…");
  CHECK(fitted("函数函数", 4) == "函…");
  CHECK(width_of(fitted("函数函数", 4)) <= 4);
  CHECK(fitted("any", 0) == "");
}

TEST_CASE("text is wrapped at spaces, and a separator stays at the end of its line") {
  CHECK(wrapped("", 10) == lines{""});
  CHECK(wrapped("one two three", 7) == lines{"one two", "three"});
  CHECK(wrapped("alpha · beta", 8) == lines{"alpha ·", "beta"});
  CHECK(wrapped("abcdefghij kl", 4) == lines{"abcd", "efgh", "ij", "kl"});
  CHECK(wrapped("函数", 1) == lines{"函", "数"});
}

TEST_CASE("padding fills up to the columns and never cuts") {
  CHECK(padded("µ", 3) == "µ  ");
  CHECK(padded_left("µ", 3) == "  µ");
  CHECK(padded("long", 2) == "long");
  CHECK(joined({"a", "b", "c"}) == "a · b · c");
}
