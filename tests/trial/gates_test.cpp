// SPDX-License-Identifier: Apache-2.0
// What gates promise, proved by thousands of them in a world whose truth is known (lambda-models
// D4). The seeds are fixed, so that a promise is broken or not, and not now and then.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <string>

#include "support/gate_simulation.hpp"

namespace lambdaprof {
namespace {

using support::decision;
using support::gate_plan;
using support::paired_gate;
using trial::ruling;

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t all_gates = 80;  // enough to run every line, too few to tell a rate
#else
constexpr std::size_t all_gates = 2000;
#endif

constexpr bool can_tell_rates = all_gates >= 2000;

struct tally {
  std::size_t gates = 0;
  std::size_t within = 0;
  std::size_t over = 0;

  void add(ruling r) {
    ++gates;
    within += r == ruling::within;
    over += r == ruling::over;
  }
};

template <class Decide>
tally simulate(const Decide& decide) {
  tally t;
  for (std::uint64_t seed = 0; seed < all_gates; ++seed) t.add(decide(seed).ruling);
  return t;
}

/// How many of so many gates may err; with three standard deviations of that number where the rate
/// is exact, or too few gates tell it.
std::size_t most(std::size_t gates, double rate, bool is_by_chance) {
  const double n = static_cast<double>(gates);
  const double chance = is_by_chance ? 3 * std::sqrt(n * rate * (1 - rate)) : 0;
  return static_cast<std::size_t>(n * rate + chance);
}

void check_both_sides(const tally& t, double rate, bool is_exact = false) {
  const std::size_t allowed = most(t.gates, rate, is_exact || !can_tell_rates);
  CHECK(t.within <= allowed);
  CHECK(t.over <= allowed);
}

constexpr double noises[] = {0.05, 0.1, 0.2};

/// Where the samples of a gate lie exactly on the limit of this quantile.
std::string limit_on(double q, double sd) {
  const double z = quantile(boost::math::normal(), q);
  return fmt::format("p{} < {:.6f}ms", 100 * q, support::base_ms * std::exp(sd * z));
}

}  // namespace

TEST_CASE("a variant on the limit is ruled within or over by chance in at most 5 % each") {
  for (const double sd : noises) {
    CAPTURE(sd);
    check_both_sides(simulate([sd](std::uint64_t seed) {
                       return paired_gate({.ratio = 1.1}, seed, {.sd = sd}).decide();
                     }),
                     0.05);
  }
}

TEST_CASE("a self-test takes back what is ruled, and rules nothing") {
  for (const double sd : noises) {
    CAPTURE(sd);
    tally t;
    for (std::uint64_t seed = 0; seed < all_gates / 10; ++seed) {
      const double ratio = 1 + 0.05 * static_cast<double>(seed % 5);
      const ruling without = paired_gate({.ratio = ratio}, seed, {.sd = sd}).decide().ruling;
      const ruling with =
          paired_gate({.ratio = ratio, .has_self_test = true}, seed, {.sd = sd}).decide().ruling;
      CHECK((with == without || with == ruling::inconclusive));
      t.add(with);
    }
    if (!can_tell_rates) continue;
    CHECK(t.within > 0);
    CHECK(t.over > 0);
  }
}

TEST_CASE("a variant that is like the base is ruled over by chance in at most 1 %") {
  for (const double sd : noises) {
    CAPTURE(sd);
    const tally t = simulate(
        [sd](std::uint64_t seed) { return paired_gate({.ratio = 1}, seed, {.sd = sd}).decide(); });
    CHECK(t.over <= most(t.gates, 0.01, !can_tell_rates));
    CHECK(t.within >= most(t.gates, 0.95, false));
  }
}

TEST_CASE("what is clearly within or over is found to be so") {
  std::size_t within = 0;
  std::size_t over = 0;
  for (std::uint64_t seed = 0; seed < all_gates / 10; ++seed) {
    within += paired_gate({.ratio = 1}, seed, {}).decide().ruling == ruling::within;
    over += paired_gate({.ratio = 1.2}, seed, {}).decide().ruling == ruling::over;
  }
  CHECK(within >= most(all_gates / 10, 0.97, false));
  CHECK(over >= most(all_gates / 10, 0.97, false));
}

TEST_CASE("a fixed limit on the median or on a tail is ruled wrongly in at most 5 % each way") {
  constexpr double sd = 0.1;
  for (const double q : {0.5, 0.9}) {
    CAPTURE(q);
    gate_plan plan;
    plan.budget = limit_on(q, sd);
    check_both_sides(simulate([&](std::uint64_t seed) {
                       return support::decide_absolute(plan, seed,
                                                       {.sd = sd, .outliers = 0, .drift = 0});
                     }),
                     0.05);
  }
}

TEST_CASE("a limit is ruled rightly of the blocks that were measured, even if the machine drifts") {
  // Of what the machine does at other times nobody can say anything: on a limit that is that of all
  // times, a third of these gates are ruled over, rightly.
  constexpr double sd = 0.1;
  constexpr double drift = 0.1;
  for (const double q : {0.5, 0.9}) {
    CAPTURE(q);
    gate_plan plan;
    plan.budget = limit_on(q, std::hypot(sd, drift));
    const double limit = trial::read_budget("cold.cold_ms", plan.budget)->limit;
    tally all;
    tally wrong;
    for (std::uint64_t seed = 0; seed < all_gates / 40; ++seed) {
      support::simulated_machine machine(seed, {.sd = sd, .outliers = 0, .drift = drift});
      support::trial_builder variant;
      decision d;
      double over = 0;  // the chance of it, of all blocks together
      while (d.blocks < 160 && d.ruling == ruling::inconclusive) {
        machine.next_block();
        variant.block(machine.sample(support::base_ms));
        over += cdf(complement(boost::math::normal(),
                               (std::log(limit / support::base_ms) - machine.drift()) / sd));
        if (!trial::is_a_look(++d.blocks, 160)) continue;
        trial::findings f;
        const trial::arm arms[] = {variant.arm()};
        trial::judge(arms, support::facts_of(plan), f);
        d.ruling = f.verdicts.front().ruling;
      }
      all.add(d.ruling);
      const bool is_over = over > (1 - q) * static_cast<double>(d.blocks);
      wrong.add(is_over == (d.ruling == ruling::over) ? ruling::inconclusive : d.ruling);
    }
    if (can_tell_rates) CHECK(all.over > most(all.gates, 0.05, true));
    check_both_sides(wrong, 0.05);
  }
}

TEST_CASE("a baseline from another machine is ruled wrongly in 5 % each way, for all machines") {
  for (const double sd : noises) {
    CAPTURE(sd);
    check_both_sides(simulate([sd](std::uint64_t seed) {
                       // Every machine once, in a random order.
                       const double place = static_cast<double>(seed * 7919 % all_gates) + 0.5;
                       const double other =
                           quantile(boost::math::normal(), place / static_cast<double>(all_gates));
                       return support::decide_committed(
                           {.budget = "p50 <= baseline + 20%", .ratio = 1.2, .max_blocks = 40},
                           {.mismatch = 0.05 * other}, seed, {.sd = sd});
                     }),
                     0.05, true);
  }
}

TEST_CASE("judging after each block rules what judging at the looks does") {
  for (std::uint64_t seed = 0; seed < all_gates / 80; ++seed) {
    CAPTURE(seed);
    for (const bool has_self_test : {false, true}) {
      const gate_plan plan{.ratio = 1 + 0.02 * static_cast<double>(seed % 10),
                           .has_self_test = has_self_test,
                           .max_blocks = 80};
      paired_gate by_blocks(plan, seed, {});
      decision d;
      trial::findings f;
      while (d.blocks < 80 && !trial::is_decided(f)) {
        by_blocks.measure();
        if (trial::is_a_look(++d.blocks, 80)) f = by_blocks.judged(has_self_test);
      }
      const decision at_looks = paired_gate(plan, seed, {}).decide();
      CHECK(f.verdicts.front().ruling == at_looks.ruling);
      CHECK(d.blocks == at_looks.blocks);
    }
  }
}

}  // namespace lambdaprof
