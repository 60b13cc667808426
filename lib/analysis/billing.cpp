// SPDX-License-Identifier: Apache-2.0
#include "analysis/billing.hpp"

#include <algorithm>
#include <chrono>

namespace lambdaprof::analysis {
namespace {

/// AWS's price list as of 2026, by the place of the architecture.
constexpr prices price_list[] = {
    {1.66667e-5, 0.2e-6, 4.1667e-6, 9.7222e-6},
    {1.33334e-5, 0.2e-6, 3.3334e-6, 7.7778e-6},
};

/// Of an invocation that has ended. An init that was repeated for it is inside, and it ends at the
/// deadline at the latest: how much later we noticed is nobody's bill.
std::optional<span> duration_of(const invocation_row& i, span timeout) {
  const auto measured = invocation_row::between(i.assigned, i.settled);
  if (!measured) return std::nullopt;
  return std::max(span{}, std::min(*measured, timeout));
}

/// To the millisecond, rounded up, and never nothing.
std::int64_t billed(span time) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(time), std::chrono::milliseconds(1))
      .count();
}

/// An init is charged with the first invocation that it serves, since 1 August 2025. One that
/// failed serves none: it is charged as far as it was repeated inside an invocation. Whether AWS
/// charges for the failed attempt as well is documented nowhere, but no line of its log accounts
/// for it, and where an init of ten seconds was repeated it billed 12080 ms for a Duration of
/// 12079.53 ms (bitesizedserverless.com, "When is the Lambda Init Phase Free", 2022).
bool pays_for_init(const invocation_row& i) {
  return i.start == journal::start_kind::cold;
}

}  // namespace

prices prices_of(architecture a) {
  return price_list[static_cast<std::size_t>(a)];
}

double gb_seconds(std::int64_t milliseconds, std::int64_t memory_mb) {
  return static_cast<double>(milliseconds) / 1000 * static_cast<double>(memory_mb) / 1024;
}

double dollars(const charge& c, const prices& p) {
  return c.gb_seconds * p.gb_second + p.request;
}

std::optional<charge> charge_for(const invocation_row& i, std::optional<span> init,
                                 const journal::function_facts& f, std::optional<span> restore) {
  const auto duration = duration_of(i, f.timeout);
  if (!duration || i.how == journal::outcome::interrupted) return std::nullopt;
  charge c;
  c.duration = *duration;
  if (pays_for_init(i)) (restore ? c.restore : c.init) = restore ? restore : init;
  // Rounded up each for itself: 2338.66 + 182 was billed as 2521.
  if (c.restore)
    c.billed_restore_ms = std::chrono::ceil<std::chrono::milliseconds>(*c.restore).count();
  c.billed_ms = billed(c.duration + c.init.value_or(span{})) + c.billed_restore_ms;
  c.gb_seconds = gb_seconds(c.billed_ms, f.memory_mb);
  return c;
}

std::vector<std::optional<charge>> charges(const timeline& t, const journal::function_facts& f) {
  std::vector<std::optional<charge>> all;
  all.reserve(t.invocations.size());
  for (const invocation_row& i : t.invocations) all.push_back(charge_for(i, std::nullopt, f));
  for (const environment_row& e : t.environments)
    if (e.first)
      all[*e.first] = charge_for(t.invocations[*e.first], e.init_time(), f, e.restore_time());
  return all;
}

bool is_provisioned(const timeline& t, const invocation_row& i) {
  return i.env.value < t.environments.size() && t.environments[i.env.value].provisioned;
}

bill sum_up(const timeline& t, const journal::function_facts& f, architecture a) {
  struct tally {
    std::vector<double> ms;
    double dollars = 0;
    std::optional<double> per_million() const {
      if (ms.empty()) return std::nullopt;
      return 1e6 * dollars / static_cast<double>(ms.size());
    }
  };
  tally cold, warm, ping;
  const auto all = charges(t, f);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const invocation_row& row = t.invocations[i];
    if (!all[i] || (row.discarded && !row.is_ping) || !row.is_success()) continue;
    if (row.start == journal::start_kind::suppressed || is_provisioned(t, row)) continue;
    tally& of = row.is_ping ? ping : row.start == journal::start_kind::cold ? cold : warm;
    of.ms.push_back(static_cast<double>(all[i]->billed_ms));
    of.dollars += dollars(*all[i], prices_of(a));
  }
  const auto cold_dollars = cold.per_million();
  const auto warm_dollars = warm.per_million();
  const auto ping_dollars = ping.per_million();
  return {summarize(std::move(cold.ms)),
          summarize(std::move(warm.ms)),
          summarize(std::move(ping.ms)),
          cold_dollars,
          warm_dollars,
          ping_dollars};
}

architecture architecture_of(const journal::machine_facts& m) {
  return m.kernel.ends_with("aarch64") ? architecture::arm64 : architecture::x86_64;
}

}  // namespace lambdaprof::analysis
