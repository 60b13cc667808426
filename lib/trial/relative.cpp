// SPDX-License-Identifier: Apache-2.0
#include "trial/relative.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/order.hpp"
#include "analysis/paired.hpp"
#include "trial/looks.hpp"

namespace lambdaprof::trial {
namespace {

/// The differences that a budget limits, and how they are shown.
struct differences {
  std::vector<double> values;
  double limit;
  bool are_logs;

  double shown(double value) const { return are_logs ? std::exp(value) : value; }
};

differences differences_of(const pairs& p, const budget& b) {
  if (b.of == budget::kind::times_baseline)
    return {analysis::log_ratios(above_zero(p.base), above_zero(p.variant)), std::log1p(b.limit),
            true};
  differences d{{}, b.limit, false};
  for (std::size_t i = 0; i < p.base.size(); ++i) d.values.push_back(p.variant[i] - p.base[i]);
  return d;
}

/// The rank of the Walsh average at which a one-sided interval begins; 0 if there is none, which is
/// so as well for an error so rare that a double does not tell it from none.
std::size_t margin_of(std::size_t pairs, double alpha) {
  const double confidence = 1 - 2 * alpha;
  return confidence < 1 ? analysis::signed_rank_margin(pairs, confidence) : 0;
}

/// Both one-sided bounds, each with its own error rate.
void bound(verdict& v, const differences& d, double within, double over) {
  // By hand, because signed_rank would count a p twice that nobody asks for.
  std::vector<double> averages = analysis::walsh_averages(d.values);
  const std::size_t all = averages.size();
  v.n = d.values.size();
  v.value = d.shown(analysis::median(averages));
  v.low.reset();
  v.high.reset();
  v.ruling = ruling::inconclusive;
  const std::size_t upper = margin_of(v.n, within);
  if (upper > 0) {
    const double high = analysis::ranked(averages, all + 1 - upper);
    v.high = d.shown(high);
    if (high <= d.limit) v.ruling = ruling::within;
  }
  const std::size_t lower = within == over ? upper : margin_of(v.n, over);
  if (lower > 0) {
    const double low = analysis::ranked(averages, lower);
    v.low = d.shown(low);
    if (low > d.limit) v.ruling = ruling::over;
  }
}

}  // namespace

verdict unjudged(const budget& b, const rates& alpha) {
  verdict v;
  v.metric = b.metric->key;
  v.budget = b.text;
  v.unit = b.of == budget::kind::times_baseline ? "ratio" : std::string(b.metric->unit);
  v.limit = b.of == budget::kind::times_baseline ? 1 + b.limit : b.limit;
  v.alpha = alpha.within;
  v.alpha_over = alpha.over;
  return v;
}

verdict judge_relative(const arm& base, const arm& variant, const budget& b, std::size_t max_blocks,
                       const rates& alpha) {
  verdict v = unjudged(b, alpha);
  const std::size_t measured = std::max(base.blocks().size(), variant.blocks().size());
  const std::vector<look> all = looks(max_blocks);
  std::size_t seen = 0;
  for (const look& l : all) {
    if (l.blocks > measured) break;
    ++seen;
    const pairs p = pair_up(base, variant, *b.metric, l.blocks);
    if (p.base.empty() || has_dropped_too_many(p)) {
      v.reason = fmt::format("look {} of {}: {} of {} blocks failed", seen, all.size(), p.dropped,
                             l.blocks);
      continue;
    }
    bound(v, differences_of(p, b), alpha.within * l.part, alpha.over * l.part);
    v.reason = fmt::format("look {} of {}: {} pairs", seen, all.size(), v.n);
    if (v.ruling != ruling::inconclusive) {
      v.reason = "proved at " + v.reason;
      v.may_change = false;
      return v;
    }
  }
  v.may_change = seen < all.size();
  if (seen == 0) {
    const pairs p = pair_up(base, variant, *b.metric);
    if (!p.base.empty()) bound(v, differences_of(p, b), alpha.within / 2, alpha.over / 2);
    v.ruling = ruling::inconclusive;
    v.low.reset();
    v.high.reset();
    v.reason =
        fmt::format("{} pairs, and the first look takes {}", p.base.size(), all.front().blocks);
  } else if (seen == all.size()) {
    v.reason = "not proved by " + v.reason + ", the most allowed";
  } else {
    v.reason = "not proved at " + v.reason;
  }
  return v;
}

}  // namespace lambdaprof::trial
