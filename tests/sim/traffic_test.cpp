// SPDX-License-Identifier: Apache-2.0
// The fold of a long load against the rows of the timeline, and a journal that is emptied on the
// way.
#include "analysis/traffic.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/billing.hpp"
#include "analysis/monthly.hpp"
#include "analysis/summary.hpp"
#include "sim/world.hpp"

namespace lambdaprof {
using namespace std::chrono_literals;

namespace {

struct pool {
  run::settings settings;
  sim::model model;
  load::plan plan;
  journal::function_facts facts;

  pool() {
    settings.give_up = 0;
    settings.function.timeout = facts.timeout = 2s;
    settings.function.memory_mb = facts.memory_mb = 512;
    settings.pool.keep_alive = fleet::keep_exponential{20s};
    model.handler = sim::log_normal{100ms, 0.5};
    model.first_handler = sim::fixed{300ms};
    plan = {load::repeat{1, true, {load::poisson{2, 100s}}},
            load::repeat{1, false, {load::poisson{2, 1000s}}}};
  }
  analysis::timeline rows() const {
    journal::journal log;
    run::conductor c(settings, plan, {{"{}", 0}}, log);
    sim::world(c, model, 1).run();
    return analysis::read_timeline(log);
  }
  analysis::traffic folded(std::size_t steps = 7) const {
    journal::journal log;
    run::conductor c(settings, plan, {{"{}", 0}}, log);
    sim::world world(c, model, 1);
    analysis::traffic_fold fold(facts, load::expected_events(plan));
    for (bool goes_on = true; goes_on;) {
      goes_on = world.run_some(steps);
      fold.take(log);
      log.forget();
    }
    return fold.result();
  }
};

void check_against_rows(const pool& p) {
  const analysis::timeline t = p.rows();
  const analysis::summary s = analysis::summarize(t);
  const analysis::traffic f = p.folded();
  CHECK(f.requests == s.count.invocations + s.count.throttles);
  CHECK(f.cold == s.count.cold);
  CHECK(f.failed == s.count.failures);
  CHECK(f.throttled == s.count.throttles);

  std::vector<double> latencies;
  std::int64_t billed[3]{};
  const auto charges = analysis::charges(t, p.facts);
  instant first = never;
  for (std::size_t i = 0; i < t.invocations.size(); ++i) {
    const auto& row = t.invocations[i];
    if (!row.discarded) first = std::min(first, row.due);
    if (!row.discarded && row.is_success()) latencies.push_back(milliseconds(*row.latency()));
    const bool is_counted = row.is_ping ? row.due >= first : !row.discarded;
    if (!charges[i] || !is_counted || first == never) continue;
    billed[analysis::is_provisioned(t, row) ? 2 : row.is_ping ? 1 : 0] += charges[i]->billed_ms;
  }
  std::sort(latencies.begin(), latencies.end());
  CHECK(f.latency.count() == latencies.size());
  for (const double q : {0.5, 0.9, 0.99})
    CHECK(milliseconds(*f.latency.quantile(q)) ==
          doctest::Approx(analysis::quantile(latencies, q)).epsilon(0.02));
  CHECK(f.on_demand.ms == billed[0]);
  CHECK(f.warming.ms == billed[1]);
  CHECK(f.provisioned.ms == billed[2]);

  // Waiting is what is left of the lives.
  double idle = 0;
  const instant end = first + f.length;
  for (const auto& e : t.environments)
    if (e.init_done != never)
      idle += std::max(0.0, seconds(std::min(e.retired, end) - std::max(e.init_done, first)));
  for (const auto& i : t.invocations)
    if (i.delivered != never)
      idle -= std::max(0.0, seconds(std::min(i.settled, end) - std::max(i.delivered, first)));
  CHECK(f.idle_seconds == doctest::Approx(idle).epsilon(1e-6));
}

}  // namespace

TEST_CASE("what is folded fact by fact is what the rows say") {
  pool p;
  SUBCASE("on demand") {}
  SUBCASE("with pings") {
    p.settings.pool.warmer = fleet::warmer{30s, 3, 75ms, ""};
  }
  SUBCASE("with provisioned environments") {
    p.settings.pool.provisioned = 1;
  }
  SUBCASE("with both") {
    p.settings.pool.provisioned = 2;
    p.settings.pool.warmer = fleet::warmer{30s, 4, 75ms, ""};
  }
  SUBCASE("with too few of them") {
    p.settings.pool.max_environments = 1;
  }
  check_against_rows(p);
}

TEST_CASE("how often the journal is emptied changes nothing") {
  const pool p;
  const auto a = p.folded(1);
  const auto b = p.folded(100'000);
  CHECK(a.requests == b.requests);
  CHECK(a.cold == b.cold);
  CHECK(a.on_demand.ms == b.on_demand.ms);
  CHECK(a.idle_seconds == doctest::Approx(b.idle_seconds));
  CHECK(a.share_error == b.share_error);
}

TEST_CASE("the error by batch means covers the exact share") {
  // lambda-models C, anchor table.
  int within = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    pool p;
    p.settings.seed = seed;
    p.settings.function.timeout = 1h;
    p.settings.pool.keep_alive = fleet::keep_fixed{330s};
    p.settings.pool.max_lifetime = 100'000h;
    p.model.spawn = p.model.init = p.model.after_response = sim::fixed{span(1)};
    p.model.first_handler.reset();
    p.model.handler = sim::exponential{1s};
    p.plan = {load::repeat{1, true, {load::poisson{.1, 2000s}}},
              load::repeat{1, false, {load::poisson{.1, 100'000s}}}};
    const auto t = p.folded(1000);
    REQUIRE(t.share_error);
    within += std::abs(t.cold_share() - .00910936) < 2.05 * *t.share_error ? 1 : 0;
  }
  CHECK(within >= 16);  // of 19 expected
}

TEST_CASE("a month is charged by the published prices") {
  analysis::traffic t;
  t.length = 24h;
  t.on_demand = {1'000'000, 10'000'000};
  t.warming = {360, 27'000};
  t.provisioned = {0, 0};
  t.idle_seconds = 86400 * 2;
  const auto p = analysis::prices_of(analysis::architecture::x86_64);
  const auto m = analysis::a_month_of(t, 0, 1024, p);
  CHECK(m.on_demand == doctest::Approx(30 * (0.20 + 10'000 * 1.66667e-5)));
  CHECK(m.pings == doctest::Approx(30 * (360 * 0.2e-6 + 27 * 1.66667e-5)));
  CHECK(m.provisioned == 0);
  CHECK(m.idle_gb_seconds == doctest::Approx(2.592e6 * 2));
  // One of 1 GB kept for a month.
  CHECK(analysis::a_month_of(t, 1, 1024, p).provisioned == doctest::Approx(2.592e6 * 4.1667e-6));
}

TEST_CASE("classes of times are narrow") {
  random chance(5);
  for (int i = 0; i < 2000; ++i) {
    const auto ns = static_cast<std::int64_t>(std::pow(10.0, 14 * chance.unit()));
    analysis::time_classes one;
    one.add(span(ns));
    const auto found = one.quantile(0.5);
    REQUIRE(found);
    CHECK(std::abs(static_cast<double>(found->count() - ns)) <=
          0.5 + 0.004 * static_cast<double>(ns));
  }
  CHECK_FALSE(analysis::time_classes().quantile(0.5));
}

}  // namespace lambdaprof
