// SPDX-License-Identifier: Apache-2.0
// Gates in a world whose truth is known: samples with the noise of lambda-models D4, judged by
// `trial::judge` and nothing else.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "support/trial_builder.hpp"
#include "trial/judge.hpp"
#include "trial/looks.hpp"

namespace lambdaprof::support {

/// What makes samples differ whose median is the same.
struct noise {
  double sd = 0.1;         ///< of the logarithm of one sample
  double outliers = 0.03;  ///< the share of samples that take 1.5 to 3 times as long
  double drift = 0.1;      ///< deviation of what all samples of a block share, from block to block
  double phi = 0.9;        ///< how much of that the next block inherits
};

class simulated_machine {
 public:
  simulated_machine(std::uint64_t seed, const noise& n)
      : chance_(seed), noise_(n), drift_(n.drift * chance_.normal()) {}

  void next_block() {
    drift_ = noise_.phi * drift_ +
             noise_.drift * std::sqrt(1 - noise_.phi * noise_.phi) * chance_.normal();
  }
  double drift() const { return drift_; }
  double sample(double typical_ms) { return sample(typical_ms, chance_); }
  double sample(double typical_ms, lambdaprof::random& chance) const {
    const double outlier = chance.unit() < noise_.outliers ? chance.uniform(1.5, 3) : 1;
    return typical_ms * outlier * std::exp(drift_ + noise_.sd * chance.normal());
  }

 private:
  lambdaprof::random chance_;
  noise noise_;
  double drift_;
};

inline constexpr double base_ms = 100;

/// A gate of the cold start.
struct gate_plan {
  std::string budget = "p50 <= baseline + 10%";
  double ratio = 1;  ///< what the variant takes, in units of the base
  bool has_self_test = false;
  std::int64_t max_blocks = 160;
  double alpha = 0.05;
};

struct decision {
  trial::ruling ruling = trial::ruling::inconclusive;
  std::size_t blocks = 0;
};

inline journal::trial_facts facts_of(const gate_plan& p) {
  journal::trial_facts facts;
  facts.budgets.push_back({std::string(analysis::cold_metric().key), p.budget});
  facts.alpha = p.alpha;
  facts.machine_deviation = 0.05;
  facts.max_blocks = p.max_blocks;
  return facts;
}

/// A gate with its baseline in the same blocks, as it is measured: block by block.
class paired_gate {
 public:
  paired_gate(const gate_plan& plan, std::uint64_t seed, const noise& n)
      : plan_(plan), facts_(facts_of(plan)), machine_(seed, n), chance_of_repeat_(~seed) {}

  /// Ends where the command ends.
  decision decide() {
    const std::vector<trial::look> looks = trial::looks(most());
    auto next = looks.begin();
    bool is_ruled = false;  // but for the self-test
    decision d;
    while (d.blocks < most()) {
      measure();
      ++d.blocks;
      const bool is_look = d.blocks == next->blocks;
      if (is_look) ++next;
      // Only a look can rule, so that the command would ask in vain before it.
      if (is_look && !is_ruled) {
        d.ruling = judged(false).verdicts.front().ruling;
        is_ruled = d.ruling != trial::ruling::inconclusive;
        if (is_ruled && !plan_.has_self_test) return d;
      }
      if (!is_ruled || !trial::is_a_look(d.blocks, most())) continue;
      const trial::findings f = judged(true);
      d.ruling = f.verdicts.front().ruling;
      if (trial::is_decided(f)) return d;
    }
    return d;
  }

  void measure() {
    machine_.next_block();
    base_.block(machine_.sample(base_ms));
    variant_.block(machine_.sample(base_ms * plan_.ratio));
    if (plan_.has_self_test) repeat_.block(machine_.sample(base_ms, chance_of_repeat_));
  }

  trial::findings judged(bool with_self_test) const {
    std::vector<trial::arm> arms{base_.arm(), variant_.arm()};
    if (with_self_test) arms.push_back(repeat_.arm());
    trial::findings f;
    trial::judge(arms, facts_, f);
    return f;
  }

 private:
  std::size_t most() const { return static_cast<std::size_t>(plan_.max_blocks); }

  gate_plan plan_;
  journal::trial_facts facts_;
  simulated_machine machine_;
  lambdaprof::random chance_of_repeat_;  // so that all else is the same with and without it
  trial_builder base_{journal::role::base};
  trial_builder variant_;
  trial_builder repeat_{journal::role::repeat};
};

/// A gate with a fixed limit. All blocks are measured and judged at once: that the first ruling
/// stands is a law of its own.
inline decision decide_absolute(const gate_plan& plan, std::uint64_t seed, const noise& n) {
  simulated_machine machine(seed, n);
  trial_builder variant;
  for (std::int64_t block = 0; block < plan.max_blocks; ++block) {
    machine.next_block();
    variant.block(machine.sample(base_ms * plan.ratio));
  }
  const std::vector<trial::arm> arms{variant.arm()};
  trial::findings f;
  trial::judge(arms, facts_of(plan), f);
  return {f.verdicts.front().ruling, f.verdicts.front().n};
}

/// A baseline that another machine has measured; how much faster that one starts the function than
/// its calibration tells is `mismatch`, a logarithm.
struct elsewhere {
  double mismatch = 0;
  std::size_t blocks = 40;
};

inline decision decide_committed(const gate_plan& plan, const elsewhere& e, std::uint64_t seed,
                                 const noise& n) {
  trial_builder saved(journal::role::saved_base);
  trial_builder then(journal::role::saved_calibration);
  trial_builder variant;
  trial_builder now(journal::role::calibration);
  simulated_machine here(seed, n);
  simulated_machine there(~seed, n);
  for (std::size_t block = 0; block < e.blocks; ++block) {
    there.next_block();
    saved.block(there.sample(base_ms));
    then.block(there.sample(base_ms / 2));
  }
  const double slower = std::exp(e.mismatch);
  for (std::int64_t block = 0; block < plan.max_blocks; ++block) {
    here.next_block();
    variant.block(here.sample(base_ms * plan.ratio * slower));
    now.block(here.sample(base_ms / 2));
  }
  const std::vector<trial::arm> arms{variant.arm(), now.arm(), saved.arm(1), then.arm(1)};
  trial::findings f;
  trial::judge(arms, facts_of(plan), f);
  return {f.verdicts.front().ruling, f.verdicts.front().n};
}

}  // namespace lambdaprof::support
