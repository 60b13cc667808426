// SPDX-License-Identifier: Apache-2.0
#include "analysis/paired.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/samples.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

struct reference {
  std::uint64_t seed;
  std::size_t n;
  double shift;
  int grid;
  std::size_t margin;
  double estimate, low, high, p, lag_one, deviation;
};

/// The output of reference/paired.py with SciPy 1.17.1.
constexpr reference references[] = {
    {1, 6, 0.1, 0, 1, 0.3605925209927997, -0.16792094465369786, 1.04150047236593, 0.3125,
     0.06926993044102239, 0.525108873100852},
    {2, 10, 0.5, 0, 9, 0.4228382652170085, 0.16232803311751665, 0.850172798069714, 0.005859375,
     0.20977909877851492, 0.26463823594406294},
    {3, 25, 0.1, 0, 90, 0.21304544845341333, 0.014798759394360428, 0.3983413203009466,
     0.03180783987045288, -0.449534054824735, 0.4722739498295589},
    {4, 40, 0.0, 0, 265, -0.027410376166270567, -0.18699748385665171, 0.11191601892277125,
     0.7046876743079338, -0.2409433989043538, 0.49635957377983264},
    {5, 160, 0.05, 0, 5290, -0.006396339488364711, -0.08971518928256608, 0.07477318745876821,
     0.8724504405492346, 0.041237627739489933, 0.4934286341883525},
    {6, 300, 0.02, 0, 19629, 0.013078559732908439, -0.04812683143643298, 0.07508241904317946,
     0.6876184176151596, -0.09329305394040001, 0.5353570521668284},
    {7, 301, 0.05, 0, 19763, 0.06827202421039885, 0.007211887004038034, 0.13008939004124628,
     0.026780294326260567, 0.08260040039229648, 0.568208206242559},
    {8, 800, -0.03, 0, 147386, 0.015181273481935584, -0.020592045659836827, 0.05152468495345941,
     0.41184465875300036, 0.0009195958231578052, 0.5280970168634614},
    {9, 12, 0.4, 4, 14, 0.25, -0.25, 0.75, 0.203125, -0.3090969455511288, 0.741301109252801},
    {10, 14, 0.0, 3, 22, 0.0, -0.33333333333333337, 0.3333333333333333, 0.83203125,
     -0.09382566585956417, 0.49420073950186727},
    {11, 400, 0.06, 16, 35565, 0.0, -0.03125, 0.0625, 0.6870404149867373, 0.07940650412719917,
     0.5559758319396008},
};

}  // namespace

TEST_CASE("estimate, interval and p agree with independent implementations to nine digits") {
  for (const reference& r : references) {
    CAPTURE(r.seed);
    const std::vector<double> d = differences(r.seed, r.n, r.shift, r.grid);
    const paired_shift found = signed_rank(d);
    CHECK(found.estimate == near(r.estimate));
    CHECK(found.p == near(r.p));
    CHECK(lag_one_autocorrelation(d) == near(r.lag_one));
    CHECK(robust_deviation(d) == near(r.deviation));
    REQUIRE(found.bounds);
    CHECK(signed_rank_margin(r.n, 0.95) == r.margin);
    CHECK(found.bounds->low == near(r.low));
    CHECK(found.bounds->high == near(r.high));
  }
}

TEST_CASE("the margins of the interval are the published critical values") {
  const struct {
    std::size_t n;
    double confidence;
    std::size_t critical;  // the largest sum that is significant, e.g. Wilcoxon's table
  } published[] = {{6, 0.95, 0},   {10, 0.95, 8},  {10, 0.99, 3},   {15, 0.95, 25},
                   {20, 0.95, 52}, {25, 0.95, 89}, {30, 0.99, 109}, {50, 0.95, 434}};
  for (const auto& p : published) {
    CAPTURE(p.n);
    CHECK(signed_rank_margin(p.n, p.confidence) == p.critical + 1);
  }
}

TEST_CASE("too few pairs have no interval") {
  CHECK(signed_rank_margin(0, 0.95) == 0);
  CHECK(signed_rank_margin(5, 0.95) == 0);
  CHECK(signed_rank_margin(7, 0.99) == 0);
  CHECK(signed_rank_margin(8, 0.99) == 1);
  const std::vector<double> five{0.1, 0.2, 0.3, 0.4, 0.5};
  const paired_shift found = signed_rank(five);
  CHECK_FALSE(found.bounds);
  CHECK(found.estimate == doctest::Approx(0.3));
  CHECK(found.p == 2.0 / 32);
}

TEST_CASE("all pairs alike in one direction is one way of all signs") {
  std::vector<double> rising(20);
  std::iota(rising.begin(), rising.end(), 1.0);
  CHECK(signed_rank(rising).p == near(std::ldexp(1.0, -19)));
  for (double& d : rising) d = -d;
  CHECK(signed_rank(rising).p == near(std::ldexp(1.0, -19)));
  // Equal sizes share one rank, which makes the sum a binomial count.
  const std::vector<double> same{1, 1, 1, 1, 1, 1, -1, -1};
  CHECK(signed_rank(same).p == near(2 * (1 + 8 + 28) / 256.0));
}

TEST_CASE("no difference at all is certain to be none") {
  const std::vector<double> zeros(12, 0.0);
  const paired_shift found = signed_rank(zeros);
  CHECK(found.estimate == 0);
  CHECK(found.p == 1);
  REQUIRE(found.bounds);
  CHECK(found.bounds->low == 0);
  CHECK(found.bounds->high == 0);
}

TEST_CASE("without ties the interval leaves out 0 exactly where p is small") {
  lambdaprof::random chance(3);
  int outside = 0;
  for (std::uint64_t trial = 0; trial < 500; ++trial) {
    const std::size_t n = 6 + chance.below(40);
    const std::vector<double> d = differences(trial, n, chance.uniform(-0.4, 0.4), 0);
    for (const double confidence : {0.8, 0.95}) {
      const paired_shift found = signed_rank(d, confidence);
      REQUIRE(found.bounds);
      const bool is_outside = found.bounds->low > 0 || found.bounds->high < 0;
      CHECK(is_outside == (found.p <= 1 - confidence));
      outside += is_outside ? 1 : 0;
    }
  }
  CHECK(outside > 100);
  CHECK(outside < 900);
}

TEST_CASE("a shift of all pairs shifts the estimate and the interval, and a mirror mirrors them") {
  const std::vector<double> d = differences(12, 33, 0.2, 0);
  const paired_shift found = signed_rank(d);
  std::vector<double> shifted = d;
  std::vector<double> mirrored = d;
  for (double& v : shifted) v += 2;
  for (double& v : mirrored) v = -v;
  const paired_shift above = signed_rank(shifted);
  const paired_shift mirror = signed_rank(mirrored);
  CHECK(above.estimate == near(found.estimate + 2));
  CHECK(above.bounds->low == near(found.bounds->low + 2));
  CHECK(above.bounds->high == near(found.bounds->high + 2));
  CHECK(mirror.estimate == near(-found.estimate));
  CHECK(mirror.bounds->low == near(-found.bounds->high));
  CHECK(mirror.bounds->high == near(-found.bounds->low));
  CHECK(mirror.p == near(found.p));
}

TEST_CASE("the interval covers the true shift as often as it claims, and with ties more often") {
  constexpr int trials = 3000;
  for (const int grid : {0, 4}) {
    CAPTURE(grid);
    int covered = 0;
    for (int trial = 0; trial < trials; ++trial) {
      // On the grid, which rounds down, the law is symmetric about half a step below.
      const double truth = grid == 0 ? 0 : -0.125;
      const auto d = differences(1000 + static_cast<std::uint64_t>(trial), 20, 0, grid);
      const paired_shift found = signed_rank(d);
      covered += found.bounds->low <= truth && truth <= found.bounds->high;
    }
    // Four standard errors of 3000 trials are 1.6 %.
    CHECK(covered > trials * 0.934);
    CHECK(covered < trials);
  }
}

TEST_CASE("beyond the exact range the normal law is wrong by next to nothing") {
  // reference/paired.py exact
  const struct {
    std::size_t n, exact;
  } whole_numbers[] = {{301, 19765}, {400, 35567}, {800, 147388}};
  for (const auto& w : whole_numbers) {
    const std::size_t margin = signed_rank_margin(w.n, 0.95);
    CHECK(margin <= w.exact);  // the interval is rather too wide
    CHECK(margin + 2 >= w.exact);
  }
  std::vector<double> d = differences(13, largest_exact_sample, 0.05, 0);
  const double exact = signed_rank(d).p;
  d.push_back(1e-9);  // the smallest of all, which moves the sum by next to nothing
  const double approximate = signed_rank(d).p;
  CHECK(approximate == doctest::Approx(exact).epsilon(0.02));
  CHECK(approximate != exact);
}

TEST_CASE("zeros say nothing of the direction, but much of the size") {
  std::vector<double> d = differences(14, 15, 0.5, 0);
  const paired_shift without = signed_rank(d);
  d.insert(d.end(), 10, 0.0);
  const paired_shift with = signed_rank(d);
  CHECK(with.p == near(without.p));
  CHECK(std::abs(with.estimate) < std::abs(without.estimate));
}

TEST_CASE("the order of pairs does not matter, except to the autocorrelation") {
  std::vector<double> d = differences(15, 50, 0.1, 8);
  const paired_shift found = signed_rank(d);
  const double lag = lag_one_autocorrelation(d);
  std::sort(d.begin(), d.end());
  const paired_shift sorted = signed_rank(d);
  CHECK(sorted.estimate == found.estimate);
  CHECK(sorted.p == found.p);
  CHECK(sorted.bounds->low == found.bounds->low);
  CHECK(sorted.bounds->high == found.bounds->high);
  CHECK(lag_one_autocorrelation(d) > 0.8);
  CHECK(std::abs(lag) < 0.5);
}

TEST_CASE("a series that is like itself counts for fewer values") {
  const std::vector<double> alternating{1, -1, 1, -1};
  CHECK(lag_one_autocorrelation(alternating) == -0.75);
  const std::vector<double> constant(10, 0.1);
  CHECK(lag_one_autocorrelation(constant) == 0);
  CHECK(effective_size(100, 0) == 100);
  CHECK(effective_size(100, 0.5) == near(100.0 / 3));
  CHECK(effective_size(100, 1) == 0);
  CHECK(effective_size(100, -0.5) == 100);
}

TEST_CASE("log ratios are of pairs, and of positive values only") {
  const std::vector<double> base{1, 2, 4};
  const std::vector<double> variant{2, 2, 2};
  const std::vector<double> logs = log_ratios(base, variant);
  REQUIRE(logs.size() == 3);
  CHECK(std::exp(logs[0]) == near(2));
  CHECK(logs[1] == 0);
  CHECK(std::exp(logs[2]) == near(0.5));
  const std::vector<double> zero{1, 0, 1};
  CHECK_THROWS_AS(log_ratios(base, zero), broken_law);
  CHECK_THROWS_AS(log_ratios(base, std::span(variant).first(2)), broken_law);
}

TEST_CASE("statistics of nothing, or of what is no number, are a bug of ours") {
  const std::vector<double> none;
  const std::vector<double> infinite{1, INFINITY};
  CHECK_THROWS_AS(signed_rank(none), broken_law);
  CHECK_THROWS_AS(signed_rank(infinite), broken_law);
  CHECK_THROWS_AS(signed_rank_margin(10, 1), broken_law);
  CHECK_THROWS_AS(lag_one_autocorrelation(none), broken_law);
  CHECK_THROWS_AS(robust_deviation(none), broken_law);
}

}  // namespace lambdaprof::analysis
