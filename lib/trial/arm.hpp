// SPDX-License-Identifier: Apache-2.0
// One variant of a trial as its statistics see it: the samples of each metric, block by block.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/metric.hpp"
#include "analysis/timeline.hpp"
#include "journal/header.hpp"

namespace lambdaprof::trial {

class arm {
 public:
  /// Both outlive it. Arms with the same number are of one trial.
  arm(const journal::header& conditions, const analysis::timeline& rows, std::size_t trial = 0);

  const std::string& name() const { return conditions_->variant.name; }
  journal::role role() const { return conditions_->variant.role; }
  const journal::header& conditions() const { return *conditions_; }
  const analysis::timeline& rows() const { return *rows_; }
  std::size_t trial() const { return trial_; }

  /// Blocks that were measured, whether or not anything in them succeeded, without one that was
  /// interrupted; empty outside of trials.
  const std::set<std::int64_t>& blocks() const { return blocks_; }
  const analysis::samples& samples(const analysis::metric& m) const;

 private:
  const journal::header* conditions_;
  const analysis::timeline* rows_;
  std::size_t trial_;
  std::set<std::int64_t> blocks_;
  mutable std::map<std::string_view, analysis::samples> samples_;  // as they are asked for
};

/// A metric of two arms in the blocks that have both, in the order of the blocks. A block counts
/// with the median of its samples.
struct pairs {
  std::vector<double> base;
  std::vector<double> variant;
  std::size_t dropped = 0;  ///< blocks in which both had their turns, and one of them has none
};
/// At most the first `blocks` that were measured; 0: all.
pairs pair_up(const arm& base, const arm& variant, const analysis::metric& m,
              std::size_t blocks = 0);
/// The same of two metrics.
pairs pair_up(const arm& base, const analysis::metric& base_metric, const arm& variant,
              const analysis::metric& variant_metric, std::size_t blocks);

/// So many blocks may be dropped; beyond, the rest is no sample of what was asked.
inline constexpr double most_dropped = 0.1;
bool has_dropped_too_many(std::size_t dropped, std::size_t of);
bool has_dropped_too_many(const pairs& p);

/// Values whose logarithm is asked for: what took less than a nanosecond took that.
std::vector<double> above_zero(std::vector<double> values);

}  // namespace lambdaprof::trial
