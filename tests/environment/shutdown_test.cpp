// SPDX-License-Identifier: Apache-2.0
// How environments with extensions are ended (lambda-protocol §3.5): SIGTERM, SHUTDOWN, SIGKILL,
// each in its time.
#include "environment/limits.hpp"
#include "environment/troupe.hpp"

using namespace std::chrono_literals;

namespace lambdaprof::environment {

TEST_CASE("without extensions nobody is asked to end") {
  troupe t;
  t.launch();
  t.start_runtime();
  t.ask();
  t.retire();
  CHECK(t.count<order::kill>() == 1);
  CHECK(t.count<order::terminate_runtime>() == 0);
  CHECK(t.facts<fact::shutdown_began>().empty());
  t.end();
}

TEST_CASE("an environment with an external extension ends in order, within two seconds") {
  with_extension t;
  t.at(10s);
  t.retire();
  CHECK(t.count<order::terminate_runtime>() == 1);
  CHECK(t.count<order::tell_shutdown>() == 0);
  CHECK(t.m->deadline() == instant(10300ms));
  t.at(10100ms);
  SUBCASE("the runtime ends by itself") {
    t.leave_runtime();
  }
  SUBCASE("the runtime ignores SIGTERM") {
    t.expire();
    CHECK(t.count<order::kill_runtime>() == 1);
    t.say(signal::exited{0, 9, false, {}});
  }
  const auto told = t.last<order::tell_shutdown>();
  CHECK(told.reason == journal::shutdown_reason::spindown);
  CHECK(told.remaining == instant(12s) - t.now);
  CHECK(t.m->deadline() == instant(12s));
  t.leave(0);
  CHECK(t.state() == machine_state::gone);
  CHECK(t.facts<fact::shutdown_began>().size() == 1);
  t.end();
}

TEST_CASE("an extension that ignores SHUTDOWN is killed when the time is over") {
  with_extension t;
  t.retire();
  t.leave_runtime();
  t.ask(t.id);  // it may ask, and is refused: it has an event already
  CHECK(t.told() == extension_reply::invalid_state);
  t.expire();
  CHECK(t.now == instant(2s));
  CHECK(t.count<order::kill>() == 1);
  CHECK(t.m->deadline() == never);
  t.say(signal::extension_exited{0, 0, 9});
  CHECK(t.state() == machine_state::gone);
  CHECK(t.count<order::dismantle>() == 1);
  t.end();
}

TEST_CASE("with an internal extension only, the runtime has half a second") {
  with_internal t;
  t.retire();
  CHECK(t.count<order::terminate_runtime>() == 1);
  CHECK(t.m->deadline() == instant(500ms));
  SUBCASE("it ends") {
    t.leave_runtime();
    CHECK(t.state() == machine_state::gone);
  }
  SUBCASE("it does not") {
    t.expire();
    CHECK(t.count<order::kill_runtime>() == 1);
  }
  t.end();
}

TEST_CASE("with both kinds the runtime has half a second of the two") {
  troupe t({"a"});
  t.launch();
  t.start(0);
  const std::string a = t.enrolled("a");
  t.start_runtime();
  t.ask(t.enrolled("inner", false, false));
  t.ask(a);
  t.ask();
  t.retire();
  CHECK(t.m->deadline() == instant(500ms));
  t.expire();
  t.leave_runtime();
  CHECK(t.last<order::tell_shutdown>().extension == 0);
  CHECK(t.last<order::tell_shutdown>().remaining == 1500ms);
  CHECK(t.count<order::tell_shutdown>() == 1);
  t.end();
}

TEST_CASE("an extension that has not subscribed to SHUTDOWN is killed without a word") {
  with_extension t(true, false);
  t.retire();
  t.leave_runtime();
  CHECK(t.count<order::tell_shutdown>() == 0);
  CHECK(t.last<order::kill_extension>().extension == 0);
  t.end();
}

TEST_CASE("an extension that has crashed is not told, the other one is") {
  troupe t({"a", "b"});
  t.launch();
  t.start(0);
  t.start(1);
  const std::string a = t.enrolled("a");
  const std::string b = t.enrolled("b");
  t.start_runtime();
  t.ask(a);
  t.ask(b);
  t.ask();
  SUBCASE("while an invocation runs") {
    t.give(0);
    t.ask(b);  // it is back
    t.leave(0, 1);
  }
  SUBCASE("while the runtime has SIGTERM") {
    t.retire();
    t.leave(0, 1);
  }
  t.leave_runtime();
  REQUIRE(t.count<order::tell_shutdown>() == 1);
  CHECK(t.last<order::tell_shutdown>().extension == 1);
  t.leave(1);
  t.end();
}

TEST_CASE("a timeout tells extensions so, and the environment is used again") {
  with_extension t;
  t.give(0);
  t.ask(t.id);
  t.expire();
  CHECK(t.how() == outcome::timed_out);
  CHECK(t.count<order::terminate_runtime>() == 1);
  t.leave_runtime();
  CHECK(t.last<order::tell_shutdown>().reason == journal::shutdown_reason::timeout);
  t.leave(0);
  CHECK(t.state() == machine_state::down);
  CHECK(t.m->is_available());
  t.end();
}

TEST_CASE("a frozen environment is thawed to end in order") {
  with_extension t;
  t.m->freeze(t.now, t.e());
  t.retire();
  CHECK(t.count<order::thaw>() == 1);
  CHECK(t.facts<fact::thawed>().size() == 1);
  t.end();
}

TEST_CASE("an environment that is being reset may be retired, and ends as it had begun to") {
  with_extension t;
  t.give(0);
  t.expire();
  REQUIRE(t.state() == machine_state::resetting);
  t.retire();
  CHECK(t.orders.empty());
  CHECK(t.state() == machine_state::retiring);
  t.leave_runtime();
  CHECK(t.count<order::kill_extension>() == 0);
  t.ask(t.id);
  CHECK(t.last<order::tell_shutdown>().reason == journal::shutdown_reason::timeout);
  t.leave(0);
  CHECK(t.facts<fact::shutdown_began>().size() == 1);
  t.end();
}

TEST_CASE("an environment with extensions can be retired in every state") {
  troupe t({"a", "b"});
  t.launch();
  std::string a;
  SUBCASE("no process has started") {}
  SUBCASE("one has") {
    t.start(0);
  }
  SUBCASE("one has registered") {
    t.start(0);
    t.enrolled("a");
  }
  SUBCASE("the runtime is being started") {
    for (const std::uint32_t i : {0U, 1U}) t.start(i);
    a = t.enrolled("a");
    t.enrolled("b");
  }
  SUBCASE("the runtime is in its init") {
    for (const std::uint32_t i : {0U, 1U}) t.start(i);
    t.ask(t.enrolled("a"));
    t.ask(t.enrolled("b"));
    t.start_runtime();
  }
  SUBCASE("it has given up") {
    for (const std::uint32_t i : {0U, 1U}) t.start(i);
    t.ask(t.enrolled("a"));
    t.enrolled("b");
    t.start_runtime();
    t.say(signal::reported_init_error{"{}"});
  }
  SUBCASE("an extension has not asked yet") {
    for (const std::uint32_t i : {0U, 1U}) t.start(i);
    t.ask(t.enrolled("a"));
    t.enrolled("b");
    t.start_runtime();
    t.ask();
  }
  SUBCASE("it cannot have an extension") {
    t.start(0);
    t.say(signal::extension_launch_failed{1, "no"});
    t.kill_all();
    REQUIRE(t.state() == machine_state::down);
  }
  t.retire();
  CHECK(t.facts<fact::retired>().size() == 1);
  t.retire();
  CHECK(t.orders.empty());
  t.end();
}

}  // namespace lambdaprof::environment
