// SPDX-License-Identifier: Apache-2.0
// Whatever was measured, findings are numbers: nothing is infinite, nothing is not a number, and
// no figure contradicts another.
#include <doctest/doctest.h>

#include <cmath>

#include "base/random.hpp"
#include "support/trial_builder.hpp"
#include "trial/compare.hpp"
#include "trial/judge.hpp"

namespace lambdaprof {
namespace {

using journal::role;
using support::block_samples;
using support::trial_builder;
using trial::ruling;

void check_finite(std::optional<double> value) {
  if (value) CHECK(std::isfinite(*value));
}

void check_interval(const std::optional<analysis::interval>& i) {
  if (!i) return;
  CHECK(std::isfinite(i->low));
  CHECK(std::isfinite(i->high));
  CHECK(i->low <= i->high);
}

void check(const trial::comparison& c) {
  CAPTURE(c.metric);
  for (const double v : {c.base_value, c.variant_value, c.ratio, c.p, c.p_holm, c.difference,
                         c.lag_one, c.effective})
    CHECK(std::isfinite(v));
  CHECK(c.ratio > 0);
  CHECK(c.p > 0);
  CHECK(c.p <= c.p_holm);
  CHECK(c.p_holm <= 1);
  CHECK(std::abs(c.lag_one) <= 1);
  CHECK(c.blocks > 0);
  check_finite(c.detectable);
  check_finite(c.tail_ratio);
  check_interval(c.bounds);
  check_interval(c.difference_bounds);
  check_interval(c.tail_bounds);
}

void check(const trial::verdict& v) {
  CAPTURE(v.budget);
  CAPTURE(v.reason);
  CHECK(std::isfinite(v.limit));
  check_finite(v.value);
  check_finite(v.low);
  check_finite(v.high);
  if (v.low && v.high) CHECK(*v.low <= *v.high);
  CHECK_FALSE(v.reason.empty());
  // Some slack for a ratio that has been to its logarithm and back.
  if (v.ruling == ruling::within) CHECK(*v.high <= v.limit + 1e-9 * std::abs(v.limit));
  if (v.ruling == ruling::over) CHECK(*v.low >= v.limit - 1e-9 * std::abs(v.limit));
}

void check(const trial::self_test& t) {
  for (const double v : {t.ratio, t.confidence, t.lag_one, t.effective}) CHECK(std::isfinite(v));
  check_interval(t.bounds);
}

void check(const trial::findings& f) {
  for (const auto& c : f.comparisons) check(c);
  for (const auto& v : f.verdicts) check(v);
  for (const auto& t : f.self_tests) check(t);
}

/// As long as an instant can count, less what arithmetic with it takes.
constexpr double longest_ms = 1e12;

enum class kind { constant, zero, tiny, huge, usual, wild, mostly_equal };
constexpr kind kinds[] = {kind::constant, kind::zero, kind::tiny,        kind::huge,
                          kind::usual,    kind::wild, kind::mostly_equal};

double drawn(kind k, lambdaprof::random& chance) {
  switch (k) {
    case kind::constant:
      return 100;
    case kind::zero:
      return 0;
    case kind::tiny:
      return 1e-6 * static_cast<double>(chance.below(3));
    case kind::huge:
      return longest_ms * chance.unit();
    case kind::usual:
      return 100 * std::exp(0.2 * chance.normal());
    case kind::wild:
      return chance.below(2) == 0 ? 0 : longest_ms;
    case kind::mostly_equal:
      break;
  }
  return chance.below(10) == 0 ? 101 : 100;
}

trial_builder drawn_arm(role r, kind k, std::size_t blocks, lambdaprof::random& chance) {
  trial_builder b(r);
  const std::uint64_t failures = chance.below(4);  // none, a few, half or all
  for (std::size_t i = 0; i < blocks; ++i) {
    if (failures > 0 && chance.below(failures == 1 ? 20 : failures == 2 ? 2 : 1) == 0) {
      b.failed_block();
    } else {
      b.block(block_samples{.cold_ms = drawn(k, chance),
                            .warm_ms = {drawn(k, chance), drawn(k, chance)},
                            .peak_mb = std::min(drawn(k, chance), 1e9)});
    }
  }
  return b;
}

journal::trial_facts facts_of(std::int64_t max_blocks, double alpha, bool has_baseline) {
  journal::trial_facts facts;
  facts.alpha = alpha;
  facts.machine_deviation = 0.05;
  facts.max_blocks = max_blocks;
  for (const char* metric : {"cold.cold_ms", "warm.warm_ms", "peak_mb"}) {
    const std::string unit = metric == std::string("peak_mb") ? "MB" : "ms";
    facts.budgets.push_back({metric, "p50 < 100" + unit});
    facts.budgets.push_back({metric, "p99 < 0.000001" + unit});
    if (!has_baseline) continue;
    facts.budgets.push_back({metric, "p50 <= baseline + 10%"});
    facts.budgets.push_back({metric, "p50 <= baseline + 10000%"});
    facts.budgets.push_back({metric, "p50 <= baseline - 99.99%"});
    facts.budgets.push_back({metric, "p50 <= baseline + 5" + unit});
    facts.budgets.push_back({metric, "p50 <= baseline - 999999999" + unit});
  }
  return facts;
}

void examine(const std::vector<trial_builder>& builders, const journal::trial_facts& facts) {
  std::vector<trial::arm> arms;
  for (const trial_builder& b : builders) {
    const role r = b.arm().role();
    arms.push_back(b.arm(r == role::saved_base || r == role::saved_calibration ? 1 : 0));
  }
  trial::findings f;
  trial::compare(arms, 1, f);
  trial::judge(arms, facts, f);
  CHECK(f.verdicts.size() == facts.budgets.size());
  check(f);
}

constexpr std::size_t sizes[] = {0, 1, 2, 5, 9, 20, 41};

}  // namespace

TEST_CASE("paired trials of any samples have finite findings") {
  lambdaprof::random chance(11);
  for (const kind of_base : kinds) {
    for (const kind of_variant : kinds) {
      for (const std::size_t blocks : sizes) {
        CAPTURE(static_cast<int>(of_base));
        CAPTURE(static_cast<int>(of_variant));
        CAPTURE(blocks);
        std::vector<trial_builder> all;
        all.push_back(drawn_arm(role::base, of_base, blocks, chance));
        all.push_back(drawn_arm(role::variant, of_variant, blocks, chance));
        if (chance.below(2) == 0) all.push_back(drawn_arm(role::repeat, of_base, blocks, chance));
        examine(all, facts_of(40, 0.05, true));
      }
    }
  }
}

TEST_CASE("committed baselines of any samples have finite findings") {
  lambdaprof::random chance(12);
  for (const kind of_saved : kinds) {
    for (const kind of_variant : kinds) {
      for (const std::size_t blocks : sizes) {
        CAPTURE(static_cast<int>(of_saved));
        CAPTURE(static_cast<int>(of_variant));
        CAPTURE(blocks);
        std::vector<trial_builder> all;
        all.push_back(drawn_arm(role::variant, of_variant, blocks, chance));
        all.push_back(drawn_arm(role::calibration, of_saved, blocks, chance));
        all.push_back(drawn_arm(role::saved_base, of_saved, 40, chance));
        all.push_back(drawn_arm(role::saved_calibration, of_variant, 40, chance));
        examine(all, facts_of(20, 0.05, true));
      }
    }
  }
}

TEST_CASE("a variant by itself, with any error rate, has finite findings") {
  lambdaprof::random chance(13);
  for (const kind k : kinds) {
    for (const double alpha : {1e-300, 1e-17, 1e-9, 0.05, 0.4999}) {
      for (const std::int64_t most : {1, 5, 20, 60}) {
        CAPTURE(static_cast<int>(k));
        CAPTURE(alpha);
        std::vector<trial_builder> all;
        all.push_back(drawn_arm(role::variant, k, static_cast<std::size_t>(most), chance));
        examine(all, facts_of(most, alpha, false));
        all.push_back(drawn_arm(role::base, kind::usual, static_cast<std::size_t>(most), chance));
        examine(all, facts_of(most, alpha, true));
      }
    }
  }
}

TEST_CASE("arms that have different blocks, or none in common, have finite findings") {
  lambdaprof::random chance(14);
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    std::vector<trial_builder> all;
    for (const role r : {role::base, role::variant, role::variant, role::repeat}) {
      trial_builder& b = all.emplace_back(r);
      for (int i = 0; i < 30; ++i) {
        if (chance.below(3) == 0) {
          b.skip_block();
        } else if (chance.below(5) == 0) {
          b.warm_up_block(drawn(kind::wild, chance));
        } else {
          b.block(drawn(kind::usual, chance));
        }
      }
    }
    examine(all, facts_of(30, 0.05, true));
  }
}

TEST_CASE("arms of different trials, of any samples, have finite findings") {
  lambdaprof::random chance(15);
  for (const kind of_base : kinds) {
    for (const kind of_variant : kinds) {
      const trial_builder base = drawn_arm(role::base, of_base, 1 + chance.below(50), chance);
      const trial_builder variant =
          drawn_arm(role::variant, of_variant, 1 + chance.below(50), chance);
      const std::vector<trial::arm> arms{base.arm(0), variant.arm(1)};
      trial::findings f;
      trial::compare(arms, 1, f);
      check(f);
    }
  }
}

TEST_CASE("long paired trials of any samples have finite tails") {
  lambdaprof::random chance(16);
  for (const kind k : kinds) {
    const trial_builder base = drawn_arm(role::base, k, 120, chance);
    const trial_builder variant = drawn_arm(role::variant, kind::usual, 120, chance);
    const std::vector<trial::arm> arms{base.arm(), variant.arm()};
    trial::findings f;
    trial::compare(arms, 1, f);
    check(f);
  }
}

}  // namespace lambdaprof
