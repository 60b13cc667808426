// SPDX-License-Identifier: Apache-2.0
// Budgets as people write them, and every way to write one that means nothing.
#include "trial/budget.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace lambdaprof::trial {
namespace {

constexpr std::string_view first_ms = "cold.first_ms";

/// Any metric of that unit.
std::string metric_in(std::string_view unit) {
  for (const analysis::metric& m : analysis::metrics())
    if (m.unit == unit) return std::string(m.key);
  FAIL("no metric is in " << unit);
  return "";
}

std::string fault_of(std::string_view text, std::string_view metric = first_ms) {
  const auto read = read_budget(metric, text);
  if (read) return "no fault";
  CHECK(read.error().kind == fault_kind::usage);
  CHECK(read.error().where.empty());
  return to_string(read.error());
}

struct row {
  std::string written;
  std::string tidy;
  double quantile;
  budget::kind of;
  double limit;
};

void check_rows(const std::string& metric, const std::vector<row>& rows) {
  for (const row& r : rows) {
    CAPTURE(r.written);
    const auto read = read_budget(metric, r.written);
    CHECK_MESSAGE(read.has_value(), (read ? "" : to_string(read.error())));
    if (!read) continue;
    CHECK(read->metric == analysis::find_metric(metric));
    CHECK(read->text == r.tidy);
    CHECK(read->quantile == doctest::Approx(r.quantile).epsilon(1e-12));
    CHECK(read->of == r.of);
    CHECK(read->limit == doctest::Approx(r.limit).epsilon(1e-12));
    CHECK_FALSE(std::signbit(read->limit) != (r.limit < 0));
    CHECK(read->is_relative() == (r.of != budget::kind::absolute));
  }
}

constexpr auto absolute = budget::kind::absolute;
constexpr auto times = budget::kind::times_baseline;
constexpr auto plus = budget::kind::plus_baseline;

TEST_CASE("a limit in milliseconds is read in every unit, with and without blanks") {
  check_rows(std::string(first_ms), {
                                        {"p50 < 150ms", "p50 < 150ms", 0.5, absolute, 150},
                                        {"p50<150", "p50 < 150ms", 0.5, absolute, 150},
                                        {"  p90\t<=  1.2 s  ", "p90 <= 1.2s", 0.9, absolute, 1200},
                                        {"p99.9 < 800us", "p99.9 < 800us", 0.999, absolute, 0.8},
                                        {"p99.95<800 µs", "p99.95 < 800µs", 0.9995, absolute, 0.8},
                                        {"p5 <= .5s", "p5 <= .5s", 0.05, absolute, 500},
                                        {"median < 1m30s", "p50 < 1m30s", 0.5, absolute, 90'000},
                                        {"median<1m 30s", "p50 < 1m30s", 0.5, absolute, 90'000},
                                        {"p50.0 < 1.5", "p50 < 1.5ms", 0.5, absolute, 1.5},
                                        {"p0.001 < 7", "p0.001 < 7ms", 0.00001, absolute, 7},
                                        {"p99.999 < 7", "p99.999 < 7ms", 0.99999, absolute, 7},
                                    });
}

TEST_CASE("restores, first bytes and extensions can be limited like any other time") {
  for (const char* metric : {"cold.restore_ms", "cold.first_byte_ms", "warm.first_byte_ms",
                             "post_runtime_extensions_ms"})
    CHECK(fault_of("p95 < 40ms", metric) == "no fault");
}

TEST_CASE("a limit of memory is read in MB and GB, which are binary as in reports") {
  check_rows(metric_in("MB"), {
                                  {"p50 < 64MB", "p50 < 64 MB", 0.5, absolute, 64},
                                  {"p50 < 64 MB", "p50 < 64 MB", 0.5, absolute, 64},
                                  {"p50 < 64", "p50 < 64 MB", 0.5, absolute, 64},
                                  {"p50 < 64MiB", "p50 < 64 MiB", 0.5, absolute, 64},
                                  {"p50 < 1.5GB", "p50 < 1.5 GB", 0.5, absolute, 1536},
                                  {"p50 < 2 GiB", "p50 < 2 GiB", 0.5, absolute, 2048},
                                  {"p50 < baseline + 4MB", "p50 < baseline + 4 MB", 0.5, plus, 4},
                              });
}

TEST_CASE("a limit in dollars is read with the sign on either side or without") {
  check_rows(metric_in("$"), {
                                 {"p50 < $0.30", "p50 < $0.30", 0.5, absolute, 0.3},
                                 {"p50 < 0.30$", "p50 < $0.30", 0.5, absolute, 0.3},
                                 {"p50 < $ 0.30", "p50 < $0.30", 0.5, absolute, 0.3},
                                 {"p50 < 0.0000002", "p50 < $0.0000002", 0.5, absolute, 2e-7},
                                 {"p50 < baseline+$1", "p50 < baseline + $1", 0.5, plus, 1},
                             });
}

TEST_CASE("a median may be limited by the baseline, with a margin in percent or in its unit") {
  check_rows(std::string(first_ms),
             {
                 {"p50 <= baseline", "p50 <= baseline", 0.5, times, 0},
                 {"p50<=baseline", "p50 <= baseline", 0.5, times, 0},
                 {"p50 <= baseline + 10%", "p50 <= baseline + 10%", 0.5, times, 0.1},
                 {"median<baseline+12.5 %", "p50 < baseline + 12.5%", 0.5, times, 0.125},
                 {"p50 <= baseline - 5%", "p50 <= baseline - 5%", 0.5, times, -0.05},
                 {"p50 <= baseline-0%", "p50 <= baseline - 0%", 0.5, times, 0},
                 {"p50 <= baseline + 10000%", "p50 <= baseline + 10000%", 0.5, times, 100},
                 {"p50 <= baseline + 5 ms", "p50 <= baseline + 5ms", 0.5, plus, 5},
                 {"p50 <= baseline - 5", "p50 <= baseline - 5ms", 0.5, plus, -5},
                 {"p50 <= baseline - 0ms", "p50 <= baseline - 0ms", 0.5, plus, 0},
             });
}

TEST_CASE("the operators that would make another thing of a budget are refused with the reason") {
  for (const std::string sign : {">", ">=", "=", "==", "!=", "<>", "<<", "=<"}) {
    CAPTURE(sign);
    CHECK(fault_of("p50 " + sign + " 150ms")
              .starts_with("a budget is an upper limit: " + sign + " cannot be proved"));
  }
  CHECK(fault_of("p50 150ms") ==
        "< or <= is expected after the quantile (write it like p50 < 150ms or p50 <= baseline + "
        "10%)");
  CHECK(fault_of("p50").starts_with("< or <= is expected"));
  CHECK(fault_of("p50 baseline").starts_with("< or <= is expected"));
  CHECK(fault_of("p50 ≤ 150ms").starts_with("< or <= is expected"));
}

TEST_CASE("a quantile that is none is refused") {
  for (const std::string figure : {"0", "00.0", "100", "100.0", "101", "999999"}) {
    CAPTURE(figure);
    CHECK(
        fault_of("p" + figure + " < 150ms")
            .starts_with("p" + figure + " is not a quantile: it has to be above 0 and below 100"));
  }
  CHECK(fault_of("p99.9999 < 1ms").starts_with("p99.9999 has more than three decimals"));
  CHECK(fault_of("p < 1ms").starts_with("\"p\" is not a quantile"));
  CHECK(fault_of("p9.9.9 < 1ms").starts_with("\"p9.9.9\" is not a quantile"));
  CHECK(fault_of("p. < 1ms").starts_with("\"p.\" is not a quantile"));
  for (const std::string first : {"50%", "P50", "mean", "medians", "max", "150ms", "<", "-p50"}) {
    CAPTURE(first);
    CHECK(fault_of(first + " < 150ms").starts_with("a quantile is expected first, such as p50"));
  }
  CHECK(fault_of("pnan < 1ms").starts_with("\"p\" is not a quantile"));
  CHECK(fault_of("p5e1 < 1ms").starts_with("< or <= is expected"));
}

TEST_CASE("a limit that is none is refused") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"p50 <", "the limit is missing after <"},
      {"p50 <= \t", "the limit is missing after <="},
      {"p50 < 0", "the limit 0 is zero"},
      {"p50 < 0.0ms", "the limit 0.0ms is zero"},
      {"p50 < 0.0001ns", "the limit 0.0001ns is zero"},
      {"p50 < -5ms", "the limit -5ms is negative"},
      {"p50 < -baseline", "the limit -baseline is negative"},
      {"p50 < +5ms", "a number is expected"},
      {"p50 < nan", "\"nan\" is not a limit"},
      {"p50 < inf", "\"inf\" is not a limit"},
      {"p50 < 1e3", "the unit is not one of"},
      {"p50 < 1,5s", "is not a duration"},
      {"p50 < 1 2s", "is not a duration"},
      {"p50 < 150ms.", "is not a duration"},
      {"p50 < 150ms p90", "is not a duration"},
      {"p50 < 150ms < 200ms", "is not a duration"},
      {"p50 < 64MB", "the unit is not one of"},
      {"p50 < $5", "is not a duration"},
      {"p50 < 876000h", "is too large"},
      {"p50 < 999999999999999999999h", "longer than a hundred years"},
      {"p50 < 50%", "50% of what? (write it like baseline + 50%)"},
      {"p50 < base + 5%", "\"base + 5%\" is not a limit"},
      {"p50 < baselines", "\"baselines\" is not a limit"},
      {"p50 < baseline 5%", "+ or - is expected after baseline"},
      {"p50 < baseline * 1.1", "+ or - is expected after baseline"},
      {"p50 < baseline < 5", "+ or - is expected after baseline"},
      {"p50 < baseline +", "it is empty"},
      {"p50 < baseline + %", "\"%\" is not a percentage"},
      {"p50 < baseline + -5%", "\"-5%\" is not a percentage"},
      {"p50 < baseline + nan%", "\"nan%\" is not a percentage"},
      {"p50 < baseline + 5%%", "\"5%%\" is not a percentage"},
      {"p50 < baseline + 5% x", "is not a duration"},
      {"p50 < baseline + 10001%", "10001% is too large"},
      {"p50 < baseline - 100%", "baseline - 100% leaves nothing"},
      {"p50 < baseline + -5ms", "it is negative"},
      {"p50 < baseline + baseline", "is not a duration"},
      {"", "the budget is empty"},
      {" \t ", "the budget is empty"},
      {"p50 < 1ms\n", "a budget is plain text"},
      {std::string("p50 < 1ms\0", 10), "a budget is plain text"},
      {"p50 < 1\xffms", "a budget is plain text"},
      {"p50 < 1ms" + std::string(192, ' '), "a budget takes up to 200 bytes, this one has 201"},
      {"p50 < " + std::string(190, '9'), "longer than a hundred years"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first);
    CHECK_MESSAGE(fault_of(row.first).find(row.second) != std::string::npos, fault_of(row.first));
  }
  for (const std::string text :
       {"64 KB", "64MB x", "MB", "64 6MB", "6.4.1MB", "64mb", "nan", "1e3", "64ms", "$64"}) {
    CAPTURE(text);
    CHECK(fault_of("p50 < " + text, metric_in("MB")) != "no fault");
  }
  for (const std::string text :
       {"$", "$$1", "$1$", "1 USD", "€1", "1,50", "$1e3", "$-1", "150ms"}) {
    CAPTURE(text);
    CHECK(fault_of("p50 < " + text, metric_in("$")) != "no fault");
  }
  CHECK(fault_of("p50 < 0", metric_in("MB")).starts_with("the limit 0 is zero"));
  CHECK(fault_of("p50 < " + std::string(40, '9'), metric_in("$")).ends_with("is too large"));
}

TEST_CASE("a tail cannot be limited by the baseline") {
  for (const std::string text : {"p90 <= baseline", "p99 < baseline + 10%", "p49.9 < baseline"}) {
    CAPTURE(text);
    CHECK(fault_of(text) ==
          "a tail relative to a baseline cannot be proved from pairs (limit it absolutely, or "
          "relate the median: write it like p50 < 150ms or p50 <= baseline + 10%)");
  }
}

TEST_CASE("a metric that is none is refused with the nearest and all that there are") {
  const std::string message = fault_of("p50 < 150ms", "cold.frist_ms");
  CHECK(message.starts_with("\"cold.frist_ms\" is not a metric (did you mean cold.first_ms?"));
  for (const analysis::metric& m : analysis::metrics())
    CHECK(message.find(m.key) != std::string::npos);
  for (const std::string metric : {"", "\xff", "zzzzzzzzzzzz"}) {
    CAPTURE(metric);
    CHECK(fault_of("p50 < 150ms", metric).find("is not a metric (there are cold.") !=
          std::string::npos);
  }
  CHECK(fault_of("p50 < 150ms", std::string(100'000, 'x')).size() < 1000);
}

TEST_CASE("the hint of a fault is an example in the unit of the metric") {
  CHECK(fault_of("x", metric_in("MB")).find("write it like p50 < 64MB or") != std::string::npos);
  CHECK(fault_of("x", metric_in("$")).find("write it like p50 < $0.30 or") != std::string::npos);
}

TEST_CASE("what is accepted is finite and reads back to itself") {
  const std::vector<std::string> parts{"p50", "p9",  "median", " ", "<",   "<=", "baseline", "+",
                                       "-",   "10%", "5",      ".", "ms",  "s",  "150ms",    "MB",
                                       "1.5", "GB",  "$",      "%", "0.1", "0",  "µ",        "99"};
  lambdaprof::random chance(5);
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text = chance.below(4) == 0 ? "" : "p50 <";
    for (std::uint64_t n = 1 + chance.below(5); n > 0; --n)
      text += parts[chance.below(parts.size())];
    for (const analysis::metric& m : analysis::metrics()) {
      const auto read = read_budget(m.key, text);
      if (!read) {
        REQUIRE_FALSE(read.error().message.empty());
        continue;
      }
      ++accepted;
      CAPTURE(text);
      REQUIRE(std::isfinite(read->limit));
      REQUIRE((read->is_relative() || read->limit > 0));
      REQUIRE((read->quantile > 0 && read->quantile < 1));
      const auto again = read_budget(m.key, read->text);
      CAPTURE(read->text);
      REQUIRE(again);
      REQUIRE(again->text == read->text);
      REQUIRE(again->quantile == read->quantile);
      REQUIRE(again->of == read->of);
      REQUIRE(again->limit == read->limit);
    }
  }
  CHECK(accepted > 1000);
}

}  // namespace
}  // namespace lambdaprof::trial
