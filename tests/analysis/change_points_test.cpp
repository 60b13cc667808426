// SPDX-License-Identifier: Apache-2.0
#include "analysis/change_points.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/samples.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

struct part {
  std::size_t n;
  double factor;
};

/// Twenty, times 1 + noise, times the factor of each part.
std::vector<double> levels(std::uint64_t seed, double noise, const std::vector<part>& parts) {
  std::vector<double> series;
  for (const part& p : parts)
    for (const double d : differences(seed++, p.n, 0, 0))
      series.push_back(20 * p.factor * (1 + noise * d));
  return series;
}

/// How many of the series of normal noise have a change.
int alarms(int series_count, std::size_t n, double autocorrelation) {
  lambdaprof::random chance(n);
  int count = 0;
  for (int i = 0; i < series_count; ++i) {
    std::vector<double> series(n);
    double level = 0;
    for (double& v : series) {
      level = autocorrelation * level + 0.1 * chance.normal();
      v = 20 * std::exp(level);
    }
    count += !change_points(series).empty();
  }
  return count;
}

}  // namespace

TEST_CASE("changes agree with independent implementations to nine digits") {
  // reference/change_points.py with SciPy 1.17.1
  const struct {
    std::uint64_t seed;
    double noise;
    std::vector<part> parts;
    std::vector<change> changes;
  } references[] = {
      {1,
       0.1,
       {{30, 1.0}, {20, 1.2}},
       {{30, 20.220282266735783, 23.758599355197568, 2.916932953510293e-15}}},
      {11,
       0.05,
       {{40, 1.0}, {6, 1.1}},
       {{40, 19.97460215699856, 22.186418428571113, 6.060589357784037e-07}}},
      {51,
       0.1,
       {{40, 1.0}, {5, 0.75}, {12, 1.0}},
       {{40, 19.924766174803857, 15.157556571350925, 4.262077741236014e-06},
        {45, 15.157556571350925, 20.05669373860037, 8.028773331749341e-08}}},
      {21,
       0.1,
       {{60, 1.0}, {45, 1.3}, {80, 0.9}, {40, 1.0}},
       {{60, 19.920166407661146, 25.69813318470519, 2.810975214232922e-43},
        {105, 25.69813318470519, 17.81689050904477, 1.7646478184130816e-54},
        {154, 17.81689050904477, 18.84335501660181, 0.00045004262558628996},
        {164, 18.84335501660181, 17.827919372936552, 0.0006365278267206405},
        {185, 17.827919372936552, 19.761121025998907, 1.996867598086359e-09}}},
      {31, 0.02, {{25, 1.0}, {25, 1.03}}, {}},
      {41, 0.15, {{200, 1.0}}, {}},
  };
  for (const auto& r : references) {
    CAPTURE(r.seed);
    const std::vector<change> found = change_points(levels(r.seed, r.noise, r.parts));
    REQUIRE(found.size() == r.changes.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].index == r.changes[i].index);
      CHECK(found[i].before == near(r.changes[i].before));
      CHECK(found[i].after == near(r.changes[i].after));
      CHECK(found[i].p == near(r.changes[i].p));
    }
  }
}

TEST_CASE("a change is found where it was made, at any place and in either direction") {
  for (const double factor : {1.2, 1 / 1.2})
    for (std::size_t place = 5; place <= 115; place += 5) {
      CAPTURE(place);
      const auto series = levels(place, 0.05, {{place, 1.0}, {120 - place, factor}});
      const std::vector<change> found = change_points(series);
      REQUIRE(found.size() == 1);
      CHECK(found[0].index == place);
      CHECK(found[0].after / found[0].before == doctest::Approx(factor).epsilon(0.03));
    }
}

TEST_CASE("noise alone is taken for a change as rarely as said") {
  CHECK(alarms(200, 30, 0) <= 4);
  CHECK(alarms(200, 200, 0) <= 14);
  const int in_a_thousand = alarms(1000, 100, 0);
  CHECK(in_a_thousand >= 10);
  CHECK(in_a_thousand <= 30);
  const int of_related_values = alarms(1000, 100, 0.3);
  CHECK(of_related_values >= 150);
  CHECK(of_related_values <= 250);
}

TEST_CASE("single values that lie far out are no change") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::vector<double> series = levels(seed, 0.1, {{80, 1.0}});
    lambdaprof::random chance(seed);
    for (int i = 0; i < 4; ++i) series[chance.below(series.size())] *= 1.5;
    CHECK(change_points(series).empty());
  }
}

TEST_CASE("a change that is too small or too weak is none") {
  const auto series = levels(3, 0.02, {{40, 1.0}, {40, 1.04}});
  CHECK(change_points(series).empty());
  change_settings any_size;
  any_size.smallest_magnitude = 0.02;
  const std::vector<change> found = change_points(series, any_size);
  REQUIRE(found.size() == 1);
  CHECK(found[0].index == 40);
  any_size.largest_p = found[0].p / 2;
  CHECK(change_points(series, any_size).empty());
}

TEST_CASE("levels without any noise are told apart and are no division by zero") {
  const std::vector<double> constant(70, 0.3);
  CHECK(change_points(constant).empty());
  change_settings any_size;
  any_size.smallest_magnitude = 0;
  CHECK(change_points(constant, any_size).empty());

  const auto steps = levels(1, 0, {{10, 1.0}, {30, 1.1}, {20, 0.9}, {40, 1.1}});
  for (const change_settings& s : {change_settings{}, any_size}) {
    const std::vector<change> found = change_points(steps, s);
    REQUIRE(found.size() == 3);
    CHECK(found[0].index == 10);
    CHECK(found[1].index == 40);
    CHECK(found[2].index == 60);
    for (const change& c : found) CHECK(c.p < 1e-9);
    CHECK(found[0].before == near(20));
    CHECK(found[0].after == near(22));
  }
}

TEST_CASE("a factor for all values changes the levels only") {
  const auto series = levels(5, 0.1, {{40, 1.0}, {40, 1.25}});
  std::vector<double> scaled = series;
  for (double& v : scaled) v *= 1000;
  const std::vector<change> found = change_points(series);
  const std::vector<change> larger = change_points(scaled);
  REQUIRE(found.size() == 1);
  REQUIRE(larger.size() == 1);
  CHECK(larger[0].index == found[0].index);
  CHECK(larger[0].before == near(found[0].before * 1000));
  CHECK(larger[0].p == doctest::Approx(found[0].p).epsilon(1e-6));
}

TEST_CASE("what is shorter than two levels has no change") {
  CHECK(change_points({}).empty());
  const std::vector<double> series{1, 1, 1, 9, 9, 9};
  for (std::size_t n = 1; n < series.size(); ++n)
    CHECK(change_points(std::span(series).first(n)).empty());
  CHECK(change_points(series).size() == 1);
}

TEST_CASE("a long series takes windows, and every change is found in one of them") {
  std::vector<part> parts;
  for (int i = 0; i < 40; ++i) parts.push_back({30, i % 2 == 0 ? 1.0 : 1.3});
  const std::vector<change> found = change_points(levels(7, 0.05, parts));
  REQUIRE(found.size() == 39);
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i].index == 30 * (i + 1));
}

TEST_CASE("changes of what has no ratio, or under no sense, are a bug of ours") {
  const std::vector<double> zeros(10, 0.0);
  const std::vector<double> series(10, 1.0);
  std::vector<double> infinite = series;
  infinite[5] = INFINITY;
  CHECK_THROWS_AS(change_points(zeros), broken_law);
  CHECK_THROWS_AS(change_points(infinite), broken_law);
  change_settings settings;
  settings.window = 5;
  CHECK_THROWS_AS(change_points(series, settings), broken_law);
  settings = {};
  settings.shortest_segment = 1;
  CHECK_THROWS_AS(change_points(series, settings), broken_law);
  settings = {};
  settings.largest_p = 0;
  CHECK_THROWS_AS(change_points(series, settings), broken_law);
}

}  // namespace lambdaprof::analysis
