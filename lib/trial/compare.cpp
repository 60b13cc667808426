// SPDX-License-Identifier: Apache-2.0
#include "trial/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/bootstrap.hpp"
#include "analysis/holm.hpp"
#include "analysis/paired.hpp"
#include "analysis/power.hpp"
#include "analysis/unpaired.hpp"

namespace lambdaprof::trial {
namespace {

constexpr double significant = 0.05;
constexpr std::size_t enough_for_tails = 100;
constexpr double tail = 0.9;

analysis::interval ratios(const analysis::interval& logs) {
  return {std::exp(logs.low), std::exp(logs.high)};
}

double quantile_of(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return analysis::quantile(values, q);
}

std::vector<double> logs_of(std::vector<double> values) {
  for (double& v : values) v = std::log(v);
  return values;
}

/// Where more than half of the blocks agree to the last digit, the others still differ.
double spread_of(const std::vector<double>& logs) {
  const double robust = analysis::robust_deviation(logs);
  if (robust > 0) return robust;
  const double middle = quantile_of(logs, 0.5);
  double squares = 0;
  for (const double v : logs) squares += (v - middle) * (v - middle);
  return std::sqrt(squares / static_cast<double>(logs.size()));
}

comparison named(const arm& base, const arm& variant, const analysis::metric& m) {
  comparison c;
  c.metric = m.key;
  c.base = base.name();
  c.variant = variant.name();
  c.group = variant.conditions().variant.group;
  const std::vector<std::string>& judged_by = variant.conditions().trial.judged_by;
  c.judges = std::find(judged_by.begin(), judged_by.end(), m.key) != judged_by.end();
  return c;
}

comparison paired(comparison c, const pairs& p, std::uint64_t seed) {
  const std::vector<double> base = above_zero(p.base);
  const std::vector<double> variant = above_zero(p.variant);
  const std::vector<double> logs = analysis::log_ratios(base, variant);
  std::vector<double> plain;
  for (std::size_t i = 0; i < p.base.size(); ++i) plain.push_back(p.variant[i] - p.base[i]);

  c.is_paired = true;
  c.blocks = logs.size();
  c.dropped = p.dropped;
  c.base_value = quantile_of(p.base, 0.5);
  c.variant_value = quantile_of(p.variant, 0.5);
  const analysis::paired_shift shift = analysis::signed_rank(logs);
  c.ratio = std::exp(shift.estimate);
  if (shift.bounds) c.bounds = ratios(*shift.bounds);
  c.p = shift.p;
  const analysis::paired_shift difference = analysis::signed_rank(plain);
  c.difference = difference.estimate;
  c.difference_bounds = difference.bounds;
  c.lag_one = analysis::lag_one_autocorrelation(logs);
  c.effective = analysis::effective_size(logs.size(), c.lag_one);
  c.deviation = spread_of(logs);
  if (logs.size() >= enough_for_tails && c.metric == analysis::cold_metric().key) {
    c.tail_ratio = quantile_of(variant, tail) / quantile_of(base, tail);
    if (const auto bounds = analysis::bootstrap_quantile_shift(base, variant, tail, seed))
      c.tail_bounds = ratios(*bounds);
  }
  return c;
}

comparison unpaired(comparison c, const std::vector<double>& base_values,
                    const std::vector<double>& variant_values) {
  const std::vector<double> base = logs_of(above_zero(base_values));
  const std::vector<double> variant = logs_of(above_zero(variant_values));
  c.is_paired = false;
  c.blocks = std::min(base.size(), variant.size());
  c.base_value = quantile_of(base_values, 0.5);
  c.variant_value = quantile_of(variant_values, 0.5);
  const analysis::two_sample_shift shift = analysis::unpaired(base, variant);
  c.ratio = std::exp(shift.estimate);
  if (shift.bounds) c.bounds = ratios(*shift.bounds);
  c.p = shift.p;
  const analysis::two_sample_shift difference = analysis::unpaired(base_values, variant_values);
  c.difference = difference.estimate;
  c.difference_bounds = difference.bounds;
  c.lag_one = analysis::lag_one_autocorrelation(variant);
  c.effective = analysis::effective_size(variant.size(), c.lag_one);
  return c;
}

bool are_paired(const arm& a, const arm& b) {
  return a.trial() == b.trial() && !a.blocks().empty() && !b.blocks().empty();
}

void compare_two(const arm& base, const arm& variant, const analysis::metric& m, std::uint64_t seed,
                 findings& to) {
  if (!are_paired(base, variant)) {
    const std::vector<double> b = analysis::in_order(base.samples(m));
    const std::vector<double> v = analysis::in_order(variant.samples(m));
    if (!b.empty() && !v.empty()) to.comparisons.push_back(unpaired(named(base, variant, m), b, v));
    return;
  }
  const pairs p = pair_up(base, variant, m);
  if (p.base.empty()) return;
  if (has_dropped_too_many(p)) {
    to.caveats.push_back(
        fmt::format("{} of {} is not compared: in {} of {} blocks it or the base failed", m.name,
                    variant.name(), p.dropped, p.dropped + p.base.size()));
    return;
  }
  to.comparisons.push_back(paired(named(base, variant, m), p, seed));
}

/// So many pairs it takes before anything can be found among as many comparisons: signs alone have
/// a p of 2 to the power of 1 - n.
std::size_t fewest_pairs(std::size_t comparisons) {
  std::size_t n = 1;
  while (std::ldexp(static_cast<double>(comparisons), 1 - static_cast<int>(n)) >= significant) ++n;
  return n;
}

/// What follows from how many comparisons of one family there are; how many pairs it takes, if
/// there are fewer.
std::optional<std::size_t> hold_together(const std::vector<comparison*>& family) {
  std::vector<double> p;
  for (const comparison* c : family) p.push_back(c->p);
  const std::vector<double> adjusted = analysis::holm(p);
  const std::size_t fewest = fewest_pairs(p.size());
  bool has_too_few = false;
  for (std::size_t i = 0; i < adjusted.size(); ++i) {
    comparison& c = *family[i];
    c.p_holm = adjusted[i];
    c.is_found = adjusted[i] < significant;
    if (!c.is_paired) continue;
    has_too_few = has_too_few || c.blocks < fewest;
    const auto least = analysis::smallest_detectable(c.deviation, c.blocks,
                                                     significant / static_cast<double>(p.size()));
    if (c.blocks >= fewest && least) c.detectable = std::expm1(*least);
  }
  return has_too_few ? std::optional(fewest) : std::nullopt;
}

/// What a trial is judged by was named before it began, and is a family of its own: the rest, which
/// is looked at besides, does not weaken it.
void hold_together(findings& f) {
  for (const bool judges : {true, false}) {
    std::vector<comparison*> family;
    for (comparison& c : f.comparisons)
      if (c.judges == judges) family.push_back(&c);
    const bool is_all = family.size() == f.comparisons.size();
    if (const auto fewest = hold_together(family))
      f.caveats.push_back(fmt::format(
          "too few blocks: among {} comparisons{} nothing can be found from fewer than {} pairs",
          family.size(),
          is_all   ? ""
          : judges ? " that judge"
                   : " that do not judge",
          *fewest));
  }
}

/// What an assumption says of the memory size differs wherever that is what is compared.
bool depends_on_memory(const std::string& about) {
  return about == "cpu" || about == "memory";
}

bool is_same_model(const journal::header& a, const journal::header& b) {
  return std::equal(a.model.begin(), a.model.end(), b.model.begin(), b.model.end(),
                    [](const journal::assumption& x, const journal::assumption& y) {
                      return x.about == y.about && x.enforced == y.enforced &&
                             (x.says == y.says || depends_on_memory(x.about));
                    });
}

}  // namespace

std::size_t base_of(std::span<const arm> arms, std::string_view group) {
  const auto is_of_group = [&](const arm& a) { return a.conditions().variant.group == group; };
  auto at = std::find_if(arms.begin(), arms.end(), [&](const arm& a) {
    return a.role() == journal::role::base && is_of_group(a);
  });
  if (at == arms.end()) at = std::find_if(arms.begin(), arms.end(), is_of_group);
  return static_cast<std::size_t>(at - arms.begin());
}

bool is_compared(const analysis::metric& m, const journal::trial_facts& t) {
  return m.is_compared ||
         std::find(t.judged_by.begin(), t.judged_by.end(), m.key) != t.judged_by.end();
}

void compare(std::span<const arm> arms, std::uint64_t seed, findings& to) {
  for (const arm& variant : arms) {
    const arm& base = arms[base_of(arms, variant.conditions().variant.group)];
    if (&variant == &base || variant.role() != journal::role::variant) continue;
    for (const analysis::metric* m : analysis::metrics_of(base.rows()))
      if (is_compared(*m, variant.conditions().trial)) compare_two(base, variant, *m, seed, to);
  }
  hold_together(to);
}

bool is_precise(const findings& f, double precision) {
  bool has_any = false;
  for (const comparison& c : f.comparisons) {
    if (c.metric != analysis::cold_metric().key) continue;
    has_any = true;
    if (!c.bounds || std::log(c.bounds->high / c.bounds->low) / 2 > std::log1p(precision))
      return false;
  }
  return has_any;
}

std::optional<std::string> incomparable(const journal::header& a, const journal::header& b) {
  if (a.plan != b.plan) return fmt::format("another plan: {} and {}", a.plan, b.plan);
  if (!is_same_model(a, b)) return "another model: other assumptions were in force";
  const journal::machine_facts& m = a.machine;
  const journal::machine_facts& n = b.machine;
  if (m.kernel != n.kernel) return fmt::format("another kernel: {} and {}", m.kernel, n.kernel);
  if (m.cpu != n.cpu || m.cpus != n.cpus || m.memory_mb != n.memory_mb)
    return fmt::format("another machine: {} × {} and {} × {}", m.cpus, m.cpu, n.cpus, n.cpu);
  return std::nullopt;
}

}  // namespace lambdaprof::trial
