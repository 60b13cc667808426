// SPDX-License-Identifier: Apache-2.0
// Laws over many random worlds.
#include "sim/world.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "journal/audit.hpp"
#include "journal/lines.hpp"

namespace lambdaprof {
using namespace std::chrono_literals;
namespace fact = journal::fact;

namespace {

journal::journal simulate(const run::settings& s, const load::plan& plan, const sim::model& m,
                          instant stop_at = never) {
  journal::journal log;
  run::conductor c(s, plan, {{"{}", 0}, {"[]", 0}}, log);
  sim::world w(c, m, s.seed);
  w.stop_at(stop_at);
  w.run();
  return log;
}

span some(random& chance, double low_s, double high_s) {
  return span(std::llround(1e9 * low_s * std::pow(high_s / low_s, chance.unit())));
}

load::plan random_plan(random& chance, int depth) {
  load::plan plan;
  for (auto n = 1 + chance.below(4); n > 0; --n) {
    const double rate = 0.01 * std::pow(10.0, 4 * chance.unit());
    switch (chance.below(depth > 0 ? 7 : 6)) {
      case 0:
        plan.emplace_back(load::burst{static_cast<std::uint32_t>(chance.below(30))});
        break;
      case 1:
        plan.emplace_back(load::idle{some(chance, 1, 2000)});
        break;
      case 2:
        plan.emplace_back(load::sequential{static_cast<std::uint32_t>(chance.below(10))});
        break;
      case 3:
        plan.emplace_back(load::steady{rate, some(chance, 0.1, 100 / rate)});
        break;
      case 4:
        plan.emplace_back(load::poisson{rate, some(chance, 0.1, 100 / rate)});
        break;
      case 5:
        plan.emplace_back(load::fresh{});
        break;
      default:
        plan.emplace_back(load::repeat{static_cast<std::uint32_t>(chance.below(4)),
                                       chance.unit() < 0.2, random_plan(chance, depth - 1)});
    }
  }
  return plan;
}

sim::law random_law(random& chance, double low_s, double high_s) {
  const span s = some(chance, low_s, high_s);
  switch (chance.below(3)) {
    case 0:
      return sim::fixed{s};
    case 1:
      return sim::exponential{s};
    default:
      return sim::log_normal{s, chance.unit()};
  }
}

fleet::keep_alive random_keep_alive(random& chance) {
  switch (chance.below(4)) {
    case 0:
      return fleet::keep_none{};
    case 1:
      return fleet::keep_fixed{some(chance, 0.01, 1000)};
    case 2:
      return fleet::keep_exponential{some(chance, 0.01, 1000)};
    default:
      return fleet::keep_uniform{};
  }
}

struct counts {
  double invocations = 0;
  double cold = 0;
};

counts count(const journal::journal& log) {
  counts n;
  for (const auto& e : log.entries()) {
    if (const auto* d = std::get_if<fact::delivered>(&e.what)) {
      n.invocations += 1;
      n.cold += d->kind == journal::start_kind::cold ? 1 : 0;
    }
  }
  return n;
}

}  // namespace

TEST_CASE("whatever the plan, the pool and the failures, no law of the journal is broken") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random chance(seed);
    run::settings s;
    s.seed = seed;
    s.give_up = chance.unit() < 0.5 ? 0 : 5;
    s.function.timeout = some(chance, 0.01, 10);
    s.pool.keep_alive = random_keep_alive(chance);
    s.pool.max_environments = static_cast<std::uint32_t>(1 + chance.below(20));
    s.pool.provisioned = chance.unit() < 0.3 ? static_cast<std::uint32_t>(1 + chance.below(5)) : 0;
    s.pool.max_lifetime = some(chance, 1, 10000);
    s.pool.idle_clock = chance.unit() < 0.5 ? fleet::idle_clock::skip : fleet::idle_clock::real;
    sim::model m;
    m.spawn = random_law(chance, 1e-5, 0.1);
    m.init = random_law(chance, 0.001, 20);
    m.handler = random_law(chance, 0.001, 2);
    m.after_response = random_law(chance, 1e-5, 1);
    for (double* p : {&m.init_crash, &m.handler_crash, &m.handler_error, &m.handler_hang})
      *p = chance.unit() < 0.5 ? 0 : 0.3 * chance.unit();
    const load::plan plan = random_plan(chance, 2);
    const instant stop = chance.unit() < 0.2 ? instant(some(chance, 0.01, 1000)) : never;
    CAPTURE(seed);
    CAPTURE(load::describe(plan));
    const journal::journal log = simulate(s, plan, m, stop);
    for (const auto& b : journal::audit(log)) FAIL_CHECK(b.law << " at entry " << b.entry);
  }
}

TEST_CASE("the same seed gives the same journal, byte for byte, and another seed another one") {
  const auto lines = [](std::uint64_t seed) {
    run::settings s;
    s.seed = seed;
    sim::model m;
    m.handler = sim::log_normal{20ms, 0.5};
    return journal::write_lines(simulate(s, {load::poisson{50, 60s}}, m));
  };
  CHECK(lines(3) == lines(3));
  CHECK(lines(3) != lines(4));
}

TEST_CASE("skipping idle time changes nothing but the clock") {
  const auto play = [](fleet::idle_clock clock) {
    run::settings s;
    s.pool.idle_clock = clock;
    return count(simulate(s, {load::poisson{0.01, 24h}}, {}));
  };
  const counts skipped = play(fleet::idle_clock::skip);
  const counts waited = play(fleet::idle_clock::real);
  CHECK(skipped.invocations == waited.invocations);
  CHECK(skipped.cold == waited.cold);
}

TEST_CASE("a burst on idle environments starts as many as are missing") {
  run::settings s;
  s.pool.keep_alive = fleet::keep_fixed{5min};
  const load::plan plan{load::burst{4},  load::idle{1min}, load::burst{10}, load::idle{1min},
                        load::burst{10}, load::idle{6min}, load::burst{3}};
  const counts n = count(simulate(s, plan, {}));
  CHECK(n.invocations == 27);
  CHECK(n.cold == 4 + 6 + 0 + 3);
}

}  // namespace lambdaprof
