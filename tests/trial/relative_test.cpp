// SPDX-License-Identifier: Apache-2.0
#include "trial/relative.hpp"

#include <doctest/doctest.h>

#include "support/trial_builder.hpp"

namespace lambdaprof {
namespace {

using support::trial_builder;
using trial::rates;
using trial::ruling;
using trial::verdict;

constexpr rates usual{0.05, 0.05};

/// Arms of which the variant takes so many times (or milliseconds more than) the 100 ms of the
/// base.
struct both {
  trial_builder base{journal::role::base};
  trial_builder variant{journal::role::variant};

  both& blocks(std::size_t n, double variant_ms) {
    for (std::size_t i = 0; i < n; ++i) {
      // Both move together from block to block.
      const double pace = 1 + 0.1 * static_cast<double>(i % 7);
      base.block(100 * pace);
      variant.block(variant_ms * pace);
    }
    return *this;
  }

  verdict judged(std::string_view text, std::size_t max_blocks = 160, rates alpha = usual) const {
    const auto budget = trial::read_budget("cold.cold_ms", text);
    REQUIRE(budget);
    return judge_relative(base.arm(), variant.arm(), *budget, max_blocks, alpha);
  }
};

TEST_CASE("what is below the limit in all blocks is within at the first look") {
  const verdict v = both{}.blocks(20, 105).judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::within);
  CHECK(v.reason == "proved at look 1 of 4: 20 pairs");
  CHECK_FALSE(v.may_change);
  CHECK(v.metric == "cold.cold_ms");
  CHECK(v.budget == "p50 <= baseline + 10%");
  CHECK(v.unit == "ratio");
  CHECK(v.limit == doctest::Approx(1.1));
  CHECK(v.n == 20);
  CHECK(*v.value == doctest::Approx(1.05));
  CHECK(*v.low == doctest::Approx(1.05));
  CHECK(*v.high == doctest::Approx(1.05));
}

TEST_CASE("what is above the limit in all blocks is over at the first look") {
  const verdict v = both{}.blocks(20, 115).judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::over);
  CHECK(v.reason == "proved at look 1 of 4: 20 pairs");
  CHECK_FALSE(v.may_change);
}

TEST_CASE("what is now above and now below the limit is not proved by any number of blocks") {
  both arms;
  for (int i = 0; i < 160; ++i) arms.blocks(1, 100 + i % 21);
  const verdict at_end = arms.judged("p50 <= baseline + 10%");
  CHECK(at_end.ruling == ruling::inconclusive);
  CHECK(at_end.reason == "not proved by look 4 of 4: 160 pairs, the most allowed");
  CHECK_FALSE(at_end.may_change);
  CHECK(*at_end.low < at_end.limit);
  CHECK(*at_end.high > at_end.limit);
  const verdict before = arms.judged("p50 <= baseline + 10%", 320);
  CHECK(before.ruling == ruling::inconclusive);
  CHECK(before.reason == "not proved at look 4 of 5: 160 pairs");
  CHECK(before.may_change);
}

TEST_CASE("a ruling stands, whatever comes after it") {
  const verdict v = both{}.blocks(20, 100).blocks(140, 300).judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::within);
  CHECK(v.n == 20);
  CHECK(v.reason == "proved at look 1 of 4: 20 pairs");
}

TEST_CASE("between two looks nothing is ruled and no bound is new") {
  both arms;
  for (int i = 0; i < 20; ++i) arms.blocks(1, 100 + i);
  const verdict at_look = arms.judged("p50 <= baseline + 10%");
  const verdict after = arms.blocks(19, 100).judged("p50 <= baseline + 10%");
  CHECK(after.n == 20);
  CHECK(after.low == at_look.low);
  CHECK(after.high == at_look.high);
  CHECK(arms.blocks(1, 100).judged("p50 <= baseline + 10%").n == 40);
}

TEST_CASE("before the first look there is a value, but no bound and no ruling") {
  const verdict v = both{}.blocks(19, 105).judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(v.reason == "19 pairs, and the first look takes 20");
  CHECK(v.may_change);
  CHECK(*v.value == doctest::Approx(1.05));
  CHECK_FALSE(v.low);
  CHECK_FALSE(v.high);
  const verdict nothing = both{}.judged("p50 <= baseline + 10%");
  CHECK_FALSE(nothing.value);
  CHECK(nothing.reason == "0 pairs, and the first look takes 20");
}

TEST_CASE("a trial of few blocks has one look at its end, and very few prove nothing") {
  const verdict v = both{}.blocks(8, 105).judged("p50 <= baseline + 10%", 8);
  CHECK(v.ruling == ruling::within);
  CHECK(v.reason == "proved at look 1 of 1: 8 pairs");
  const verdict of_four = both{}.blocks(4, 105).judged("p50 <= baseline + 10%", 4);
  CHECK(of_four.ruling == ruling::inconclusive);
  CHECK_FALSE(of_four.high);
  CHECK_FALSE(of_four.may_change);
}

TEST_CASE("a limit in milliseconds is on plain differences") {
  // 4 ms more in each block, which is nearly twice as much where the base is fast.
  both arms;
  for (int i = 0; i < 20; ++i) {
    const double base = 5 + 5.0 * (i % 5);
    arms.base.block(base);
    arms.variant.block(base + 4);
  }
  const verdict v = arms.judged("p50 <= baseline + 5ms");
  CHECK(v.ruling == ruling::within);
  CHECK(v.unit == "ms");
  CHECK(v.limit == 5);
  CHECK(*v.value == doctest::Approx(4));
  CHECK(*v.high == doctest::Approx(4));
  CHECK(arms.judged("p50 <= baseline + 3ms").ruling == ruling::over);
  CHECK(arms.judged("p50 <= baseline + 10%").ruling == ruling::over);
}

TEST_CASE("to be the baseline is to be within it, to the last digit") {
  CHECK(both{}.blocks(20, 100).judged("p50 <= baseline").ruling == ruling::within);
  CHECK(both{}.blocks(20, 100.001).judged("p50 <= baseline").ruling == ruling::over);
  CHECK(both{}.blocks(20, 94).judged("p50 <= baseline - 5%").ruling == ruling::within);
  CHECK(both{}.blocks(20, 96).judged("p50 <= baseline - 5%").ruling == ruling::over);
}

TEST_CASE("a look of which too many blocks failed rules nothing, a later one may") {
  both arms;
  arms.blocks(17, 100);
  for (int i = 0; i < 3; ++i) {
    arms.base.block(100);
    arms.variant.failed_block();
  }
  const verdict v = arms.judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(v.reason == "not proved at look 1 of 4: 3 of 20 blocks failed");
  CHECK(v.may_change);
  const verdict later = arms.blocks(20, 100).judged("p50 <= baseline + 10%");
  CHECK(later.ruling == ruling::within);
  CHECK(later.n == 37);
  CHECK(later.reason == "proved at look 2 of 4: 37 pairs");
}

TEST_CASE("a variant that always fails is inconclusive, and stays so at the end") {
  both arms;
  for (int i = 0; i < 20; ++i) {
    arms.base.block(100);
    arms.variant.failed_block();
  }
  const verdict v = arms.judged("p50 <= baseline + 10%", 20);
  CHECK(v.ruling == ruling::inconclusive);
  CHECK_FALSE(v.may_change);
  CHECK_FALSE(v.value);
}

TEST_CASE("each side has its own error rate") {
  both arms;
  for (int i = 0; i < 20; ++i) arms.blocks(1, 100 + i % 10);
  const verdict strict = arms.judged("p50 <= baseline + 10%", 20, {0.001, 0.05});
  const verdict usual_one = arms.judged("p50 <= baseline + 10%", 20);
  const verdict other = arms.judged("p50 <= baseline + 10%", 20, {0.05, 0.001});
  CHECK(*strict.high > *usual_one.high);
  CHECK(*strict.low == *usual_one.low);
  CHECK(*other.high == *usual_one.high);
  CHECK(*other.low < *usual_one.low);
  CHECK(other.alpha == 0.05);
  CHECK(other.alpha_over == 0.001);
}

TEST_CASE("an error rate that is next to nothing proves nothing") {
  for (const double alpha : {1e-10, 1e-17, 1e-300}) {
    CAPTURE(alpha);
    const verdict v = both{}.blocks(20, 100).judged("p50 <= baseline + 10%", 160, {alpha, alpha});
    CHECK(v.ruling == ruling::inconclusive);
    CHECK_FALSE(v.high);
    CHECK(v.value);
  }
}

}  // namespace
}  // namespace lambdaprof
