// SPDX-License-Identifier: Apache-2.0
#include "trial/arm.hpp"

#include <algorithm>
#include <iterator>

#include "analysis/order.hpp"

namespace lambdaprof::trial {
namespace {

constexpr double smallest = 1e-6;

double median_of(std::vector<double> values) {
  return analysis::median(values);
}

}  // namespace

arm::arm(const journal::header& conditions, const analysis::timeline& rows, std::size_t trial)
    : conditions_(&conditions), rows_(&rows), trial_(trial) {
  for (const analysis::invocation_row& i : rows.invocations)
    if (i.block >= 0 && !i.discarded) blocks_.insert(i.block);
  // Where the trial was interrupted, nobody has failed.
  for (const analysis::invocation_row& i : rows.invocations)
    if (i.how == journal::outcome::interrupted) blocks_.erase(i.block);
}

const analysis::samples& arm::samples(const analysis::metric& m) const {
  const auto known = samples_.find(m.key);
  if (known != samples_.end()) return known->second;
  return samples_.emplace(m.key, analysis::samples_of(m, *rows_, *conditions_)).first->second;
}

pairs pair_up(const arm& base, const arm& variant, const analysis::metric& m, std::size_t blocks) {
  return pair_up(base, m, variant, m, blocks);
}

pairs pair_up(const arm& base, const analysis::metric& base_metric, const arm& variant,
              const analysis::metric& variant_metric, std::size_t blocks) {
  // The end of a trial may leave a block in which some had no turn any more.
  std::vector<std::int64_t> measured;
  std::set_intersection(base.blocks().begin(), base.blocks().end(), variant.blocks().begin(),
                        variant.blocks().end(), std::back_inserter(measured));
  const analysis::samples& of_base = base.samples(base_metric);
  const analysis::samples& of_variant = variant.samples(variant_metric);
  pairs p;
  std::size_t seen = 0;
  for (const std::int64_t block : measured) {
    if (blocks != 0 && seen++ == blocks) break;
    const auto b = of_base.find(block);
    const auto v = of_variant.find(block);
    if (b == of_base.end() || v == of_variant.end()) {
      ++p.dropped;
      continue;
    }
    p.base.push_back(median_of(b->second));
    p.variant.push_back(median_of(v->second));
  }
  return p;
}

bool has_dropped_too_many(std::size_t dropped, std::size_t of) {
  return static_cast<double>(dropped) > most_dropped * static_cast<double>(of);
}

bool has_dropped_too_many(const pairs& p) {
  return has_dropped_too_many(p.dropped, p.base.size() + p.dropped);
}

std::vector<double> above_zero(std::vector<double> values) {
  for (double& v : values) v = std::max(v, smallest);
  return values;
}

}  // namespace lambdaprof::trial
