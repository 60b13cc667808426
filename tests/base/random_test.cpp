// SPDX-License-Identifier: Apache-2.0
// The generator against its published reference, the distributions against their theory. Seeds are
// fixed, so that the tolerances (about five standard errors) either always hold or never.
#include "base/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace lambdaprof;

namespace {

constexpr int many = 100'000;

struct moments {
  double mean = 0;
  double variance = 0;
};

template <class Draw>
moments moments_of(Draw draw) {
  std::vector<double> drawn(many);
  moments m;
  for (double& x : drawn) m.mean += (x = draw()) / many;
  for (const double x : drawn) m.variance += (x - m.mean) * (x - m.mean) / (many - 1);
  return m;
}

}  // namespace

TEST_CASE("the bits are those of xoshiro256** seeded by splitmix64") {
  lambdaprof::random zero(0);
  CHECK(zero.bits() == 11091344671253066420U);
  CHECK(zero.bits() == 13793997310169335082U);
  CHECK(zero.bits() == 1900383378846508768U);
  CHECK(zero.bits() == 7684712102626143532U);
  lambdaprof::random other(42);
  CHECK(other.bits() == 1546998764402558742U);
  CHECK(other.bits() == 6990951692964543102U);
}

TEST_CASE("the same seed gives the same numbers, another seed others") {
  lambdaprof::random a(5);
  lambdaprof::random b(5);
  lambdaprof::random c(6);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t drawn = a.bits();
    CHECK(drawn == b.bits());
    differs = differs || drawn != c.bits();
  }
  CHECK(differs);
}

TEST_CASE("a fork is a stream of its own that the seed decides") {
  lambdaprof::random a(5);
  lambdaprof::random b(5);
  lambdaprof::random fork_of_a = a.fork();
  lambdaprof::random fork_of_b = b.fork();
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t drawn = fork_of_a.bits();
    CHECK(drawn == fork_of_b.bits());
    CHECK(drawn != a.bits());
  }
}

TEST_CASE("unit and uniform stay within their bounds and are even") {
  lambdaprof::random chance(1);
  const moments unit = moments_of([&] {
    const double x = chance.unit();
    REQUIRE(x >= 0);
    REQUIRE(x < 1);
    return x;
  });
  CHECK(unit.mean == doctest::Approx(0.5).epsilon(0.01));
  CHECK(unit.variance == doctest::Approx(1.0 / 12).epsilon(0.02));
  const moments wide = moments_of([&] {
    const double x = chance.uniform(-3, 5);
    REQUIRE(x >= -3);
    REQUIRE(x < 5);
    return x;
  });
  CHECK(wide.mean == doctest::Approx(1).epsilon(0.05));
  CHECK(chance.uniform(4, 4) == 4);
}

TEST_CASE("below gives every number under its bound equally often") {
  lambdaprof::random chance(2);
  std::array<int, 7> seen{};
  for (int i = 0; i < many; ++i) {
    const std::uint64_t drawn = chance.below(seen.size());
    REQUIRE(drawn < seen.size());
    ++seen[drawn];
  }
  // Chi-squared with 6 degrees of freedom: 22.5 is the 0.1 % point.
  double chi = 0;
  const double expected = many / 7.0;
  for (const int n : seen) chi += (n - expected) * (n - expected) / expected;
  CHECK(chi < 22.5);
  CHECK(chance.below(1) == 0);
}

TEST_CASE("below is unbiased where the bound does not divide the range") {
  // With a plain remainder two thirds of the draws would fall into the lower half.
  lambdaprof::random chance(3);
  constexpr std::uint64_t bound = 3U * (std::uint64_t{1} << 62);
  int low = 0;
  for (int i = 0; i < many; ++i) low += chance.below(bound) < bound / 2 ? 1 : 0;
  CHECK(low / double{many} == doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("exponential has its mean and its variance and is never negative") {
  lambdaprof::random chance(4);
  const moments m = moments_of([&] {
    const double x = chance.exponential(20);
    REQUIRE(x >= 0);
    REQUIRE(std::isfinite(x));
    return x;
  });
  CHECK(m.mean == doctest::Approx(20).epsilon(0.02));
  CHECK(m.variance == doctest::Approx(400).epsilon(0.05));
}

TEST_CASE("normal has mean 0, variance 1 and the right share within one standard deviation") {
  lambdaprof::random chance(5);
  int within = 0;
  const moments m = moments_of([&] {
    const double x = chance.normal();
    REQUIRE(std::isfinite(x));
    within += std::abs(x) < 1 ? 1 : 0;
    return x;
  });
  CHECK(std::abs(m.mean) < 0.02);
  CHECK(m.variance == doctest::Approx(1).epsilon(0.03));
  CHECK(within / double{many} == doctest::Approx(0.6827).epsilon(0.01));
}

TEST_CASE("pick follows the weights and never takes one that is not positive") {
  lambdaprof::random chance(6);
  const std::vector<double> weights{0, 1, 3, 0, 6, -2, 0};
  // A negative weight counts neither for itself nor against the others.
  std::array<int, 7> seen{};
  for (int i = 0; i < many; ++i) ++seen[chance.pick(weights)];
  CHECK(seen[0] + seen[3] + seen[5] + seen[6] == 0);
  CHECK(seen[1] / double{many} == doctest::Approx(0.1).epsilon(0.05));
  CHECK(seen[2] / double{many} == doctest::Approx(0.3).epsilon(0.03));
  CHECK(seen[4] / double{many} == doctest::Approx(0.6).epsilon(0.02));
}

TEST_CASE("a single positive weight is always picked, however small") {
  lambdaprof::random chance(7);
  const std::vector<double> weights{0, 5e-324, 0};
  for (int i = 0; i < 1000; ++i) REQUIRE(chance.pick(weights) == 1);
}
