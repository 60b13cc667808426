// SPDX-License-Identifier: Apache-2.0
#include "trial/compare.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/trial_builder.hpp"

namespace lambdaprof {
namespace {

using journal::role;
using support::block_samples;
using support::trial_builder;
using trial::arm;
using trial::comparison;
using trial::findings;

findings compared(const std::vector<arm>& arms) {
  findings f;
  trial::compare(arms, 1, f);
  return f;
}

const comparison& of(const findings& f, std::string_view metric) {
  const auto at = std::find_if(f.comparisons.begin(), f.comparisons.end(),
                               [&](const comparison& c) { return c.metric == metric; });
  REQUIRE(at != f.comparisons.end());
  return *at;
}

/// A base and a variant whose cold start takes `ratio` times as long, from block to block another
/// time.
struct both {
  trial_builder base{role::base, "old"};
  trial_builder variant{role::variant, "new"};

  both(std::size_t blocks, double ratio) {
    for (std::size_t i = 0; i < blocks; ++i) {
      const double ms = 100 + 10.0 * static_cast<double>(i % 7);
      base.block(block_samples{.cold_ms = ms, .warm_ms = {5}});
      variant.block(block_samples{.cold_ms = ms * ratio, .warm_ms = {5}});
    }
  }
  findings compared() const { return lambdaprof::compared({base.arm(), variant.arm()}); }
};

TEST_CASE("a variant that always takes a quarter longer does so by all figures") {
  const findings f = both(20, 1.25).compared();
  const comparison& c = of(f, "cold.cold_ms");
  CHECK(c.base == "old");
  CHECK(c.variant == "new");
  CHECK(c.is_paired);
  CHECK(c.blocks == 20);
  CHECK(c.dropped == 0);
  CHECK(c.base_value == doctest::Approx(130));
  CHECK(c.variant_value == doctest::Approx(162.5));
  CHECK(c.ratio == doctest::Approx(1.25));
  CHECK(c.bounds->low == doctest::Approx(1.25));
  CHECK(c.bounds->high == doctest::Approx(1.25));
  CHECK(c.p == doctest::Approx(std::ldexp(1, -19)));
  CHECK(c.is_found);
  CHECK(c.difference == doctest::Approx(32.5).epsilon(0.05));
  CHECK(c.difference_bounds->low < c.difference);
  CHECK(*c.detectable == doctest::Approx(0).epsilon(1e-6));
  CHECK_FALSE(c.tail_ratio);
  CHECK(f.caveats.empty());
}

TEST_CASE("each compared metric that was measured is compared once, the most telling first") {
  const findings f = both(20, 1.25).compared();
  std::size_t at = 0;
  for (const analysis::metric& m : analysis::metrics())
    if (m.is_compared && m.key != "cold.restore_ms" && !m.key.ends_with("first_byte_ms"))
      CHECK(f.comparisons.at(at++).metric == m.key);
  CHECK(at == f.comparisons.size());
}

TEST_CASE("what is alike in all blocks is not found to differ") {
  const findings f = both(20, 1).compared();
  for (const comparison& c : f.comparisons) {
    CAPTURE(c.metric);
    CHECK(c.ratio == 1);
    CHECK(c.bounds->low == 1);
    CHECK(c.bounds->high == 1);
    CHECK(c.p == 1);
    CHECK(c.p_holm == 1);
    CHECK_FALSE(c.is_found);
    CHECK(c.difference == 0);
  }
}

TEST_CASE("what one comparison would find is not found among many") {
  // Six blocks in the same direction are p = 1/32, in each of several metrics.
  const findings f = both(6, 1.25).compared();
  const comparison& cold = of(f, "cold.cold_ms");
  CHECK(cold.p == doctest::Approx(0.03125));
  CHECK(cold.p_holm > 0.1);
  CHECK_FALSE(cold.is_found);
  CHECK(both(12, 1.25).compared().comparisons.front().is_found);
}

TEST_CASE("adjusted p values are of all variants and metrics together") {
  both arms(20, 1.25);
  trial_builder third(role::variant, "third");
  for (int i = 0; i < 20; ++i) third.block(block_samples{.cold_ms = 100.0 + i, .warm_ms = {5}});
  const findings two = arms.compared();
  const findings three = compared({arms.base.arm(), arms.variant.arm(), third.arm()});
  CHECK(three.comparisons.size() == 2 * two.comparisons.size());
  CHECK(of(three, "cold.cold_ms").p == of(two, "cold.cold_ms").p);
  CHECK(of(three, "cold.cold_ms").p_holm > of(two, "cold.cold_ms").p_holm);
  for (const comparison& c : three.comparisons) {
    CHECK(c.p_holm >= c.p);
    CHECK(c.p_holm <= 1);
    CHECK(c.is_found == (c.p_holm < 0.05));
  }
}

TEST_CASE("samples of zero have ratios, and equal ones share their ranks") {
  trial_builder base(role::base);
  trial_builder variant;
  for (int i = 0; i < 20; ++i) {
    base.block(block_samples{.cold_ms = 0, .warm_ms = {1}, .peak_mb = 0});
    variant.block(block_samples{.cold_ms = i % 2 == 0 ? 0.0 : 1, .warm_ms = {1}, .peak_mb = 0});
  }
  const findings f = compared({base.arm(), variant.arm()});
  const comparison& c = of(f, "cold.cold_ms");
  CHECK(std::isfinite(c.ratio));
  CHECK(c.ratio >= 1);
  CHECK(c.p < 0.01);
  CHECK(of(f, "peak_mb").ratio == 1);
  CHECK(of(f, "peak_mb").p == 1);
}

TEST_CASE("one block is a ratio without bounds, and nothing is found in it") {
  const findings f = both(1, 2).compared();
  const comparison& c = of(f, "cold.cold_ms");
  CHECK(c.ratio == doctest::Approx(2));
  CHECK(c.difference == doctest::Approx(100));
  CHECK_FALSE(c.bounds);
  CHECK_FALSE(c.difference_bounds);
  CHECK_FALSE(c.detectable);
  CHECK(c.p == 1);
  CHECK_FALSE(c.is_found);
}

TEST_CASE("arms without samples are not compared, and nothing is said of them") {
  const trial_builder nothing(role::base);
  const trial_builder more;
  CHECK(compared({}).comparisons.empty());
  CHECK(compared({nothing.arm()}).comparisons.empty());
  CHECK(compared({nothing.arm(), more.arm()}).comparisons.empty());
  const both arms(9, 1);
  CHECK(compared({arms.base.arm(), more.arm()}).comparisons.empty());
}

TEST_CASE("a metric that too many blocks lack is a caveat and no comparison") {
  both arms(17, 1.25);
  for (int i = 0; i < 3; ++i) {
    arms.base.block(100);
    arms.variant.failed_block();
  }
  const findings f = arms.compared();
  CHECK(std::none_of(f.comparisons.begin(), f.comparisons.end(),
                     [](const comparison& c) { return c.metric == "cold.cold_ms"; }));
  CHECK(f.caveats.at(0) ==
        "cold start of new is not compared: in 3 of 20 blocks it or the base failed");
  both few(18, 1.25);
  few.base.block(100).block(100);
  few.variant.failed_block().failed_block();
  CHECK(of(few.compared(), "cold.cold_ms").dropped == 2);
  CHECK(of(few.compared(), "cold.cold_ms").blocks == 18);
}

TEST_CASE("arms of two trials, or of none, are compared without pairs") {
  const both arms(20, 1.25);
  const findings f = compared({arms.base.arm(0), arms.variant.arm(1)});
  const comparison& c = of(f, "cold.cold_ms");
  CHECK_FALSE(c.is_paired);
  CHECK(c.ratio == doctest::Approx(1.25).epsilon(0.05));
  CHECK(c.bounds->low < 1.25);
  CHECK(c.bounds->high > 1.25);
  CHECK_FALSE(c.detectable);
  // The same samples, of which blocks explain most of the scatter.
  CHECK(c.p > of(arms.compared(), "cold.cold_ms").p);

  both outside(20, 1.25);
  for (trial_builder* b : {&outside.base, &outside.variant}) {
    for (analysis::invocation_row& i : b->rows().invocations) i.block = -1;
    for (analysis::environment_row& e : b->rows().environments) e.block = -1;
  }
  CHECK_FALSE(of(outside.compared(), "cold.cold_ms").is_paired);
  CHECK(of(outside.compared(), "cold.cold_ms").blocks == 20);
}

TEST_CASE("the tails of the headline are compared from a hundred blocks on") {
  CHECK_FALSE(of(both(99, 1.25).compared(), "cold.cold_ms").tail_ratio);
  const findings f = both(100, 1.25).compared();
  const comparison& c = of(f, "cold.cold_ms");
  CHECK(*c.tail_ratio == doctest::Approx(1.25));
  REQUIRE(c.tail_bounds);
  CHECK(c.tail_bounds->low <= doctest::Approx(1.25));
  CHECK(c.tail_bounds->high >= doctest::Approx(1.25));
  CHECK_FALSE(of(f, "cold.first_ms").tail_ratio);
}

TEST_CASE("the base is that of the role, else the first; only variants are compared with it") {
  const both arms(20, 1.25);
  const trial_builder repeat(role::repeat);
  const trial_builder calibration(role::calibration);
  const std::vector<arm> last{arms.variant.arm(), repeat.arm(), calibration.arm(), arms.base.arm()};
  CHECK(trial::base_of(last, "") == 3);
  CHECK(of(compared(last), "cold.cold_ms").base == "old");
  CHECK(of(compared(last), "cold.cold_ms").ratio == doctest::Approx(1.25));
  const both others(20, 1);
  const std::vector<arm> two{arms.variant.arm(), others.variant.arm()};
  CHECK(trial::base_of(two, "") == 0);
  CHECK(trial::base_of({}, "") == 0);
}

TEST_CASE("a trial is precise when the headline of each variant is") {
  findings f;
  CHECK_FALSE(is_precise(f, 0.5));
  f.comparisons.resize(2);
  f.comparisons[0].metric = f.comparisons[1].metric = "cold.cold_ms";
  f.comparisons[0].bounds = analysis::interval{0.99, 1.01};
  CHECK_FALSE(is_precise(f, 0.5));
  f.comparisons[1].bounds = analysis::interval{1.9, 2.1};
  CHECK(is_precise(f, 0.06));
  CHECK_FALSE(is_precise(f, 0.04));
  f.comparisons[1].metric = "peak_mb";
  CHECK(is_precise(f, 0.011));
}

TEST_CASE("runs with another plan, model or machine should not be compared") {
  journal::header a;
  a.plan = "1 event";
  a.machine = {"Linux 6.1", "a CPU", 2, 8000, "", 0.5};
  a.model = {{"cpu", "128 MB are 7 %", true}, {"freeze", "between events", true}};
  journal::header b = a;
  b.machine.load_average = 3;
  b.model[0].says = "256 MB are 14 %";
  CHECK_FALSE(trial::incomparable(a, b));
  const auto why = [&](auto change) {
    journal::header other = b;
    change(other);
    return trial::incomparable(a, other).value_or("nothing");
  };
  CHECK(why([](auto& h) { h.plan = "2 events"; }) == "another plan: 1 event and 2 events");
  const std::string model = "another model: other assumptions were in force";
  CHECK(why([](auto& h) { h.model[0].enforced = false; }) == model);
  CHECK(why([](auto& h) { h.model[1].says = "never"; }) == model);
  CHECK(why([](auto& h) { h.model.pop_back(); }) == model);
  CHECK(why([](auto& h) { h.machine.kernel = "Linux 6.2"; }) ==
        "another kernel: Linux 6.1 and Linux 6.2");
  CHECK(why([](auto& h) { h.machine.cpus = 4; }) == "another machine: 2 × a CPU and 4 × a CPU");
}

TEST_CASE("a variant is compared with the base of its own group") {
  trial_builder small_base{role::base, "sync, memory=128"};
  trial_builder small{role::variant, "async, memory=128"};
  trial_builder large_base{role::base, "sync, memory=512"};
  trial_builder large{role::variant, "async, memory=512"};
  for (trial_builder* b : {&small_base, &small}) b->conditions().variant.group = "memory=128";
  for (trial_builder* b : {&large_base, &large}) b->conditions().variant.group = "memory=512";
  for (std::size_t i = 0; i < 20; ++i) {
    small_base.block(100);
    small.block(200);
    large_base.block(50);
    large.block(25);
  }
  const findings f = compared({small_base.arm(), small.arm(), large_base.arm(), large.arm()});
  std::vector<comparison> cold;
  for (const comparison& c : f.comparisons)
    if (c.metric == "cold.cold_ms") cold.push_back(c);
  REQUIRE(cold.size() == 2);
  CHECK(cold[0].base == "sync, memory=128");
  CHECK(cold[0].variant == "async, memory=128");
  CHECK(cold[0].group == "memory=128");
  CHECK(cold[0].ratio == doctest::Approx(2));
  CHECK(cold[1].base == "sync, memory=512");
  CHECK(cold[1].variant == "async, memory=512");
  CHECK(cold[1].ratio == doctest::Approx(0.5));
}

TEST_CASE("what a trial is judged by is compared, also where it usually is not") {
  both b(20, 1.25);
  const auto has_handler = [](const findings& f) {
    return std::any_of(f.comparisons.begin(), f.comparisons.end(),
                       [](const comparison& c) { return c.metric == "cold.handler_ms"; });
  };
  CHECK_FALSE(has_handler(b.compared()));
  b.variant.conditions().trial.judged_by = {"cold.handler_ms"};
  CHECK(has_handler(b.compared()));
}

TEST_CASE("where most blocks differ by the same, the others still tell how much could be found") {
  both b(20, 1);
  for (std::size_t i = 0; i < 6; ++i) {
    b.base.block(100);
    b.variant.block(i % 2 == 0 ? 150 : 80);
  }
  const comparison c = of(b.compared(), "cold.cold_ms");
  CHECK_FALSE(c.is_found);
  REQUIRE(c.detectable);
  CHECK(*c.detectable > 0.05);
}

TEST_CASE("what a trial is judged by is not weakened by what is looked at besides") {
  both b(20, 1.25);
  const auto corrected = [](const findings& f, const char* metric) {
    const auto c = std::find_if(f.comparisons.begin(), f.comparisons.end(),
                                [&](const comparison& one) { return one.metric == metric; });
    REQUIRE(c != f.comparisons.end());
    return c->p_holm / c->p;
  };
  const findings together = b.compared();
  CHECK(corrected(together, "cold.cold_ms") > 1);
  b.base.conditions().trial.judged_by = {"cold.cold_ms"};
  b.variant.conditions().trial.judged_by = {"cold.cold_ms"};
  const findings apart = b.compared();
  CHECK(apart.comparisons.size() == together.comparisons.size());
  CHECK(corrected(apart, "cold.cold_ms") == doctest::Approx(1));
}

}  // namespace
}  // namespace lambdaprof
