// SPDX-License-Identifier: Apache-2.0
#include "trial/absolute.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/trial_builder.hpp"

namespace lambdaprof {
namespace {

using support::block_samples;
using support::trial_builder;
using trial::rates;
using trial::ruling;
using trial::verdict;

constexpr rates usual{0.05, 0.05};

trial::budget budget(std::string_view text, std::string_view metric = "cold.cold_ms") {
  const auto read = trial::read_budget(metric, text);
  REQUIRE(read);
  return *read;
}

verdict judged(const trial_builder& b, std::string_view text, std::size_t max_blocks = 160,
               rates alpha = usual, std::string_view metric = "cold.cold_ms") {
  return judge_absolute(b.arm(), budget(text, metric), max_blocks, alpha);
}

/// So many of a hundred lie above 100 ms, spread evenly, so that they do not hang together.
trial_builder with_over(std::size_t blocks, std::size_t percent) {
  trial_builder b;
  for (std::size_t i = 0; i < blocks; ++i) {
    const bool is_over = (i + 1) * percent / 100 > i * percent / 100;
    b.block((is_over ? 101.0 : 99.0) + 0.001 * static_cast<double>(i % 10));
  }
  return b;
}

TEST_CASE("20 samples of which none is above the limit prove that the median is within it") {
  const verdict v = judged(with_over(20, 0), "p50 < 100ms");
  CHECK(v.ruling == ruling::within);
  CHECK(v.reason == "proved: 0 of 20 samples over, after 20 blocks");
  CHECK_FALSE(v.may_change);
  CHECK(v.n == 20);
  CHECK(v.unit == "ms");
  CHECK(v.limit == 100);
  CHECK(*v.value == doctest::Approx(99.0045));
  CHECK(*v.low <= *v.value);
  CHECK(*v.high <= v.limit);
}

TEST_CASE("20 samples that are all above the limit prove that the median is over it") {
  const verdict v = judged(with_over(20, 100), "p50 < 100ms");
  CHECK(v.ruling == ruling::over);
  CHECK(v.reason == "proved: 20 of 20 samples over, after 20 blocks");
  CHECK(*v.low >= v.limit);
}

TEST_CASE("half of the samples above the limit prove nothing of the median, but all of a tail") {
  const trial_builder b = with_over(160, 50);
  const verdict v = judged(b, "p50 < 100ms");
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(v.reason ==
        "not proved by the most blocks allowed: 80 of 160 samples over, after 160 blocks");
  CHECK_FALSE(v.may_change);
  CHECK(*v.low < v.limit);
  CHECK(*v.high > v.limit);
  CHECK(judged(b, "p50 < 100ms", 161).may_change);
  CHECK(judged(b, "p90 < 100ms").ruling == ruling::over);
  CHECK(judged(b, "p10 < 100ms").ruling == ruling::within);
}

TEST_CASE("a sample on the limit is not above it") {
  trial_builder b;
  for (int i = 0; i < 20; ++i) b.block(100);
  CHECK(judged(b, "p50 < 100ms").ruling == ruling::within);
}

TEST_CASE("a ruling stands, whatever comes after it") {
  trial_builder b = with_over(20, 0);
  for (int i = 0; i < 140; ++i) b.block(500);
  const verdict v = judged(b, "p50 < 100ms");
  CHECK(v.ruling == ruling::within);
  CHECK(v.n == 20);
}

TEST_CASE("before the first look nothing is ruled, but by the last block allowed") {
  const verdict v = judged(with_over(19, 0), "p50 < 100ms");
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(v.reason == "19 blocks, and the first look takes 20");
  CHECK(v.may_change);
  CHECK(v.n == 19);
  CHECK(judged(with_over(10, 0), "p50 < 100ms", 10).ruling == ruling::within);
  CHECK(judged(with_over(9, 0), "p50 < 100ms", 10).reason ==
        "9 blocks, and the first look takes 10");
}

TEST_CASE("as many samples as it takes prove it, one fewer does not") {
  CHECK(judged(with_over(6, 0), "p50 < 100ms", 6).ruling == ruling::within);
  CHECK(judged(with_over(5, 0), "p50 < 100ms", 5).ruling == ruling::inconclusive);
  CHECK(judged(with_over(36, 0), "p90 < 100ms", 36).ruling == ruling::within);
  CHECK(judged(with_over(35, 0), "p90 < 100ms", 35).ruling == ruling::inconclusive);
  CHECK(judged(with_over(74, 0), "p95 < 100ms", 74).ruling == ruling::within);
  CHECK(judged(with_over(73, 0), "p95 < 100ms", 73).ruling == ruling::inconclusive);
}

TEST_CASE("what can never be proved is refused, with the number of samples it takes") {
  struct row {
    const char* text;
    std::size_t takes;
  };
  for (const row& r :
       {row{"p50 < 1ms", 6}, {"p90 < 1ms", 36}, {"p95 < 1ms", 74}, {"p99 < 1ms", 377}}) {
    CAPTURE(r.text);
    CHECK(can_be_proved(budget(r.text), 0.05, r.takes));
    const auto refused = can_be_proved(budget(r.text), 0.05, r.takes - 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == fault_kind::usage);
    CHECK(refused.error().where == "cold.cold_ms");
    CHECK(refused.error().message ==
          fmt::format("{} can never be proved by {} samples: it takes {}, all below the limit",
                      r.text, r.takes - 1, r.takes));
  }
  CHECK_FALSE(can_be_proved(budget("p50 < 1ms"), 0.001, 6));
  CHECK(can_be_proved(budget("p50 <= baseline + 10%"), 0.05, 0));
}

TEST_CASE("of samples that hang together only some count") {
  // Five of 20 are above the limit, once in a row and once spread.
  trial_builder in_a_row;
  for (int i = 0; i < 20; ++i) in_a_row.block(i < 5 ? 101 : 99);
  const verdict v = judged(in_a_row, "p50 < 100ms", 20);
  CHECK(v.n == 3);
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(v.reason.ends_with("after 20 blocks (every 9. counts, since they hang together)"));
  const verdict spread = judged(with_over(20, 25), "p60 < 100ms", 20);
  CHECK(spread.n == 20);
  CHECK(spread.reason.ends_with("after 20 blocks"));
}

TEST_CASE("each sample of a block counts") {
  trial_builder b;
  for (int i = 0; i < 20; ++i) b.block(block_samples{.warm_ms = {1, 2, 3, 4, 5}});
  const verdict v = judged(b, "p90 < 6ms", 160, usual, "warm.warm_ms");
  CHECK(v.ruling == ruling::within);
  CHECK(v.n == 100);
  CHECK(*v.value == doctest::Approx(5));
}

TEST_CASE("memory and money have limits too") {
  trial_builder b;
  for (int i = 0; i < 20; ++i) b.block(block_samples{.peak_mb = 40});
  CHECK(judged(b, "p50 < 64MB", 160, usual, "peak_mb").ruling == ruling::within);
  CHECK(judged(b, "p50 < 39MB", 160, usual, "peak_mb").ruling == ruling::over);
  CHECK(judged(b, "p50 < 39MB", 160, usual, "peak_mb").unit == "MB");
}

TEST_CASE("a function that always fails has nothing to judge, at no look") {
  trial_builder b;
  for (int i = 0; i < 160; ++i) {
    b.failed_block();
    const verdict v = judged(b, "p50 < 100ms");
    REQUIRE(v.ruling == ruling::inconclusive);
    REQUIRE_FALSE(v.value);
    REQUIRE(v.may_change == (i < 159));
  }
  CHECK(judged(trial_builder{}, "p50 < 100ms").reason == "0 blocks, and the first look takes 20");
}

TEST_CASE("each bound has the error rate of the ruling that it belongs to") {
  const trial_builder b = with_over(160, 50);
  const verdict both = judged(b, "p50 < 100ms");
  const verdict strict_over = judged(b, "p50 < 100ms", 160, {0.05, 0.0001});
  CHECK(strict_over.high == both.high);
  CHECK(*strict_over.low <= *both.low);
  CHECK(strict_over.alpha_over == 0.0001);
  // So that no budget is within a limit that the upper bound is beyond.
  for (std::size_t percent = 0; percent <= 40; percent += 5) {
    const verdict v = judged(with_over(160, percent), "p50 < 100ms", 160, {0.05, 0.001});
    if (v.ruling == ruling::within) CHECK(*v.high <= v.limit);
  }
}

TEST_CASE("where too many blocks failed, those that are left prove nothing") {
  trial_builder b;
  for (std::size_t i = 0; i < 40; ++i) {
    if (i % 5 == 0) {
      b.failed_block();
    } else {
      b.block(10);
    }
  }
  const verdict v = judged(b, "p50 < 100ms", 40);
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(v.reason == "not proved by the most blocks allowed: 8 of 40 blocks failed");
}

}  // namespace
}  // namespace lambdaprof
