// SPDX-License-Identifier: Apache-2.0
// Durations, whole numbers, suggestions, UTF-8 and shell words: what is read, what is refused, and
// that what is written can be read back.
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/random.hpp"

using namespace lambdaprof;
using namespace std::chrono_literals;

TEST_CASE("a duration is read in every unit, with fractions and in parts") {
  const std::vector<std::pair<std::string, span>> rows{
      {"0s", 0s},
      {"250ms", 250ms},
      {"1.5s", 1500ms},
      {"15m", 15min},
      {"1m30s", 90s},
      {"2h", 2h},
      {"80us", 80us},
      {"80µs", 80us},
      {"7ns", 7ns},
      {"1h1m1s1ms", 3661s + 1ms},
      {".5s", 500ms},
      {"0.1ms", 100us},
      {"1.0000000004s", 1s},
      {"876000h", 876000h},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    const auto read = parse_span(text);
    REQUIRE(read);
    CHECK(*read == expected);
  }
}

TEST_CASE("what is not a duration is refused with the reason") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "it is empty"},
      {"-1s", "it is negative"},
      {"15", "the unit is missing"},
      {"1m30", "the unit is missing"},
      {"s", "a number is expected"},
      {"+1s", "a number is expected"},
      {" 1s", "a number is expected"},
      {"inf", "a number is expected"},
      {"nan s", "a number is expected"},
      {".s", "a number is expected"},
      {"1.2.3s", "a number is expected"},
      {"1 s", "the unit is not one of"},
      {"1s ", "the unit is not one of"},
      {"1m 30s", "the unit is not one of"},
      {"1e3s", "the unit is not one of"},
      {"5d", "the unit is not one of"},
      {"5S", "the unit is not one of"},
      {"876001h", "longer than a hundred years"},
      {"876000h1ns", "longer than a hundred years"},
      {"99999999999999999999h", "longer than a hundred years"},
      {std::string(400, '9') + "s", "out of range"},
  };
  for (const auto& [text, why] : rows) {
    CAPTURE(text);
    const auto read = parse_span(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == fault_kind::usage);
    CHECK(read.error().message.find(why) != std::string::npos);
    CHECK_FALSE(read.error().hint.empty());
  }
}

TEST_CASE("a duration is spelled in the largest whole units") {
  CHECK(spell(0s) == "0s");
  CHECK(spell(250ms) == "250ms");
  CHECK(spell(90s) == "1m30s");
  CHECK(spell(15min) == "15m");
  CHECK(spell(2h) == "2h");
  CHECK(spell(1500ms) == "1s500ms");
  CHECK(spell(3600s + 1ns) == "1h1ns");
  CHECK(spell(80us) == "80us");
  CHECK_THROWS_AS(spell(-1ns), broken_law);
}

TEST_CASE("what is spelled out is read back to the nanosecond, up to a hundred years") {
  lambdaprof::random chance(7);
  for (int i = 0; i < 2000; ++i) {
    // Every order of magnitude, not only the largest.
    const std::uint64_t bits = chance.below(62);
    const span s(static_cast<std::int64_t>(std::min<std::uint64_t>(
        chance.below((std::uint64_t{1} << bits) + 1), 3'153'600'000'000'000'000)));
    CAPTURE(spell(s));
    const auto read = parse_span(spell(s));
    REQUIRE(read);
    REQUIRE(*read == s);
  }
}

TEST_CASE("a duration is shown in the unit that keeps it readable") {
  const std::vector<std::pair<span, std::string>> rows{
      {0ns, "0 ms"},       {1ns, "1 ns"},         {999ns, "999 ns"},   {1us, "1 µs"},
      {85us, "85 µs"},     {99990ns, "100 µs"},   {100us, "0.10 ms"},  {850us, "0.85 ms"},
      {1240us, "1.24 ms"}, {250ms, "250.00 ms"},  {1s, "1 s"},         {2500ms, "2.5 s"},
      {90s, "90 s"},       {120s, "2 m"},         {15min, "15 m"},     {119min, "119 m"},
      {2h, "2 h"},         {150min, "2.5 h"},     {12000h, "12000 h"}, {876000h, "876000 h"},
      {-85us, "-85 µs"},   {-1240us, "-1.24 ms"},
  };
  for (const auto& [s, expected] : rows) CHECK(show(s) == expected);
}

TEST_CASE("a whole number is read within its limits") {
  CHECK(*parse_whole("0", 0, 10) == 0);
  CHECK(*parse_whole("10", 0, 10) == 10);
  CHECK(*parse_whole("007", 0, 10) == 7);
  CHECK(*parse_whole("9223372036854775807", 0, INT64_MAX) == INT64_MAX);
}

TEST_CASE("what is not a whole number within the limits is refused, naming the limits") {
  for (const std::string text : {"", "11", "-1", "-0", "+1", "1.0", "1e1", "0x1", " 1", "1 ", "ten",
                                 "9223372036854775808", "99999999999999999999999"}) {
    CAPTURE(text);
    const auto read = parse_whole(text, -5, 10);
    REQUIRE_FALSE(read);
    CHECK(to_string(read.error()) == "\"" + text + "\" is not a whole number from -5 to 10");
  }
}

TEST_CASE("the nearest name is the one that was meant") {
  const std::vector<std::string> names{"name", "command", "memory_mb", "timeout",
                                       "cold", "warm",    "warm_up"};
  const std::vector<std::pair<std::string, std::string>> rows{
      {"memry_mb", "memory_mb"}, {"memory", "memory_mb"}, {"Memory_MB", "memory_mb"},
      {"tiemout", "timeout"},    {"comand", "command"},   {"wram", "warm"},
      {"warmup", "warm_up"},     {"nam", "name"},         {"cold", "cold"},
  };
  for (const auto& [word, meant] : rows) {
    CAPTURE(word);
    CHECK(nearest(word, names) == meant);
  }
}

TEST_CASE("a word that is like no name gets no suggestion") {
  const std::vector<std::string> names{"name", "cold", "no", ""};
  for (const std::string word : {"", "x", "ab", "qqqq", "entirely_different"}) {
    CAPTURE(word);
    CHECK_FALSE(nearest(word, names));
  }
  CHECK_FALSE(nearest(std::string(1'000'000, 'c'), names));
  CHECK_FALSE(nearest("name", {}));
}

TEST_CASE("valid UTF-8 stays as it is") {
  for (const std::string text :
       {"", "plain", "µs", "€", "\xf0\x9f\x98\x80", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
        "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    CHECK(valid_utf8(text) == text);
  CHECK(valid_utf8(std::string_view("a\0b", 3)) == std::string_view("a\0b", 3));
}

TEST_CASE("every byte that is not UTF-8 is replaced") {
  const std::string bad = "\xef\xbf\xbd";
  CHECK(valid_utf8("a\x80z") == "a" + bad + "z");                  // a continuation alone
  CHECK(valid_utf8("\xc0\xaf") == bad + bad);                      // overlong
  CHECK(valid_utf8("\xe0\x9f\xbf") == bad + bad + bad);            // overlong
  CHECK(valid_utf8("\xf0\x8f\xbf\xbf") == bad + bad + bad + bad);  // overlong
  CHECK(valid_utf8("\xed\xa0\x80") == bad + bad + bad);            // a surrogate
  CHECK(valid_utf8("\xf4\x90\x80\x80") == bad + bad + bad + bad);  // above U+10FFFF
  CHECK(valid_utf8("\xff\xfe") == bad + bad);
  CHECK(valid_utf8("\xe2\x82") == bad + bad);  // cut off
  CHECK(valid_utf8("\xe2\x82"
                   "A") == bad + bad + "A");
}

TEST_CASE("what was made valid is valid") {
  lambdaprof::random chance(11);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (std::uint64_t n = chance.below(12); n > 0; --n)
      bytes +=
          static_cast<char>(chance.below(2) == 0 ? 0x80 + chance.below(128) : chance.below(256));
    const std::string once = valid_utf8(bytes);
    REQUIRE(valid_utf8(once) == once);
  }
}

TEST_CASE("a shell word is quoted only if it has to be") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"./bootstrap", "./bootstrap"},
      {"INIT=sync", "INIT=sync"},
      {"", "''"},
      {"two words", "'two words'"},
      {"$HOME", "'$HOME'"},
      {"it's", "'it'\\''s'"},
      {"'", "''\\'''"},
      {"a;b", "'a;b'"},
      {"{\"a\":1}", "'{\"a\":1}'"},
      {"*", "'*'"},
      {"~", "'~'"},
      {"line\nbreak", "'line\nbreak'"},
      {"µ", "'µ'"},
  };
  for (const auto& [word, quoted] : rows) CHECK(shell_quoted(word) == quoted);
}
