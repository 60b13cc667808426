// SPDX-License-Identifier: Apache-2.0
#include "trial/absolute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/exceedance.hpp"
#include "analysis/paired.hpp"
#include "trial/looks.hpp"

namespace lambdaprof::trial {
namespace {

constexpr double notable_autocorrelation = 0.3;

/// Samples that hang together tell less than their number: then only every so many-th counts.
std::size_t step_of(const std::vector<double>& values, double limit) {
  if (values.empty()) return 1;
  std::vector<double> over;
  for (const double v : values) over.push_back(v > limit ? 1 : 0);
  const double r = analysis::lag_one_autocorrelation(over);
  if (r <= notable_autocorrelation) return 1;
  const double step = std::ceil((1 + r) / (1 - std::min(r, 0.99)));
  return static_cast<std::size_t>(step);
}

std::vector<double> thinned(const std::vector<double>& values, std::size_t step) {
  std::vector<double> some;
  for (std::size_t i = 0; i < values.size(); i += step) some.push_back(values[i]);
  return some;
}

void decide(verdict& v, const std::vector<double>& all, const budget& b, const rates& alpha,
            std::size_t blocks) {
  const std::size_t step = step_of(all, b.limit);
  const std::vector<double> some = thinned(all, step);
  const auto over = static_cast<std::size_t>(
      std::count_if(some.begin(), some.end(), [&](double x) { return x > b.limit; }));
  v.n = some.size();
  v.ruling = ruling::inconclusive;
  if (analysis::log_e_within(over, v.n, b.quantile) >= -std::log(alpha.within))
    v.ruling = ruling::within;
  if (analysis::log_e_over(over, v.n, b.quantile) >= -std::log(alpha.over)) v.ruling = ruling::over;
  v.reason = fmt::format("{} of {} samples over, after {} blocks", over, v.n, blocks);
  if (step > 1) v.reason += fmt::format(" (every {}. counts, since they hang together)", step);
}

void show_bounds(verdict& v, const std::vector<double>& all, const budget& b, const rates& alpha) {
  std::vector<double> some = thinned(all, step_of(all, b.limit));
  if (some.empty()) return;
  std::sort(some.begin(), some.end());
  v.value = analysis::quantile(some, b.quantile);
  // Each with the error rate of the ruling that it belongs to.
  v.low = analysis::anytime_quantile(some, b.quantile, alpha.over).low;
  v.high = analysis::anytime_quantile(some, b.quantile, alpha.within).high;
}

}  // namespace

verdict judge_absolute(const arm& variant, const budget& b, std::size_t max_blocks,
                       const rates& alpha) {
  verdict v = unjudged(b, alpha);
  const analysis::samples& found = variant.samples(*b.metric);
  std::vector<double> all;
  std::size_t blocks = 0;
  std::size_t empty = 0;
  for (const std::int64_t block : variant.blocks()) {
    const auto some = found.find(block);
    if (some == found.end()) {
      ++empty;
    } else {
      all.insert(all.end(), some->second.begin(), some->second.end());
    }
    if (!is_a_look(++blocks, max_blocks)) continue;
    if (has_dropped_too_many(empty, blocks)) {
      v.reason = fmt::format("{} of {} blocks failed", empty, blocks);
      continue;
    }
    decide(v, all, b, alpha, blocks);
    if (v.ruling == ruling::inconclusive) continue;
    v.reason = "proved: " + v.reason;
    break;
  }
  v.may_change = v.ruling == ruling::inconclusive && blocks < max_blocks;
  if (v.reason.empty()) {
    v.n = all.size();
    v.reason = fmt::format("{} blocks, and the first look takes {}", blocks,
                           std::min(first_look, max_blocks));
  } else if (v.ruling == ruling::inconclusive) {
    v.reason = fmt::format("not proved{}: {}",
                           blocks >= max_blocks ? " by the most blocks allowed" : "", v.reason);
  }
  show_bounds(v, all, b, alpha);
  return v;
}

result<void> can_be_proved(const budget& b, double alpha, std::size_t most_samples) {
  if (b.is_relative()) return {};
  const std::size_t takes = analysis::samples_to_prove(b.quantile, alpha);
  if (takes <= most_samples) return {};
  return fault{fault_kind::usage,
               fmt::format("{} can never be proved by {} samples: it takes {}, all below the limit",
                           b.text, most_samples, takes),
               std::string(b.metric->key),
               "allow more blocks (--max-blocks), or limit a lower quantile"};
}

}  // namespace lambdaprof::trial
