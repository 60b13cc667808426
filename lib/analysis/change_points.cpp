// SPDX-License-Identifier: Apache-2.0
#include "analysis/change_points.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <optional>

#include "base/result.hpp"

namespace lambdaprof::analysis {
namespace {

struct level {
  double n;
  double mean;
  double squares;  ///< of the distances from the mean, summed up
};

level level_of(std::span<const double> values) {
  level l{static_cast<double>(values.size()), 0, 0};
  for (const double v : values) l.mean += v;
  l.mean /= l.n;
  for (const double v : values) l.squares += (v - l.mean) * (v - l.mean);
  return l;
}

double two_sided_p(double distance, double variance, double freedom) {
  if (distance == 0) return 1;
  if (variance == 0) return 0;
  const boost::math::students_t law(freedom);
  return 2 * cdf(complement(law, std::abs(distance) / std::sqrt(variance)));
}

double student_p(const level& a, const level& b) {
  const double freedom = a.n + b.n - 2;
  const double pooled = (a.squares + b.squares) / freedom * (1 / a.n + 1 / b.n);
  return two_sided_p(b.mean - a.mean, pooled, freedom);
}

double welch_p(const level& a, const level& b) {
  const double of_a = a.squares / (a.n - 1) / a.n;
  const double of_b = b.squares / (b.n - 1) / b.n;
  if (of_a + of_b == 0) return student_p(a, b);
  const double share = of_a / (of_a + of_b);
  const double freedom = 1 / (share * share / (a.n - 1) + (1 - share) * (1 - share) / (b.n - 1));
  return two_sided_p(b.mean - a.mean, of_a + of_b, freedom);
}

/// Where both parts differ most, weighted by their sizes: the mean distance between a value of the
/// one and of the other, twice, less the mean distances within (Matteson and James 2014).
std::optional<std::size_t> best_split(std::span<const double> values, std::size_t shortest) {
  const std::size_t n = values.size();
  if (n < 2 * shortest) return std::nullopt;
  double left = 0;  // sums over all pairs on the left, across, and on the right
  double across = 0;
  double right = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) right += std::abs(values[j] - values[i]);
  std::optional<std::size_t> best;
  double most = 0;
  for (std::size_t split = 1; split + shortest <= n; ++split) {
    const double moving = values[split - 1];
    double to_left = 0;
    double to_right = 0;
    for (std::size_t i = 0; i + 1 < split; ++i) to_left += std::abs(moving - values[i]);
    for (std::size_t i = split; i < n; ++i) to_right += std::abs(moving - values[i]);
    left += to_left;
    across += to_right - to_left;
    right -= to_right;
    if (split < shortest) continue;
    const auto on_left = static_cast<double>(split);
    const auto on_right = static_cast<double>(n - split);
    const double weighted =
        (2 * across - left * 2 * on_right / (on_left - 1) - right * 2 * on_left / (on_right - 1)) /
        static_cast<double>(n);
    if (weighted > most) {
      most = weighted;
      best = split;
    }
  }
  return best;
}

/// Splits again what is split, as long as the parts differ.
void split(std::span<const double> values, std::size_t begin, const change_settings& s,
           std::vector<std::size_t>& places) {
  // Part of a level may be on the other side still, so that one must not ask for much.
  const double largest_p = std::min(1.0, 10 * s.largest_p);
  const std::optional<std::size_t> place = best_split(values, s.shortest_segment);
  if (!place) return;
  const auto left = values.first(*place);
  const auto right = values.subspan(*place);
  if (student_p(level_of(left), level_of(right)) > largest_p) return;
  split(left, begin, s, places);
  places.push_back(begin + *place);
  split(right, begin + *place, s, places);
}

/// Windows overlap by half, but no window reaches back over a candidate.
std::vector<std::size_t> candidates(std::span<const double> values, const change_settings& s) {
  std::vector<std::size_t> places;
  for (std::size_t begin = 0;;) {
    const std::size_t size = std::min(s.window, values.size() - begin);
    split(values.subspan(begin, size), begin, s, places);
    if (begin + size == values.size()) return places;
    begin += s.window / 2;
    if (!places.empty()) begin = std::max(begin, places.back());
  }
}

/// With the larger p of both tests. Welch's alone takes every few values that happen to lie close
/// together for a level, and Student's every few that scatter more than the rest.
std::vector<change> between(std::span<const double> logs, const std::vector<std::size_t>& places) {
  std::vector<change> all;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : places[i - 1];
    const std::size_t end = i + 1 == places.size() ? logs.size() : places[i + 1];
    const level before = level_of(logs.subspan(begin, places[i] - begin));
    const level after = level_of(logs.subspan(places[i], end - places[i]));
    all.push_back({places[i], before.mean, after.mean,
                   std::max(student_p(before, after), welch_p(before, after))});
  }
  return all;
}

double magnitude(const change& c) {
  return std::abs(c.after - c.before);
}

}  // namespace

std::vector<change> change_points(std::span<const double> series, const change_settings& s) {
  ensure(s.shortest_segment >= 2, "one value has no spread");
  ensure(s.window >= 2 * s.shortest_segment, "a window holds two segments");
  ensure(s.largest_p > 0 && s.largest_p < 1, "a limit of p lies inside (0, 1)");
  ensure(s.smallest_magnitude >= 0, "a magnitude is not negative");
  if (series.size() < 2 * s.shortest_segment) return {};
  std::vector<double> logs;
  logs.reserve(series.size());
  for (const double v : series) {
    ensure(v > 0 && std::isfinite(v), "only positive values have a ratio");
    // From the first, so that a constant series is one of zeros, whose mean does not round.
    logs.push_back(std::log(v) - std::log(series.front()));
  }

  std::vector<std::size_t> places = candidates(logs, s);
  std::vector<change> changes = between(logs, places);
  // The weakest goes first: without it, its neighbours may be stronger.
  while (!changes.empty()) {
    auto weakest = std::max_element(changes.begin(), changes.end(),
                                    [](const change& a, const change& b) { return a.p < b.p; });
    if (weakest->p <= s.largest_p) {
      weakest = std::min_element(
          changes.begin(), changes.end(),
          [](const change& a, const change& b) { return magnitude(a) < magnitude(b); });
      if (magnitude(*weakest) >= std::log1p(s.smallest_magnitude)) break;
    }
    places.erase(places.begin() + (weakest - changes.begin()));
    changes = between(logs, places);
  }
  for (change& c : changes) {
    c.before = series.front() * std::exp(c.before);
    c.after = series.front() * std::exp(c.after);
  }
  return changes;
}

}  // namespace lambdaprof::analysis
