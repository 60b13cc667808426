// SPDX-License-Identifier: Apache-2.0
// The conductor, order by order: happenings in, orders out, no world at all.
#include "run/conductor.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/result.hpp"
#include "journal/audit.hpp"

namespace lambdaprof {
using namespace std::chrono_literals;
namespace fact = journal::fact;
namespace order = environment::order;
namespace signal = environment::signal;

namespace {

struct stage {
  journal::journal log;
  run::settings settings;
  std::optional<run::conductor> c;
  instant now{};
  std::vector<run::order> orders;

  void play(load::plan plan, std::vector<load::event> events = {{}}) {
    c.emplace(settings, std::move(plan), std::move(events), log);
    step(run::woke{});
  }
  void step(const run::happening& h) { orders = c->step(now, h); }
  void at(span s) { now = instant(s); }
  void say(std::uint32_t env, environment::any_signal s, std::uint32_t attempt = 0) {
    step(run::environment_signal{{env}, attempt, std::move(s)});
  }
  void ask(std::uint32_t env, std::uint32_t attempt = 0) {
    say(env, signal::asked_next{journal::cpu_unknown}, attempt);
  }
  void start(std::uint32_t env, std::uint32_t attempt = 0) {
    say(env, signal::started{now, 1}, attempt);
    ask(env, attempt);
  }
  void answer(std::uint32_t env) {
    say(env, signal::responded{signal::id_check::current, signal::response_mode::buffered,
                               signal::body::complete, 2});
  }
  void serve(std::uint32_t env) {
    answer(env);
    ask(env);
  }
  void killed(std::uint32_t env, std::uint32_t attempt = 0) {
    say(env, signal::exited{0, 9, false, {}}, attempt);
  }

  template <class Order>
  std::vector<std::uint32_t> envs() const {
    std::vector<std::uint32_t> found;
    for (const auto& o : orders)
      if (std::holds_alternative<Order>(o.what)) found.push_back(o.env.value);
    return found;
  }
  template <class Fact>
  std::vector<Fact> facts() const {
    std::vector<Fact> found;
    for (const auto& e : log.entries())
      if (const auto* f = std::get_if<Fact>(&e.what)) found.push_back(*f);
    return found;
  }
  void expect_lawful() const {
    for (const auto& b : journal::audit(log)) FAIL_CHECK(b.law << " at entry " << b.entry);
  }
};

using ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a cold start, a warm invocation and the end") {
  stage s;
  s.play({load::sequential{2}});
  CHECK(s.envs<order::launch>() == ids{0});
  s.start(0);
  CHECK(s.envs<order::deliver>() == ids{0});
  s.at(10ms);
  s.answer(0);
  CHECK(s.envs<order::deliver>().empty());
  s.at(11ms);
  s.ask(0);
  // Due when the one before has settled: in the same step, with no timer between.
  CHECK(s.envs<order::deliver>() == ids{0});
  CHECK(s.facts<fact::arrived>().back().due == instant(11ms));
  s.serve(0);
  CHECK(s.envs<order::kill>() == ids{0});
  CHECK_FALSE(s.c->is_finished());
  s.killed(0);
  CHECK(s.c->is_finished());
  CHECK(s.facts<fact::delivered>().back().kind == journal::start_kind::warm);
  s.expect_lawful();
}

TEST_CASE("the most recently used idle environment serves next") {
  stage s;
  s.play({load::burst{3}, load::sequential{1}});
  CHECK(s.envs<order::launch>() == ids{0, 1, 2});
  for (std::uint32_t e = 0; e < 3; ++e) s.start(e);
  s.serve(2);
  s.serve(0);
  s.serve(1);
  CHECK(s.envs<order::deliver>() == ids{1});
}

TEST_CASE("a waiting call takes the first environment that can serve it") {
  stage s;
  s.play({load::burst{2}});
  s.start(0);
  // 0 is done before 1 has started: it takes the second call over.
  s.serve(0);
  CHECK(s.envs<order::deliver>() == ids{0});
  CHECK(s.facts<fact::delivered>().back().kind == journal::start_kind::warm);
  s.serve(0);
  s.start(1);
  CHECK(s.facts<fact::delivered>().size() == 2);
}

TEST_CASE("events beyond the most environments allowed are throttled and counted") {
  stage s;
  s.settings.pool.max_environments = 2;
  s.play({load::burst{5}});
  CHECK(s.envs<order::launch>() == ids{0, 1});
  CHECK(s.facts<fact::throttled>().size() == 3);
  s.start(0);
  s.start(1);
  s.serve(0);
  s.serve(1);
  s.killed(0);
  s.killed(1);
  CHECK(s.c->is_finished());
  s.expect_lawful();
}

TEST_CASE("idle time is skipped when nothing runs, and keep-alives run out on the way") {
  stage s;
  s.settings.pool.keep_alive = fleet::keep_fixed{5min};
  s.play({load::burst{1}, load::idle{15min}, load::burst{1}});
  s.start(0);
  s.at(1s);
  s.serve(0);
  // At 5 min the environment is retired; the jump stops there until its process is gone.
  CHECK(s.envs<order::kill>() == ids{0});
  CHECK(s.facts<fact::retired>().back().why == journal::retirement::idle);
  CHECK(s.log.entries().back().at == instant(1s + 5min));
  s.at(1s + 2ms);
  s.killed(0);
  CHECK(s.envs<order::launch>() == ids{1});
  CHECK(s.facts<fact::arrived>().back().due == instant(1s + 15min));
  CHECK(s.log.entries().back().at == instant(1s + 15min));
  // Real instants are translated for the journal, wakes are translated back.
  s.at(1s + 3ms);
  s.say(1, signal::started{s.now, 1});
  CHECK(s.facts<fact::process_started>().back().began == instant(1s + 15min + 1ms));
  CHECK(s.c->next_wake() == instant(11s + 3ms));
  s.ask(1);
  s.serve(1);
  s.killed(1);
  CHECK(s.c->is_finished());
  s.expect_lawful();
}

TEST_CASE("with a real idle clock the run waits") {
  stage s;
  s.settings.pool.idle_clock = fleet::idle_clock::real;
  s.settings.pool.keep_alive = fleet::keep_fixed{5min};
  s.play({load::burst{1}, load::idle{15min}, load::burst{1}});
  s.start(0);
  s.serve(0);
  CHECK(s.c->next_wake() == instant(5min));
  CHECK(s.facts<fact::skipped>().empty());
}

TEST_CASE("an idle gap exactly as long as the keep-alive is still warm, one longer is cold") {
  for (const span gap : {span(5min), span(5min) + span(1)}) {
    stage s;
    s.settings.pool.keep_alive = fleet::keep_fixed{5min};
    s.play({load::burst{1}, load::idle{gap}, load::burst{1}});
    s.start(0);
    s.serve(0);
    if (gap == span(5min)) {
      CHECK(s.envs<order::deliver>() == ids{0});
    } else {
      CHECK(s.envs<order::kill>() == ids{0});
    }
  }
}

TEST_CASE("without keep-alive every invocation is cold") {
  stage s;
  s.settings.pool.keep_alive = fleet::keep_none{};
  s.play({load::sequential{2}});
  s.start(0);
  s.serve(0);
  CHECK(s.envs<order::kill>() == ids{0});
  CHECK(s.envs<order::launch>() == ids{1});
  s.start(1);
  CHECK(s.facts<fact::delivered>().back().kind == journal::start_kind::cold);
}

TEST_CASE("no environment outlives the cap on its life") {
  stage s;
  s.settings.pool.keep_alive = fleet::keep_fixed{3h};
  s.settings.pool.max_lifetime = 2h;
  s.play({load::burst{1}, load::idle{150min}, load::burst{1}});
  s.start(0);
  s.serve(0);
  CHECK(s.facts<fact::retired>().back().why == journal::retirement::lifetime);
}

TEST_CASE("fresh retires every environment before the next event") {
  stage s;
  s.play({load::burst{2}, load::fresh{}, load::burst{1}});
  s.start(0);
  s.start(1);
  s.serve(0);
  s.serve(1);
  CHECK(s.envs<order::kill>() == ids{1, 0});
  s.killed(0);
  CHECK(s.envs<order::launch>().empty());
  s.killed(1);
  CHECK(s.envs<order::launch>() == ids{2});
}

TEST_CASE("the event after a crash repeats the init in the same environment") {
  stage s;
  s.play({load::sequential{2}});
  s.start(0);
  s.say(0, signal::exited{7, 0, false, {}});
  CHECK(s.envs<order::launch>() == ids{0});
  CHECK(s.orders.front().attempt == 1);
  s.ask(0, 0);  // a late word of the dead process
  CHECK(s.facts<fact::init_finished>().size() == 1);
  s.start(0, 1);
  CHECK(s.facts<fact::delivered>().back().kind == journal::start_kind::suppressed);
  s.say(0, signal::exited{7, 0, false, {}}, 1);
  CHECK(s.c->progress().failed == 2);
}

TEST_CASE("the event after a timeout waits for the reset instead of starting another environment") {
  stage s;
  s.play({load::sequential{2}});
  s.start(0);
  s.at(4s);
  s.step(run::woke{});
  CHECK(s.envs<order::kill>() == ids{0});
  CHECK(s.envs<order::launch>().empty());
  s.killed(0);
  CHECK(s.envs<order::launch>() == ids{0});
}

TEST_CASE("when nothing at all succeeds the run gives up") {
  stage s;
  s.play({load::sequential{50}});
  s.say(0, signal::launch_failed{"no"});
  s.say(0, signal::launch_failed{"no"}, 1);
  s.say(0, signal::launch_failed{"no"}, 2);
  CHECK(s.c->is_finished());
  CHECK(s.facts<fact::note>().size() == 1);
  s.expect_lawful();
}

TEST_CASE("stop settles everything, keeps what was measured and ends every process") {
  stage s;
  s.play({load::burst{3}, load::idle{1h}, load::burst{9}});
  s.start(0);
  s.serve(0);
  s.say(1, signal::started{s.now, 1});
  s.step(run::stop{});
  CHECK(s.envs<order::kill>() == ids{0, 1, 2});
  s.step(run::stop{});
  CHECK(s.envs<order::kill>().empty());
  s.killed(0);
  s.killed(1);
  s.say(2, signal::launch_failed{"cancelled"});
  CHECK(s.c->is_finished());
  CHECK(s.facts<fact::interrupted>().size() == 1);
  CHECK(s.facts<fact::settled>().size() == 3);
  s.expect_lawful();
}

TEST_CASE("the pool's clock never runs backwards") {
  stage s;
  s.at(5ms);
  s.play({load::burst{1}});
  s.at(4ms);
  CHECK_THROWS_AS(s.step(run::woke{}), broken_law);
}

}  // namespace lambdaprof
