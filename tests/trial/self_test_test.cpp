// SPDX-License-Identifier: Apache-2.0
#include "trial/self_test.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/random.hpp"
#include "support/trial_builder.hpp"

namespace lambdaprof {
namespace {

using state = trial::self_test::state;
using support::trial_builder;

trial::pairs pairs_of(std::size_t n, double shift, double sd, std::uint64_t seed = 1) {
  lambdaprof::random chance(seed);
  trial::pairs p;
  for (std::size_t i = 0; i < n; ++i) {
    p.base.push_back(100);
    p.variant.push_back(100 * std::exp(shift + sd * chance.normal()));
  }
  return p;
}

trial::self_test tested(const trial::pairs& p, std::size_t tests = 1) {
  return test_itself(p, analysis::cold_metric(), tests);
}

TEST_CASE("a program that is like itself shows a quiet machine") {
  const trial::self_test t = tested(pairs_of(160, 0, 0.05));
  CHECK(t.found == state::quiet);
  CHECK(t.metric == "cold.cold_ms");
  CHECK(t.blocks == 160);
  CHECK(t.confidence == doctest::Approx(0.99));
  CHECK(std::abs(t.ratio - 1) < 0.02);
  REQUIRE(t.bounds);
  CHECK(t.bounds->low < 1);
  CHECK(t.bounds->high > 1);
  CHECK(t.effective <= 160);
}

TEST_CASE("a program that differs from itself shows a noisy machine, however little it is") {
  CHECK(tested(pairs_of(160, 0.1, 0.05)).found == state::noisy);
  const trial::self_test t = tested(pairs_of(40, 0.01, 0.0001));
  CHECK(t.found == state::noisy);
  CHECK(t.bounds->low > 1);
  CHECK(tested(pairs_of(40, -0.01, 0.0001)).bounds->high < 1);
}

TEST_CASE("a difference of 3 % that may be none, or too few blocks, leave it open") {
  trial::pairs p;
  for (int i = 0; i < 20; ++i) {
    p.base.push_back(100);
    p.variant.push_back(i < 10 ? 115 : 92);
  }
  const trial::self_test wide = tested(p);
  REQUIRE(wide.bounds);
  CHECK(wide.bounds->low < 1);
  CHECK(wide.bounds->high > 1);
  CHECK(std::abs(wide.ratio - 1) > 0.02);
  CHECK(wide.found == state::unresolved);

  const trial::self_test few = tested(pairs_of(7, 0, 0.001));
  CHECK(few.found == state::unresolved);
  CHECK_FALSE(few.bounds);
  CHECK(tested(pairs_of(8, 0, 0.001)).bounds);
  CHECK(tested({}).found == state::unresolved);
  CHECK(tested({}).blocks == 0);
}

TEST_CASE("a metric that is always the same is quiet") {
  const trial::self_test t = tested(pairs_of(20, 0, 0));
  CHECK(t.found == state::quiet);
  CHECK(t.ratio == 1);
  CHECK(t.bounds->low == 1);
  CHECK(t.bounds->high == 1);
  CHECK(t.lag_one == 0);
  CHECK(t.effective == 20);
}

TEST_CASE("a metric that is zero is quiet, and one that is zero for one of them only is not") {
  trial::pairs p;
  p.base.assign(20, 0);
  p.variant.assign(20, 0);
  CHECK(tested(p).found == state::quiet);
  p.variant.assign(20, 5);
  CHECK(tested(p).found == state::noisy);
}

TEST_CASE("of many tests together, one in a hundred quiet machines is called noisy") {
  CHECK(tested(pairs_of(20, 0, 0.05), 5).confidence == doctest::Approx(0.998));
  std::size_t alarms = 0;
  constexpr std::size_t machines = 1000;
  for (std::uint64_t seed = 0; seed < machines; ++seed) {
    bool any = false;
    for (std::uint64_t metric = 0; metric < 4; ++metric)
      any = any || tested(pairs_of(40, 0, 0.1, 4 * seed + metric), 4).found == state::noisy;
    alarms += any;
  }
  // Ten, and three standard deviations.
  CHECK(alarms <= 19);
  CHECK(alarms > 0);
}

TEST_CASE("the repeat is one of the base, or else of the first arm") {
  const trial_builder variant(journal::role::variant);
  const trial_builder base(journal::role::base);
  const trial_builder repeat(journal::role::repeat);
  const std::vector<trial::arm> with_base{variant.arm(), base.arm(), repeat.arm()};
  const auto of_base = trial::find_repeat(with_base);
  REQUIRE(of_base);
  CHECK(of_base->original == &with_base[1]);
  CHECK(of_base->repeat == &with_base[2]);
  const std::vector<trial::arm> alone{variant.arm(), repeat.arm()};
  CHECK(trial::find_repeat(alone)->original == alone.data());
  const std::vector<trial::arm> none{variant.arm(), base.arm()};
  CHECK_FALSE(trial::find_repeat(none));
  CHECK_FALSE(trial::find_repeat({}));
}

}  // namespace
}  // namespace lambdaprof
