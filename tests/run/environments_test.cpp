// SPDX-License-Identifier: Apache-2.0
// The conductor with environments that break while they wait, and with those that serve several
// invocations at a time.
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

namespace {

struct pool {
  journal::journal log;
  run::settings settings;
  std::optional<run::conductor> c;
  instant now{};
  std::vector<run::order> orders;

  void play(load::plan plan) {
    log.conditions().function.max_concurrency = settings.function.max_concurrency;
    c.emplace(settings, std::move(plan), std::vector<load::event>{{}}, log);
    step(run::woke{});
  }
  void step(const run::happening& h) { orders = c->step(now, h); }
  void wake() {
    REQUIRE(c->next_wake() != never);
    now = std::max(now, c->next_wake());
    step(run::woke{});
  }
  void say(std::uint32_t env, environment::any_signal s, std::uint32_t attempt = 0) {
    step(run::environment_signal{{env}, attempt, std::move(s)});
  }
  void ask(std::uint32_t env, std::uint32_t attempt = 0) {
    say(env, signal::asked_next{journal::cpu_unknown}, attempt);
  }
  void answer(std::uint32_t env, std::uint32_t inv = 0) {
    signal::responded r{signal::id_check::current, signal::response_mode::buffered,
                        signal::body::complete, 2};
    r.inv = invocation_id{inv};
    say(env, r);
  }
  template <class Order>
  std::vector<std::uint32_t> envs() const {
    std::vector<std::uint32_t> found;
    for (const auto& o : orders)
      if (std::holds_alternative<Order>(o.what)) found.push_back(o.env.value);
    return found;
  }
  template <class Fact>
  std::size_t count() const {
    const auto& all = log.entries();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& e) {
      return std::holds_alternative<Fact>(e.what);
    }));
  }
  void expect_lawful_end() {
    CHECK(c->is_finished());
    for (const auto& b : journal::audit(log)) FAIL_CHECK(b.law << " at entry " << b.entry);
  }
};

using ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("an environment that breaks while it waits is not found by the next event") {
  pool p;
  p.settings.pool.idle_clock = fleet::idle_clock::real;
  p.play({load::burst{1}, load::idle{1s}, load::burst{1}});
  p.say(0, signal::started{p.now, 1});
  p.ask(0);
  p.answer(0);
  p.ask(0);
  CHECK(p.count<fact::settled>() == 1);
  p.say(0, signal::exited{1, 0, false, {}});
  p.wake();
  // It is there, but its init is repeated inside the invocation.
  CHECK(p.envs<order::launch>() == ids{0});
  p.say(0, signal::started{p.now, 2}, 1);
  p.ask(0, 1);
  CHECK(p.count<fact::delivered>() == 2);
  p.step(run::stop{});
  p.say(0, signal::exited{0, 9, false, {}}, 1);
  p.expect_lawful_end();
}

TEST_CASE("an event waits for an environment whose extension has just died") {
  pool p;
  p.settings.pool.idle_clock = fleet::idle_clock::real;
  p.settings.function.extensions = {{"a", "/opt/a"}};
  p.log.conditions().function.extensions = {"a"};
  p.play({load::burst{1}, load::idle{1s}, load::burst{1}});
  p.say(0, signal::extension_started{0, p.now, 2});
  p.say(0, signal::registers{"a", signal::registration_body::sound, false, false});
  std::string id;
  for (const auto& o : p.orders)
    if (const auto* a = std::get_if<order::answer_extension>(&o.what)) id = a->identifier;
  p.say(0, signal::extension_asked_next{id});
  p.say(0, signal::started{p.now, 1});
  p.ask(0);
  p.answer(0);
  p.ask(0);
  p.say(0, signal::extension_exited{0, 1, 0});
  CHECK(p.envs<order::terminate_runtime>() == ids{0});
  p.now += 1s;
  p.step(run::woke{});
  // A reset is under way, so no other environment is started.
  CHECK(p.envs<order::launch_extension>().empty());
  p.say(0, signal::exited{0, 15, false, {}});
  CHECK(p.envs<order::launch_extension>() == ids{0});
  p.step(run::stop{});
  p.say(0, signal::extension_launch_failed{0, "cancelled"}, 1);
  p.expect_lawful_end();
}

TEST_CASE("a managed environment serves several at a time, and is retired when nothing is left") {
  pool p;
  p.settings.function.max_concurrency = 2;
  p.settings.pool.max_environments = 1;
  p.play({load::burst{3}});
  CHECK(p.envs<order::launch>() == ids{0});
  CHECK(p.count<fact::throttled>() == 1);
  p.say(0, signal::started{p.now, 1});
  p.ask(0);
  p.ask(0);
  CHECK(p.count<fact::delivered>() == 2);
  p.answer(0, 0);
  p.answer(0, 1);
  CHECK(p.envs<order::kill>().empty());
  p.ask(0);
  CHECK(p.envs<order::kill>() == ids{0});
  p.say(0, signal::exited{0, 9, false, {}});
  p.expect_lawful_end();
}

TEST_CASE("while it serves, a managed environment with a free call takes the next event") {
  pool p;
  p.settings.function.max_concurrency = 2;
  p.settings.pool.idle_clock = fleet::idle_clock::real;
  p.play({load::burst{1}, load::idle{1s}, load::burst{2}});
  p.say(0, signal::started{p.now, 1});
  p.ask(0);
  p.ask(0);
  p.answer(0, 0);
  p.ask(0);
  p.wake();
  CHECK(p.envs<order::deliver>() == ids{0, 0});
  CHECK(p.envs<order::launch>().empty());
  // One of them runs out of time: only it fails, the other one goes on.
  p.now += 1s;
  p.answer(0, 2);
  CHECK(p.count<fact::settled>() == 2);
  p.wake();
  CHECK(p.count<fact::settled>() == 3);
  CHECK(p.count<fact::failed>() == 1);
  p.step(run::stop{});
  p.say(0, signal::exited{0, 9, false, {}});
  p.expect_lawful_end();
}

TEST_CASE("a managed environment that dies is gone, and the next event starts another") {
  pool p;
  p.settings.function.max_concurrency = 2;
  p.settings.give_up = 0;
  p.play({load::sequential{2}});
  p.say(0, signal::started{p.now, 1});
  p.ask(0);
  p.say(0, signal::exited{1, 0, false, {}});
  CHECK(p.envs<order::dismantle>() == ids{0});
  CHECK(p.envs<order::launch>() == ids{1});
  p.say(1, signal::started{p.now, 2});
  p.ask(1);
  p.answer(1, 1);
  p.ask(1);
  p.say(1, signal::exited{0, 9, false, {}});
  p.expect_lawful_end();
}

TEST_CASE("a run ends although a managed runtime never asks for events again") {
  pool p;
  p.settings.function.max_concurrency = 2;
  bool is_fresh = false;
  SUBCASE("at its end") {
    p.play({load::sequential{1}});
  }
  SUBCASE("before the next event") {
    is_fresh = true;
    p.play({load::sequential{1}, load::fresh{}, load::sequential{1}});
  }
  p.say(0, signal::started{p.now, 1});
  p.ask(0);
  p.answer(0, 0);
  REQUIRE(p.count<fact::settled>() == 1);
  // It has as long as an invocation may take.
  CHECK(p.envs<order::kill>().empty());
  p.wake();
  CHECK(p.envs<order::kill>() == ids{0});
  p.say(0, signal::exited{0, 9, false, {}});
  CHECK(p.envs<order::launch>() == (is_fresh ? ids{1} : ids{}));
  if (is_fresh) {
    p.step(run::stop{});
    p.say(1, signal::launch_failed{"cancelled"});
  }
  p.expect_lawful_end();
}

}  // namespace lambdaprof
