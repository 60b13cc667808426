// SPDX-License-Identifier: Apache-2.0
#include "trial/committed.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/trial_builder.hpp"

namespace lambdaprof {
namespace {

using support::block_samples;
using support::trial_builder;
using trial::rates;
using trial::ruling;
using trial::verdict;

constexpr rates usual{0.05, 0.05};

/// A baseline of 100 ms, where the calibration takes 50 ms.
struct measured {
  trial_builder saved{journal::role::saved_base};
  trial_builder saved_calibration{journal::role::saved_calibration};
  trial_builder variant{journal::role::variant};
  trial_builder calibration{journal::role::calibration};

  explicit measured(std::size_t baseline_blocks = 40) {
    for (std::size_t i = 0; i < baseline_blocks; ++i) {
      saved.block(100);
      saved_calibration.block(50);
    }
  }
  measured& blocks(std::size_t n, double variant_ms, double calibration_ms) {
    for (std::size_t i = 0; i < n; ++i) {
      variant.block(variant_ms);
      calibration.block(calibration_ms);
    }
    return *this;
  }
  measured& failed_blocks(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      variant.failed_block();
      calibration.block(50);
    }
    return *this;
  }

  verdict judged(std::string_view text, std::size_t max_blocks = 160, double deviation = 0.05,
                 std::string_view metric = "cold.cold_ms") const {
    const auto budget = trial::read_budget(metric, text);
    REQUIRE(budget);
    return judge_committed(
        {saved.arm(1), saved_calibration.arm(1), variant.arm(), calibration.arm()}, *budget,
        deviation, max_blocks, usual);
  }
};

constexpr double z = 1.6448536269514722;  // of 5 %

TEST_CASE("without noise the bounds are what machines differ by") {
  const verdict v = measured{}.blocks(40, 100, 50).judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::within);
  CHECK(v.reason ==
        "proved by 40 blocks against 40 of the baseline, both in units of the calibration; "
        "machines differ by 5 %");
  CHECK_FALSE(v.may_change);
  CHECK(v.unit == "ratio");
  CHECK(v.limit == doctest::Approx(1.1));
  CHECK(v.n == 40);
  CHECK(*v.value == doctest::Approx(1));
  CHECK(*v.high == doctest::Approx(std::exp(z * 0.05)));
  CHECK(*v.low == doctest::Approx(std::exp(-z * 0.05)));
}

TEST_CASE("a limit nearer than machines differ is never ruled, one further away is") {
  const double least = trial::smallest_margin(0.05, 0.05);
  CHECK(least == doctest::Approx(std::exp(z * 0.05) - 1));
  measured m;
  m.blocks(40, 100, 50);
  CHECK(m.judged("p50 <= baseline + 8.5%").ruling == ruling::inconclusive);
  CHECK(m.judged("p50 <= baseline + 8.6%").ruling == ruling::within);
  CHECK(m.judged("p50 <= baseline + 8.5%", 160, 0.01).ruling == ruling::within);
  CHECK(m.judged("p50 <= baseline + 8.5%").reason.starts_with("not proved by 40 blocks"));
}

TEST_CASE("what takes longer than the limit allows on a machine as fast is over") {
  CHECK(measured{}.blocks(40, 125, 50).judged("p50 <= baseline + 10%").ruling == ruling::over);
  CHECK(measured{}.blocks(40, 115, 50).judged("p50 <= baseline + 10%").ruling ==
        ruling::inconclusive);
}

TEST_CASE("a machine half as fast is no reason to be over") {
  const verdict v = measured{}.blocks(40, 200, 100).judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::within);
  CHECK(*v.value == doctest::Approx(1));
  CHECK(measured{}.blocks(40, 100, 25).judged("p50 <= baseline + 10%").ruling == ruling::over);
}

TEST_CASE("memory does not depend on the pace of the machine") {
  measured m;
  for (int i = 0; i < 40; ++i) {
    m.variant.block(block_samples{.cold_ms = 200, .peak_mb = 64});
    m.calibration.block(100);
  }
  const verdict v = m.judged("p50 <= baseline + 10%", 160, 0.05, "peak_mb");
  CHECK(v.ruling == ruling::within);
  CHECK(*v.value == doctest::Approx(1));
}

TEST_CASE("it is looked at once, and what comes later changes nothing") {
  measured m;
  const verdict before = m.blocks(39, 100, 50).judged("p50 <= baseline + 10%");
  CHECK(before.ruling == ruling::inconclusive);
  CHECK(before.may_change);
  CHECK(before.reason == "39 blocks, and the look takes 40");
  CHECK_FALSE(before.high);
  for (const char* text : {"p50 <= baseline + 10%", "p50 <= baseline + 10ms"}) {
    measured later;
    const verdict at_look = later.blocks(40, 100, 50).judged(text);
    const verdict after = later.blocks(60, 400, 50).judged(text);
    CHECK(after.ruling == ruling::within);
    CHECK(after.n == 40);
    CHECK(after.limit == at_look.limit);
    CHECK(after.high == at_look.high);
  }
}

TEST_CASE("a trial that may not have so many blocks is looked at when it ends") {
  CHECK(measured{}.blocks(12, 100, 50).judged("p50 <= baseline + 10%", 12).ruling ==
        ruling::within);
}

TEST_CASE("a limit in milliseconds is shown as the ratio that it is on this machine") {
  // On a machine half as fast, 10 ms more than the baseline's 200 are 5 %.
  const verdict v = measured{}.blocks(40, 200, 100).judged("p50 <= baseline + 10ms");
  CHECK(v.unit == "ratio");
  CHECK(v.limit == doctest::Approx(1.05));
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(measured{}.blocks(40, 200, 100).judged("p50 <= baseline + 20ms").ruling == ruling::within);
  CHECK(measured{}.blocks(40, 250, 100).judged("p50 <= baseline + 20ms").ruling == ruling::over);
}

TEST_CASE("a baseline of a few blocks, whose scatter nobody knows, rules nothing") {
  for (const std::size_t blocks : {0U, 1U, 9U}) {
    CAPTURE(blocks);
    const verdict v = measured{blocks}.blocks(40, 300, 50).judged("p50 <= baseline + 10%");
    CHECK(v.ruling == ruling::inconclusive);
    CHECK(v.reason.starts_with("the baseline has too few blocks"));
    CHECK_FALSE(v.may_change);
    CHECK_FALSE(v.value);
  }
  CHECK(measured{10}.blocks(40, 300, 50).judged("p50 <= baseline + 10%").ruling == ruling::over);
}

TEST_CASE("a variant of which more than a tenth of the blocks failed is not judged") {
  measured m;
  const verdict v = m.blocks(35, 100, 50).failed_blocks(5).judged("p50 <= baseline + 10%");
  CHECK(v.ruling == ruling::inconclusive);
  CHECK(v.reason.starts_with("there are too few blocks"));
  CHECK(v.n == 0);
  CHECK(measured{}.blocks(36, 100, 50).failed_blocks(4).judged("p50 <= baseline + 10%").n == 36);
}

TEST_CASE("what scatters more has wider bounds, and few blocks have them wider still") {
  const auto high = [](double scatter, std::size_t blocks) {
    measured m(0);
    for (std::size_t i = 0; i < blocks; ++i) {
      // Up and down in turn, so that there is no likeness of neighbours.
      const double each = std::exp((i % 2 == 0 ? 1 : -1) * scatter * (1 + 0.1 * double(i % 3)));
      m.saved.block(100 * each);
      m.saved_calibration.block(50);
      m.blocks(1, 100 * each, 50);
    }
    const verdict v = m.judged("p50 <= baseline + 10%", blocks);
    REQUIRE(v.high);
    return *v.high;
  };
  CHECK(high(0.1, 40) > high(0.01, 40));
  CHECK(high(0.1, 10) > high(0.1, 40));
}

}  // namespace
}  // namespace lambdaprof
