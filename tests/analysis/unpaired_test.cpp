// SPDX-License-Identifier: Apache-2.0
#include "analysis/unpaired.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "analysis/samples.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

struct reference {
  std::uint64_t seed;
  std::size_t n, m;
  double shift;
  int grid;
  std::size_t margin;
  double estimate, low, high, p;
};

/// The output of reference/unpaired.py with SciPy 1.17.1.
constexpr reference references[] = {
    {1, 4, 4, 2.0, 0, 1, 2.134719179919469, 0.9185212541719117, 2.936209732936586,
     0.02857142857142857},
    {2, 5, 7, 0.4, 0, 6, 0.386477742414984, -0.3167673801942422, 0.9714671591382424,
     0.26767676767676774},
    {3, 20, 20, 0.3, 0, 128, 0.10128445574088871, -0.21164783379006785, 0.37900057929095826,
     0.5116612437016751},
    {4, 1, 60, 0.8, 0, 1, 0.711377989302443, -0.19149848904643962, 1.973705735378147,
     0.19672131147540986},
    {5, 60, 3, -0.6, 0, 30, -0.06749935242046667, -0.5205733504636577, 0.5461726907253776,
     0.8673667245851275},
    {6, 40, 90, 0.1, 0, 1412, 0.05443092357132376, -0.15933028797199053, 0.260257348753269,
     0.5960347346347468},
    {7, 100, 100, 0.0, 0, 4198, -0.0040159824516814435, -0.14836058137592678, 0.15021800097403126,
     0.9679137389652375},
    {8, 101, 100, 0.15, 0, 4242, 0.1300126707623197, -0.01356321580958908, 0.27553501966974914,
     0.08226676074099101},
    {9, 160, 160, -0.05, 0, 11178, 0.02882226800851944, -0.08648462646967336, 0.14713461171044778,
     0.6232687484594357},
    {10, 900, 30, 0.2, 0, 10663, 0.12851879436386932, -0.08086264353079864, 0.3350835216327473,
     0.2339966701833608},
    {11, 6, 5, 0.5, 3, 4, 1.0, 0.0, 1.6666666666666665, 0.030303030303030304},
    {12, 7, 8, -0.2, 2, 11, 0.0, -0.5, 1.0, 0.9292929292929293},
    {13, 30, 20, 0.2, 4, 201, 0.25, 0.0, 0.5, 0.06438152608775811},
    {14, 45, 55, 0.1, 16, 955, -0.0625, -0.25, 0.125, 0.4297118963513262},
    {15, 12, 80, 0.3, 2, 312, 0.5, 0.0, 1.0, 0.015558293354507334},
    {16, 160, 160, 0.1, 16, 11178, 0.125, 0.0625, 0.25, 0.01129731462913705},
    {17, 300, 40, 0.0, 3, 4855, 0.0, -0.3333333333333333, 0.0, 0.1842993751711619},
};

std::vector<double> all_differences(const std::vector<double>& base,
                                    const std::vector<double>& variant) {
  std::vector<double> all;
  for (const double v : variant)
    for (const double b : base) all.push_back(v - b);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("the shift of two samples agrees with independent implementations to nine digits") {
  for (const reference& r : references) {
    CAPTURE(r.seed);
    const std::vector<double> base = differences(r.seed, r.n, 0, r.grid);
    const std::vector<double> variant = differences(r.seed + 100, r.m, r.shift, r.grid);
    const two_sample_shift found = unpaired(base, variant);
    CHECK(found.estimate == near(r.estimate));
    CHECK(found.p == near(r.p));
    CHECK(mann_whitney_margin(r.n, r.m, 0.95) == r.margin);
    REQUIRE(found.bounds);
    CHECK(found.bounds->low == near(r.low));
    CHECK(found.bounds->high == near(r.high));
  }
}

TEST_CASE("the least p of small samples is the published one") {
  std::vector<double> below(10);
  std::iota(below.begin(), below.end(), 1.0);
  std::vector<double> above = below;
  for (double& v : above) v += 100;
  const auto least = [&](std::size_t n) {
    return unpaired(std::span(below).first(n), std::span(above).first(n)).p;
  };
  CHECK(least(3) == near(2.0 / 20));
  CHECK(least(4) == near(2.0 / 70));   // .0286
  CHECK(least(5) == near(2.0 / 252));  // .0079
  CHECK(least(10) == near(2.0 / 184756));
}

TEST_CASE("the margins of two samples are the published critical values") {
  const struct {
    std::size_t n, m;
    double confidence;
    std::size_t critical;  // the largest count that is significant, as in tables of U
  } published[] = {{4, 4, 0.95, 0},   {5, 5, 0.95, 2},     {8, 8, 0.95, 13},   {10, 10, 0.95, 23},
                   {5, 12, 0.95, 11}, {20, 20, 0.95, 127}, {10, 10, 0.99, 16}, {20, 20, 0.99, 105}};
  for (const auto& p : published) {
    CAPTURE(p.n);
    CAPTURE(p.m);
    CHECK(mann_whitney_margin(p.n, p.m, p.confidence) == p.critical + 1);
    CHECK(mann_whitney_margin(p.m, p.n, p.confidence) == p.critical + 1);
  }
}

TEST_CASE("too small samples have no interval, but an estimate") {
  CHECK(mann_whitney_margin(0, 5, 0.95) == 0);
  CHECK(mann_whitney_margin(3, 3, 0.95) == 0);
  CHECK(mann_whitney_margin(1, 38, 0.95) == 0);
  CHECK(mann_whitney_margin(1, 39, 0.95) == 1);
  const std::vector<double> one{1};
  const std::vector<double> other{3};
  const two_sample_shift found = unpaired(one, other);
  CHECK(found.estimate == 2);
  CHECK_FALSE(found.bounds);
  CHECK(found.p == 1);
}

TEST_CASE("estimate and bounds are order statistics of all differences") {
  lambdaprof::random chance(5);
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    CAPTURE(trial);
    const int grid = trial % 2 == 0 ? 0 : 3;
    const auto base = differences(trial, 1 + chance.below(30), 0, grid);
    const auto variant = differences(trial + 1000, 1 + chance.below(30), 0.1, grid);
    const auto all = all_differences(base, variant);
    const two_sample_shift found = unpaired(base, variant, 0.9);
    CHECK(found.estimate == std::midpoint(all[(all.size() - 1) / 2], all[all.size() / 2]));
    const std::size_t margin = mann_whitney_margin(base.size(), variant.size(), 0.9);
    CHECK(found.bounds.has_value() == (margin > 0));
    if (!found.bounds) continue;
    CHECK(found.bounds->low == all[margin - 1]);
    CHECK(found.bounds->high == all[all.size() - margin]);
  }
}

TEST_CASE("without ties the interval of two samples leaves out 0 exactly where p is small") {
  lambdaprof::random chance(6);
  int outside = 0;
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    const auto base = differences(trial, 4 + chance.below(40), 0, 0);
    const auto variant =
        differences(trial + 1000, 4 + chance.below(40), chance.uniform(-0.5, 0.5), 0);
    for (const double confidence : {0.8, 0.95}) {
      const two_sample_shift found = unpaired(base, variant, confidence);
      REQUIRE(found.bounds);
      const bool is_outside = found.bounds->low > 0 || found.bounds->high < 0;
      CHECK(is_outside == (found.p <= 1 - confidence));
      outside += is_outside ? 1 : 0;
    }
  }
  CHECK(outside > 100);
  CHECK(outside < 500);
}

TEST_CASE("exchanging base and variant mirrors the shift, and p stays") {
  for (const int grid : {0, 4})
    for (const std::size_t m : {17, 40, 400}) {
      const auto base = differences(7, 33, 0, grid);
      const auto variant = differences(8, m, 0.3, grid);
      const two_sample_shift found = unpaired(base, variant);
      const two_sample_shift mirror = unpaired(variant, base);
      CHECK(mirror.estimate == near(-found.estimate));
      CHECK(mirror.bounds->low == near(-found.bounds->high));
      CHECK(mirror.bounds->high == near(-found.bounds->low));
      CHECK(mirror.p == near(found.p));
    }
}

TEST_CASE("samples that are all alike are certain not to differ") {
  for (const std::size_t n : {1, 4, 30, 200}) {
    const std::vector<double> same(n, 0.1);
    const two_sample_shift found = unpaired(same, same);
    CHECK(found.estimate == 0);
    CHECK_FALSE(std::signbit(found.estimate));
    CHECK(found.p == 1);
    CHECK(found.bounds.has_value() == (n >= 4));
    if (found.bounds) CHECK(found.bounds->high == 0);
  }
}

TEST_CASE("beyond the exact range the normal law of two samples is wrong by next to nothing") {
  // reference/unpaired.py
  const struct {
    std::size_t n, m, exact;
  } whole_numbers[] = {{101, 100, 4242}, {160, 160, 11179}, {300, 40, 4857}};
  for (const auto& w : whole_numbers) {
    const std::size_t margin = mann_whitney_margin(w.n, w.m, 0.95);
    CHECK(margin <= w.exact);  // the interval is rather too wide
    CHECK(margin + 2 >= w.exact);
  }
  for (const int grid : {0, 8}) {
    auto base = differences(9, 100, 0, grid);
    const auto variant = differences(10, 100, 0.15, grid);
    const double exact = unpaired(base, variant).p;
    base.push_back(0.12);  // near the middle, where it moves next to nothing
    const double approximate = unpaired(base, variant).p;
    CHECK(approximate == doctest::Approx(exact).epsilon(0.05));
    CHECK(approximate != exact);
  }
}

TEST_CASE("p is right as often as it claims where both samples have one law") {
  constexpr int trials = 2000;
  for (const int grid : {0, 3}) {
    int significant = 0;
    for (std::uint64_t trial = 0; trial < trials; ++trial)
      significant +=
          unpaired(differences(trial, 12, 0, grid), differences(trial + trials, 17, 0, grid)).p <=
          0.05;
    // Four standard errors of 2000 trials are 2 %.
    CHECK(significant <= trials * 0.07);
    CHECK(significant >= trials * 0.025);
  }
}

TEST_CASE("samples too large for all their differences at once have a shift") {
  const auto base = differences(11, 20'000, 0, 0);
  const auto variant = differences(12, 30'000, 0.05, 0);
  const two_sample_shift found = unpaired(base, variant);
  CHECK(found.estimate == doctest::Approx(0.05).epsilon(0.02));
  CHECK(found.bounds->low < found.estimate);
  CHECK(found.bounds->high > found.estimate);
  CHECK(found.p < 1e-10);
  std::vector<double> far = variant;
  for (double& v : far) v += 100;
  CHECK(unpaired(base, far).p == 0);
}

TEST_CASE("two samples of nothing, or of what is no number, are a bug of ours") {
  const std::vector<double> none;
  const std::vector<double> one{1};
  const std::vector<double> infinite{1, INFINITY};
  const std::vector<double> least{-std::numeric_limits<double>::max()};
  const std::vector<double> greatest{std::numeric_limits<double>::max()};
  CHECK_THROWS_AS(unpaired(none, one), broken_law);
  CHECK_THROWS_AS(unpaired(one, none), broken_law);
  CHECK_THROWS_AS(unpaired(one, infinite), broken_law);
  CHECK_THROWS_AS(unpaired(least, greatest), broken_law);
  CHECK_THROWS_AS(unpaired(one, one, 0), broken_law);
}

}  // namespace lambdaprof::analysis
