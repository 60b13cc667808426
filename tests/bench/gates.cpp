// SPDX-License-Identifier: Apache-2.0
// What gates rule in a world whose truth is known, beside the simulation that their design was
// chosen by (lambda-models D4), and how long judging takes.
#include <fmt/core.h>

#include <chrono>

#include "common.hpp"
#include "support/gate_simulation.hpp"
#include "trial/compare.hpp"

namespace lambdaprof::bench {
namespace {

using trial::ruling;

/// What the simulation of the design gave, of 3000 gates each.
struct designed {
  const char* rulings;
  int pairs;
};
constexpr double noises[] = {0.05, 0.1, 0.2};
constexpr double ratios[] = {1, 1.05, 1.1, 1.15, 1.2, 1.3};
constexpr designed design[std::size(noises)][std::size(ratios)] = {
    {{"within 100", 21},
     {"within 100", 40},
     {"4.4, over 4.4", 0},
     {"over 100", 43},
     {"over 100", 22},
     {"over 100", 20}},
    {{"within 100", 35},
     {"within 96", 93},
     {"3.7, over 4.3", 0},
     {"over 95", 99},
     {"over 100", 40},
     {"over 100", 22}},
    {{"within 98", 89},
     {"within 52", 139},
     {"4.2, over 3.6", 0},
     {"over 48", 141},
     {"over 95", 99},
     {"over 100", 40}},
};

struct tally {
  double gates = 0;
  double within = 0;
  double over = 0;
  double blocks = 0;

  void add(const support::decision& d) {
    ++gates;
    within += d.ruling == ruling::within;
    over += d.ruling == ruling::over;
    blocks += static_cast<double>(d.blocks);
  }
  std::string shown() const {
    return fmt::format("{:6.1f} {:6.1f} {:6.1f} {:6.1f}", 100 * within / gates, 100 * over / gates,
                       100 * (gates - within - over) / gates, blocks / gates);
  }
};

void paired(std::size_t gates, bool has_self_test) {
  fmt::print(
      "p50 <= baseline + 10%, {} gates each, {} self-test\n"
      "  noise  ratio  within   over   open  blocks   by design\n",
      gates, has_self_test ? "with" : "without");
  for (std::size_t n = 0; n < std::size(noises); ++n) {
    for (std::size_t r = 0; r < std::size(ratios); ++r) {
      tally t;
      for (std::uint64_t seed = 0; seed < gates; ++seed)
        t.add(support::paired_gate({.ratio = ratios[r], .has_self_test = has_self_test}, seed,
                                   {.sd = noises[n]})
                  .decide());
      const designed& d = design[n][r];
      const std::string pairs = d.pairs > 0 ? fmt::format(" %, {} pairs", d.pairs) : " %";
      fmt::print("  {:5.2f}  {:5.2f}  {}   {}\n", noises[n], ratios[r], t.shown(),
                 has_self_test ? "" : d.rulings + pairs);
    }
  }
}

void absolute(std::size_t gates) {
  constexpr double sd = 0.1;
  fmt::print(
      "a fixed limit that is the true quantile, {} gates each\n"
      "         drift  within   over   open       n\n",
      gates);
  struct limit {
    double percent;
    double deviations;  ///< of the normal law
  };
  for (const limit l : {limit{50, 0}, limit{90, 1.2815515655446004}}) {
    for (const double drift : {0.0, 0.1}) {
      support::gate_plan plan;
      plan.budget = fmt::format("p{} < {:.6f}ms", l.percent,
                                support::base_ms * std::exp(std::hypot(sd, drift) * l.deviations));
      tally t;
      for (std::uint64_t seed = 0; seed < gates; ++seed)
        t.add(support::decide_absolute(plan, seed, {.sd = sd, .outliers = 0, .drift = drift}));
      fmt::print("  p{}  {:6.2f}  {}   {}\n", l.percent, drift, t.shown(),
                 drift > 0 ? "rulings are of the blocks measured, not of all times" : "limit 5 %");
    }
  }
}

void committed(std::size_t gates) {
  fmt::print(
      "p50 <= baseline + 20% of another machine that differs by 5 %, {} gates each\n"
      "  noise  ratio  within   over   open  blocks\n",
      gates);
  for (const double sd : noises) {
    for (const double ratio : {1.0, 1.1, 1.2, 1.3, 1.4}) {
      lambdaprof::random chance(1);
      tally t;
      for (std::uint64_t seed = 0; seed < gates; ++seed)
        t.add(support::decide_committed(
            {.budget = "p50 <= baseline + 20%", .ratio = ratio, .max_blocks = 40},
            {.mismatch = 0.05 * chance.normal()}, seed, {.sd = sd}));
      fmt::print("  {:5.2f}  {:5.2f}  {}\n", sd, ratio, t.shown());
    }
  }
}

using support::trial_builder;

void fill(trial_builder& b, std::size_t blocks, support::simulated_machine& machine) {
  for (std::size_t i = 0; i < blocks; ++i)
    b.block({.cold_ms = machine.sample(100),
             .warm_ms = {machine.sample(5), machine.sample(5)},
             .peak_mb = machine.sample(64)});
}

void deciding(std::size_t rounds) {
  constexpr std::size_t blocks = 160;
  constexpr std::size_t budgets = 10;
  trial_builder base(journal::role::base);
  trial_builder variant;
  trial_builder repeat(journal::role::repeat);
  support::simulated_machine machine(1, {});
  for (trial_builder* b : {&base, &variant, &repeat}) fill(*b, blocks, machine);
  journal::trial_facts facts = support::facts_of({.max_blocks = blocks});
  facts.budgets.clear();
  // All of them open until the last look.
  for (const analysis::metric& m : analysis::metrics())
    if (facts.budgets.size() < budgets && !base.arm().samples(m).empty())
      facts.budgets.push_back({std::string(m.key), "p50 <= baseline + 1%"});
  std::vector<double> judging;
  std::vector<double> all;
  for (std::size_t r = 0; r < rounds; ++r) {
    const std::vector<trial::arm> arms{base.arm(), variant.arm(), repeat.arm()};
    trial::findings f;
    const auto began = std::chrono::steady_clock::now();
    trial::judge(arms, facts, f);
    const auto judged = std::chrono::steady_clock::now();
    trial::compare(arms, 1, f);
    const auto done = std::chrono::steady_clock::now();
    judging.push_back(std::chrono::duration<double, std::milli>(judged - began).count());
    all.push_back(std::chrono::duration<double, std::milli>(done - began).count());
  }
  fmt::print("{} pairs, {} budgets on as many metrics, self-tests, and all comparisons\n", blocks,
             budgets);
  const auto show = [&](const char* what, const std::vector<double>& ms, const char* limit) {
    fmt::print("  {:<20} {:7.1f} ms   [{:.1f}, {:.1f}] over {} rounds{}\n", what, at(ms, .5),
               at(ms, 0), at(ms, 1), rounds, limit);
  };
  show("judge", judging, "");
  show("judge and compare", all, "   limit 50");
}

}  // namespace

void gates(std::size_t rounds) {
  const std::size_t each = 200 * rounds;
  for (const bool has_self_test : {false, true}) paired(each, has_self_test);
  absolute(each);
  committed(each);
  deciding(3 * rounds);
}

}  // namespace lambdaprof::bench
