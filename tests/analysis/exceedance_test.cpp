// SPDX-License-Identifier: Apache-2.0
#include "analysis/exceedance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "analysis/samples.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

struct reference {
  std::size_t k, n;
  double q, within, over;
};

/// The output of reference/exceedance.py with mpmath 1.4.1.
constexpr reference references[] = {
    {0, 0, 0.5, 0.0, 0.0},
    {0, 1, 0.5, 0.49263300040660053, -1.0123055338772538},
    {1, 1, 0.9, -1.0846994103965064, 1.8246971453677156},
    {0, 6, 0.5, 3.3597733148685044, -2.3823378306658592},
    {3, 10, 0.5, 0.0032119193421646797, -2.1718163649841332},
    {10, 10, 0.5, -2.8427856362360095, 5.8883052163979796},
    {2, 40, 0.9, 0.0066407370679992055, -3.1480111551522699},
    {9, 40, 0.9, -2.541221165254918, 0.80477335830312043},
    {5, 100, 0.95, -1.3479675022599528, -3.0214759123088336},
    {0, 377, 0.99, 2.9967428931492902, -4.8180789278243235},
    {12, 377, 0.99, -2.9060961640702818, 2.6252958918657605},
    {50, 100, 0.01, 158.98132420113722, -4.6020157170327604},
    {480, 1000, 0.5, -2.2951914562407642, -4.4601648216306901},
    {600, 1000, 0.5, -5.773523497021515, 17.148734794609671},
    {1000, 1000, 0.99, -7.5980550212197544, 4601.2097109747091},
    {0, 1000, 0.01, 4601.20971097471, -7.5980550212197544},
    {37, 5000, 0.99, 0.11482926990544299, -6.1226991031600372},
    {100000, 1000000, 0.9, -6.2414876224509932, -7.597136977956129},
    {100900, 1000000, 0.9, -7.6560382652562828, -2.4176564978181973},
    {0, 1000000, 0.5, 693140.39358677896, -14.267094263252229},
    {1000000, 1000000, 0.5, -14.267094263252229, 693140.39358677896},
    {518000, 1000000, 0.5, -10.943627045632783, 641.69964090854562},
    {7300, 1000000, 0.99, 401.90898082325511, -11.288627554974266},
    {999990, 1000000, 0.001, -11.476986780974288, 941.20625933708383},
    {3, 1000, 0.001, 6862.9388347820404, -7.5980633007061382}};

const double proof_at_5_percent = std::log(20);

/// What an e-process can be at most, whatever happens: where one thing only is likely.
double bound_of(std::size_t n, double q) {
  return -static_cast<double>(n) * std::log(std::min(q, 1 - q)) + 1;
}

}  // namespace

TEST_CASE("the evidence agrees with sixty digits of its formula to nine") {
  for (const reference& r : references) {
    CAPTURE(r.k);
    CAPTURE(r.n);
    CAPTURE(r.q);
    // An absolute error of a logarithm is a relative one of the evidence.
    CHECK(log_e_within(r.k, r.n, r.q) == doctest::Approx(r.within).epsilon(1e-9));
    CHECK(log_e_over(r.k, r.n, r.q) == doctest::Approx(r.over).epsilon(1e-9));
  }
}

TEST_CASE("the evidence is a number for all counts up to a million samples") {
  for (const std::size_t n : {1, 7, 100, 5'000, 1'000'000})
    for (const double q : {1e-9, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999999}) {
      double within_before = std::numeric_limits<double>::infinity();
      double over_before = -within_before;
      for (std::size_t step = 0; step <= 60; ++step) {
        const std::size_t k = n * step / 60;
        CAPTURE(n);
        CAPTURE(q);
        CAPTURE(k);
        const double within = log_e_within(k, n, q);
        const double over = log_e_over(k, n, q);
        REQUIRE(std::isfinite(within));
        REQUIRE(std::isfinite(over));
        CHECK(within <= bound_of(n, q));
        CHECK(over <= bound_of(n, q));
        // More samples above the limit never speak for it.
        CHECK(within <= within_before + 1e-9 * std::abs(within));
        CHECK(over >= over_before - 1e-9 * std::abs(over));
        within_before = within;
        over_before = over;
      }
    }
}

TEST_CASE("each further sample is a fair bet at the boundary and a losing one beyond") {
  for (const double q : {0.5, 0.9, 0.99}) {
    const double rate = 1 - q;
    for (const std::size_t n : {0, 1, 10, 300, 4000})
      for (std::size_t step = 0; step <= 10; ++step) {
        const std::size_t k = n * step / 10;
        CAPTURE(n);
        CAPTURE(k);
        const auto mean_growth = [&](double actual, const auto& log_e) {
          const double now = log_e(k, n, q);
          return actual * std::exp(log_e(k + 1, n + 1, q) - now) +
                 (1 - actual) * std::exp(log_e(k, n + 1, q) - now);
        };
        CHECK(mean_growth(rate, log_e_within) == doctest::Approx(1).epsilon(1e-9));
        CHECK(mean_growth(rate, log_e_over) == doctest::Approx(1).epsilon(1e-9));
        CHECK(mean_growth(rate * 1.5, log_e_within) < 1);
        CHECK(mean_growth(rate * 0.5, log_e_over) < 1);
      }
  }
}

TEST_CASE(
    "a limit that is looked at after every sample is judged wrongly at most as often as said") {
  constexpr std::size_t longest = 400;
  constexpr int trials = 2000;
  for (const double q : {0.5, 0.9}) {
    CAPTURE(q);
    // For each n, the most exceedances that prove a limit kept and the fewest that prove it
    // exceeded.
    std::vector<long> most(longest + 1, -1);
    std::vector<long> fewest(longest + 1);
    for (std::size_t n = 0; n <= longest; ++n) {
      std::size_t k = 0;
      while (k <= n && log_e_within(k, n, q) >= proof_at_5_percent) ++k;
      most[n] = static_cast<long>(k) - 1;
      k = n + 1;
      while (k > 0 && log_e_over(k - 1, n, q) >= proof_at_5_percent) --k;
      fewest[n] = static_cast<long>(k);
    }
    lambdaprof::random chance(8);
    int kept = 0;
    int exceeded = 0;
    for (int trial = 0; trial < trials; ++trial) {
      bool is_kept = false;
      bool is_exceeded = false;
      long k = 0;
      for (std::size_t n = 1; n <= longest; ++n) {
        k += chance.unit() >= q;
        is_kept = is_kept || k <= most[n];
        is_exceeded = is_exceeded || k >= fewest[n];
      }
      kept += is_kept;
      exceeded += is_exceeded;
    }
    CHECK(kept <= trials * 0.05);
    CHECK(exceeded <= trials * 0.05);
    CHECK(kept > trials * 0.005);
    CHECK(exceeded > trials * 0.005);
  }
}

TEST_CASE("a limit needs as many samples as its quantile and the error allow") {
  // reference/exceedance.py
  const struct {
    double q;
    std::size_t at_5_percent, at_1_percent;
  } needed[] = {{0.01, 1, 2},    {0.5, 6, 8},      {0.9, 36, 53},
                {0.95, 74, 109}, {0.99, 377, 556}, {0.999, 3787, 5585}};
  for (const auto& r : needed) {
    CAPTURE(r.q);
    CHECK(samples_to_prove(r.q, 0.05) == r.at_5_percent);
    CHECK(samples_to_prove(r.q, 0.01) == r.at_1_percent);
    const std::size_t over = samples_to_prove(1 - r.q, 0.05);
    CHECK(log_e_over(over, over, r.q) >= proof_at_5_percent);
    CHECK(log_e_over(over - 1, over - 1, r.q) < proof_at_5_percent);
  }
  CHECK(samples_to_prove(0.5, 0.999) == 1);
  CHECK(samples_to_prove(1 - 1e-9, 0.05) > 1'000'000'000);
}

TEST_CASE("the interval of a rate agrees with sixty digits to nine") {
  const struct {
    std::size_t k, n;
    double alpha, low, high;
  } rates[] = {{0, 20, 0.05, 0.0, 0.17209573113833367},
               {20, 20, 0.05, 0.82790426886166633, 1.0},
               {3, 20, 0.05, 0.013642841760019023, 0.44465571301333168},
               {10, 20, 0.01, 0.16346087735502925, 0.83653912264497075},
               {30, 300, 0.05, 0.050893389827491151, 0.16158423222878042},
               {1, 1000, 0.001, 8.9245836788648805e-9, 0.011308529144662244}};
  for (const auto& r : rates) {
    CAPTURE(r.k);
    const interval found = anytime_interval(r.k, r.n, r.alpha);
    CHECK(found.low == near(r.low));
    CHECK(found.high == near(r.high));
  }
  CHECK(anytime_interval(0, 0, 0.05).low == 0);
  CHECK(anytime_interval(0, 0, 0.05).high == 1);
}

TEST_CASE("the interval of a rate holds what neither evidence denies, and nothing else") {
  for (const std::size_t n : {1, 5, 40, 1000, 1'000'000})
    for (const double share : {0.0, 0.002, 0.1, 0.5, 0.97, 1.0}) {
      const auto k = static_cast<std::size_t>(static_cast<double>(n) * share);
      CAPTURE(n);
      CAPTURE(k);
      const interval found = anytime_interval(k, n, 0.05);
      CHECK(found.low <= static_cast<double>(k) / static_cast<double>(n));
      CHECK(found.high >= static_cast<double>(k) / static_cast<double>(n));
      for (int step = 1; step < 100; ++step) {
        const double rate = step / 100.0;
        const double q = 1 - rate;
        CHECK((log_e_over(k, n, q) >= proof_at_5_percent) == (rate <= found.low));
        CHECK((log_e_within(k, n, q) >= proof_at_5_percent) == (rate >= found.high));
      }
    }
}

TEST_CASE("the bounds of a quantile are the limits about which the evidence is silent") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const std::size_t n = seed * 4;
    std::vector<double> sample = differences(seed, n, 0, seed % 3 == 0 ? 8 : 0);
    std::sort(sample.begin(), sample.end());
    const double q = seed % 2 == 0 ? 0.5 : 0.9;
    const quantile_bounds bounds = anytime_quantile(sample, q, 0.05);
    std::vector<double> limits = sample;
    for (const double v : sample) {
      limits.push_back(std::nextafter(v, -10));
      limits.push_back(std::nextafter(v, 10));
    }
    for (const double limit : limits) {
      const auto above = static_cast<std::size_t>(
          std::count_if(sample.begin(), sample.end(), [&](double v) { return v > limit; }));
      const bool is_over = log_e_over(above, n, q) >= proof_at_5_percent;
      const bool is_within = log_e_within(above, n, q) >= proof_at_5_percent;
      CHECK(is_over == (bounds.low && limit < *bounds.low));
      CHECK(is_within == (bounds.high && limit >= *bounds.high));
    }
  }
}

TEST_CASE("a sample has an upper bound from the needed number of samples on") {
  for (const double q : {0.5, 0.9}) {
    std::vector<double> sample(samples_to_prove(q, 0.05), 3.0);
    CHECK(*anytime_quantile(sample, q, 0.05).high == 3);
    CHECK(*anytime_quantile(sample, q, 0.05).low == 3);
    sample.pop_back();
    CHECK_FALSE(anytime_quantile(sample, q, 0.05).high);
  }
  CHECK_FALSE(anytime_quantile({}, 0.5, 0.05).high);
  CHECK_FALSE(anytime_quantile({}, 0.5, 0.05).low);
}

TEST_CASE("evidence of what cannot be is a bug of ours") {
  CHECK_THROWS_AS(log_e_within(2, 1, 0.5), broken_law);
  CHECK_THROWS_AS(log_e_over(2, 1, 0.5), broken_law);
  CHECK_THROWS_AS(log_e_within(0, 1, 1), broken_law);
  CHECK_THROWS_AS(samples_to_prove(0.5, 0), broken_law);
  CHECK_THROWS_AS(samples_to_prove(NAN, 0.05), broken_law);
  CHECK_THROWS_AS(anytime_interval(2, 1, 0.05), broken_law);
  CHECK_THROWS_AS(anytime_interval(1, 2, 1), broken_law);
}

}  // namespace lambdaprof::analysis
