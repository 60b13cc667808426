// SPDX-License-Identifier: Apache-2.0
#include "report/number.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof;
using namespace lambdaprof::report;

TEST_CASE("a number has three significant digits and no exponent") {
  CHECK(short_number(0) == "0");
  CHECK(short_number(0.061239) == "0.0612");
  CHECK(short_number(0.5) == "0.500");
  CHECK(short_number(12.44) == "12.4");
  CHECK(short_number(123.4) == "123");
  CHECK(short_number(1730.4) == "1730");
  CHECK(short_number(-12.44) == "-12.4");
  CHECK(short_number(2.5e9) == "2500000000");
}

TEST_CASE("a number that is rounded up to the next power of ten does not gain a digit") {
  CHECK(short_number(9.996) == "10.0");
  CHECK(short_number(99.97) == "100");
  CHECK(short_number(0.99996) == "1.00");
  CHECK(short_number(9.994) == "9.99");
}

TEST_CASE("parts of a whole have the same decimals, however small they are") {
  CHECK(part_number(30.6382, 33.4) == "30.64");
  CHECK(part_number(0.0149, 33.4) == "0.01");
  CHECK(part_number(3, 1200) == "3.0");
  CHECK(part_number(0, 0) == "0");
}

TEST_CASE("exact milliseconds keep every nanosecond and the sign") {
  CHECK(exact_ms(span(12'345'678)) == "12.345678");
  CHECK(exact_ms(span(0)) == "0.000000");
  CHECK(exact_ms(span(-1)) == "-0.000001");
  CHECK(exact_ms(span(-1'500'000)) == "-1.500000");
}

TEST_CASE("a counted noun has the right number and grouped digits") {
  CHECK(counted(0, "event") == "0 events");
  CHECK(counted(1, "process", "processes") == "1 process");
  CHECK(counted(2, "process", "processes") == "2 processes");
  CHECK(counted(1234567, "event") == "1 234 567 events");
}

TEST_CASE("bytes are shown in the unit that suits them") {
  CHECK(short_bytes(1023) == "1023 B");
  CHECK(short_bytes(1536) == "1.50 KB");
  CHECK(short_bytes(153'600) == "150 KB");
  CHECK(short_bytes(std::uint64_t{3} << 40U) == "3.00 TB");
}
