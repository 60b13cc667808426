// SPDX-License-Identifier: Apache-2.0
#include "load/schedule.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace lambdaprof {
using namespace load;
using namespace std::chrono_literals;

namespace {

constexpr world_state quiet{true, true, true};
constexpr world_state busy{false, false, false};

std::optional<instant> due(const demand& d) {
  const auto* a = std::get_if<arrival>(&d);
  return a == nullptr ? std::nullopt : std::optional(a->due);
}

}  // namespace

TEST_CASE("a burst is due at one instant, whatever the world is doing") {
  schedule s({burst{3}}, random(1));
  for (int i = 0; i < 3; ++i) CHECK(due(s.poll(instant(5ms), busy)) == instant(5ms));
  CHECK(std::holds_alternative<finished>(s.poll(instant(6ms), busy)));
}

TEST_CASE("an idle gap begins when everything has settled") {
  schedule s({burst{1}, idle{15min}, burst{1}}, random(1));
  CHECK(due(s.poll(instant(0s), quiet)) == instant(0s));
  CHECK(std::holds_alternative<wait_settled>(s.poll(instant(1s), busy)));
  const demand gap = s.poll(instant(2s), quiet);
  REQUIRE(std::holds_alternative<wait_until>(gap));
  CHECK(std::get<wait_until>(gap).at == instant(2s + 15min));
  // The burst after it is due at the end of the gap, even if somebody woke late.
  CHECK(due(s.poll(instant(3s + 15min), quiet)) == instant(2s + 15min));
}

TEST_CASE("a sequential event is due when the one before has settled") {
  schedule s({sequential{2}}, random(1));
  CHECK(due(s.poll(instant(1ms), quiet)) == instant(1ms));
  CHECK(std::holds_alternative<wait_settled>(s.poll(instant(2ms), busy)));
  CHECK(due(s.poll(instant(3ms), {true, false, false})) == instant(3ms));
  CHECK(std::holds_alternative<wait_settled>(s.poll(instant(4ms), busy)));
  CHECK(std::holds_alternative<finished>(s.poll(instant(5ms), quiet)));
}

TEST_CASE("fresh waits until all is quiet, then until nothing is left") {
  schedule s({fresh{}, burst{1}}, random(1));
  CHECK(std::holds_alternative<wait_settled>(s.poll(instant(1ms), busy)));
  CHECK(std::holds_alternative<retire_all>(s.poll(instant(2ms), {true, true, false})));
  CHECK(std::holds_alternative<wait_settled>(s.poll(instant(2ms), {true, false, false})));
  CHECK(due(s.poll(instant(4ms), quiet)) == instant(4ms));
}

TEST_CASE("a steady rate keeps to the clock and its phase has an end") {
  schedule s({steady{1000.0 / 3, 1s}, burst{1}}, random(1));
  int n = 0;
  instant last{};
  for (demand d = s.poll(instant(0s), busy);; d = s.poll(instant(10s), busy)) {
    const auto at = due(d);
    if (!at) break;
    last = *at;
    if (last < instant(1s)) CHECK(last == instant(span(std::llround(n * 3e6))));
    ++n;
  }
  CHECK(n == 334 + 1);
  CHECK(last == instant(1s));  // the burst follows where the phase ended, not where we stood
}

TEST_CASE("a poisson phase has exponential gaps of its rate and the same ones for the same seed") {
  const auto play = [](std::uint64_t seed) {
    schedule s({poisson{100, 100s}}, random(seed));
    std::vector<double> gaps;
    instant last{};
    CHECK(std::holds_alternative<wait_until>(s.poll(last, busy)));
    while (const auto at = due(s.poll(instant(1h), busy))) {
      gaps.push_back(seconds(*at - last));
      last = *at;
    }
    return gaps;
  };
  const auto gaps = play(7);
  CHECK(gaps == play(7));
  CHECK(gaps != play(8));
  // 10 000 expected: within 4 standard deviations of the count, and the coefficient of variation
  // of 1.
  CHECK(std::abs(static_cast<double>(gaps.size()) - 10000) < 4 * 100);
  double sum = 0;
  double squares = 0;
  for (const double g : gaps) {
    sum += g;
    squares += g * g;
  }
  const auto n = static_cast<double>(gaps.size());
  const double mean = sum / n;
  CHECK(std::sqrt(squares / n - mean * mean) / mean == doctest::Approx(1).epsilon(0.05));
}

TEST_CASE("repeats nest, count their rounds, and pass on that they are discarded") {
  schedule s(
      {repeat{1, true, {burst{1}}}, repeat{2, false, {burst{1}, repeat{2, false, {burst{1}}}}}},
      random(1));
  std::vector<bool> discarded;
  for (;;) {
    const demand d = s.poll(instant(1ms), busy);
    const auto* a = std::get_if<arrival>(&d);
    if (a == nullptr) break;
    discarded.push_back(a->discarded);
  }
  CHECK(discarded == std::vector<bool>{true, false, false, false, false, false, false});
  CHECK(s.rounds() == 3);
  CHECK(s.rounds_begun() == 3);
}

TEST_CASE("an empty plan, an empty repeat and a burst of none are over at once") {
  CHECK(std::holds_alternative<finished>(schedule({}, random(1)).poll({}, quiet)));
  CHECK(std::holds_alternative<finished>(
      schedule({repeat{5, false, {}}, burst{0}}, random(1)).poll({}, quiet)));
}

}  // namespace lambdaprof
