// SPDX-License-Identifier: Apache-2.0
// The conductor with provisioned concurrency, order by order.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "journal/audit.hpp"
#include "run/conductor.hpp"

namespace lambdaprof {
using namespace std::chrono_literals;
namespace fact = journal::fact;
namespace order = environment::order;
namespace signal = environment::signal;
using journal::start_kind;

namespace {

struct stage {
  journal::journal log;
  run::settings settings;
  std::optional<run::conductor> c;
  instant now{};
  std::vector<run::order> orders;

  explicit stage(std::uint32_t provisioned) { settings.pool.provisioned = provisioned; }

  void play(load::plan plan) {
    c.emplace(settings, std::move(plan), std::vector<load::event>{{}}, log);
    step(run::woke{});
  }
  void step(const run::happening& h) { orders = c->step(now, h); }
  void say(std::uint32_t env, environment::any_signal s) {
    step(run::environment_signal{{env}, 0, std::move(s)});
  }
  void ask(std::uint32_t env) { say(env, signal::asked_next{journal::cpu_unknown}); }
  void start(std::uint32_t env) {
    say(env, signal::started{now, 1});
    ask(env);
  }
  void serve(std::uint32_t env) {
    say(env, signal::responded{signal::id_check::current, signal::response_mode::buffered,
                               signal::body::complete, 2});
    ask(env);
  }
  void killed(std::uint32_t env) { say(env, signal::exited{0, 9, false, {}}); }

  template <class Order>
  std::vector<std::uint32_t> envs() const {
    std::vector<std::uint32_t> found;
    for (const auto& o : orders)
      if (std::holds_alternative<Order>(o.what)) found.push_back(o.env.value);
    return found;
  }
  std::vector<start_kind> starts() const {
    std::vector<start_kind> found;
    for (const auto& e : log.entries())
      if (const auto* d = std::get_if<fact::delivered>(&e.what)) found.push_back(d->kind);
    return found;
  }
  void expect_lawful_end() const {
    CHECK(c->is_finished());
    for (const auto& b : journal::audit(log)) FAIL_CHECK(b.law << " at entry " << b.entry);
  }
};

using ids = std::vector<std::uint32_t>;
using kinds = std::vector<start_kind>;

}  // namespace

TEST_CASE("provisioned ones are there before the plan begins, and not before all of them are") {
  stage s(2);
  s.play({load::burst{1}});
  CHECK(s.envs<order::launch>() == ids{0, 1});
  for (const auto& o : s.orders)
    if (const auto* l = std::get_if<order::launch>(&o.what)) {
      CHECK_FALSE(l->at_full_speed);
      CHECK(l->capacity == environment::capacity::provisioned);
    }
  s.start(1);
  CHECK(s.starts().empty());
  s.start(0);
  CHECK(s.starts() == kinds{start_kind::provisioned});
  s.serve(0);
  s.killed(0);
  s.killed(1);
  s.expect_lawful_end();
}

TEST_CASE("events prefer a provisioned one that is idle, and spill over when there is none") {
  stage s(1);
  s.settings.pool.idle_clock = fleet::idle_clock::real;
  s.play({load::burst{2}, load::idle{1s}, load::burst{1}});
  s.start(0);
  // The second of the burst gets one on demand, at full speed.
  REQUIRE(s.envs<order::launch>() == ids{1});
  for (const auto& o : s.orders)
    if (const auto* l = std::get_if<order::launch>(&o.what)) CHECK(l->at_full_speed);
  s.start(1);
  CHECK(s.starts() == kinds{start_kind::provisioned, start_kind::cold});
  s.serve(0);
  s.serve(1);
  s.now = s.c->next_wake();
  s.step(run::woke{});
  // The other one was used more recently.
  CHECK(s.envs<order::deliver>() == ids{0});
  s.serve(0);
  CHECK(s.starts().back() == start_kind::warm);
  s.killed(0);
  s.killed(1);
  s.expect_lawful_end();
}

TEST_CASE("neither keep-alive nor lifetime takes a provisioned one away") {
  stage s(1);
  s.settings.pool.keep_alive = fleet::keep_fixed{1s};
  s.settings.pool.max_lifetime = 1min;
  s.play({load::burst{1}, load::idle{24h}, load::burst{1}});
  s.start(0);
  s.serve(0);
  CHECK(s.starts() == kinds{start_kind::provisioned, start_kind::warm});
  s.serve(0);
  s.killed(0);
  s.expect_lawful_end();
}

TEST_CASE("a deployment provisions anew, and the plan goes on when that is done") {
  stage s(2);
  s.play({load::sequential{1}, load::fresh{}, load::burst{1}});
  s.start(0);
  s.start(1);
  s.serve(1);
  CHECK(s.envs<order::kill>().size() == 2);
  s.killed(0);
  CHECK(s.orders.size() == 1);  // nothing is provisioned while something of the old is left
  s.killed(1);
  CHECK(s.envs<order::launch>() == ids{2, 3});
  s.start(2);
  CHECK(s.starts().size() == 1);
  s.start(3);
  CHECK(s.starts() == kinds{start_kind::provisioned, start_kind::provisioned});
  s.serve(3);
  s.killed(2);
  s.killed(3);
  s.expect_lawful_end();
}

TEST_CASE("blocks begin and end with nothing, also where something is provisioned") {
  stage s(1);
  s.settings.is_in_blocks = true;
  s.play({load::fresh{}, load::burst{1}});
  CHECK(s.c->is_resting());
  for (std::uint32_t block = 0; block < 2; ++block) {
    s.step(run::begin_block{block, 0, false});
    REQUIRE(s.envs<order::launch>() == ids{block});
    s.start(block);
    s.serve(block);
    s.killed(block);
    CHECK(s.c->is_resting());
  }
  s.step(run::no_more_blocks{});
  s.expect_lawful_end();
}

TEST_CASE("a run in which no provisioned one comes up gives up") {
  stage s(3);
  s.settings.freezes = true;  // what has come to rest in the last step is gone by its end
  s.play({load::burst{1}});
  for (const std::uint32_t env : {0U, 1U, 2U}) {
    s.say(env, signal::started{s.now, 1});
    s.say(env, signal::exited{1, 0, false, {}});
  }
  CHECK(s.starts().empty());
  s.expect_lawful_end();
}

TEST_CASE("the init of a provisioned one may take 130 seconds") {
  stage s(1);
  s.play({load::burst{1}});
  s.say(0, signal::started{s.now, 1});
  CHECK(s.c->next_wake() == instant(130s));
  s.now = instant(20s);
  s.ask(0);
  CHECK(s.starts() == kinds{start_kind::provisioned});
  s.step(run::stop{});
  s.killed(0);
  s.expect_lawful_end();
}

}  // namespace lambdaprof
