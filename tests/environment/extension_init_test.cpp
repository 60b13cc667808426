// SPDX-License-Identifier: Apache-2.0
// The init of an environment with extensions, and what can go wrong in it (lambda-protocol §3.1,
// §3.4).
#include "environment/limits.hpp"
#include "environment/troupe.hpp"

using namespace std::chrono_literals;

namespace lambdaprof::environment {
namespace {

std::vector<std::string> named(std::uint32_t count) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) names.push_back("x" + std::to_string(i));
  return names;
}

}  // namespace

TEST_CASE("external extensions start first, the runtime when all of them have registered") {
  troupe t({"a", "b"});
  t.launch();
  CHECK(t.count<order::launch_extension>() == 2);
  CHECK(t.count<order::launch>() == 0);
  t.start(0);
  t.start(1);
  t.enrolled("b");
  CHECK(t.count<order::launch>() == 0);
  CHECK(t.state() == machine_state::launching);
  t.enrolled("a");
  CHECK(t.count<order::launch>() == 1);
  CHECK(t.last<order::launch>().at_full_speed);
  t.start_runtime();
  CHECK(t.state() == machine_state::initializing);
  t.end();
}

TEST_CASE("an init is over when the runtime and each extension have asked for an event") {
  troupe t({"a"});
  t.launch();
  t.start(0);
  const std::string a = t.enrolled("a");
  t.start_runtime();
  const std::string inner = t.enrolled("inner", false, false);
  std::vector<std::string> turns;
  SUBCASE("the runtime first") {
    turns = {"", a, inner};
  }
  SUBCASE("the runtime last") {
    turns = {a, inner, ""};
  }
  SUBCASE("the runtime in between") {
    turns = {inner, "", a};
  }
  for (const std::string& one : turns) {
    CHECK(t.facts<fact::init_finished>().empty());
    CHECK(t.state() == machine_state::initializing);
    if (one.empty()) {
      t.ask();
    } else {
      t.ask(one);
      CHECK(t.count<order::hold_extension>() == 1);
    }
  }
  CHECK(t.facts<fact::init_finished>().size() == 1);
  CHECK(t.facts<fact::runtime_initialized>().size() == 1);
  CHECK(t.facts<fact::extension_ready>().size() == 2);
  CHECK(t.state() == machine_state::ready);
  CHECK(t.m->deadline() == never);
  t.end();
}

TEST_CASE("the limit of an init counts from the start of its first process") {
  troupe t({"a"});
  t.launch();
  t.at(1s);
  t.say(signal::extension_started{0, instant(900ms), 7});
  CHECK(t.m->deadline() == instant(900ms) + init_limit);
  t.enrolled("a");
  t.at(2s);
  t.start_runtime();
  CHECK(t.m->deadline() == instant(900ms) + init_limit);
  t.end();
}

TEST_CASE("an extension that never registers, or never asks, is ended at the limit of the init") {
  troupe t({"a", "b"});
  t.launch();
  t.start(0);
  t.start(1);
  SUBCASE("one never registers: nobody has registered") {}
  SUBCASE("one never registers") {
    t.ask(t.enrolled("b"));
  }
  SUBCASE("it never asks for an event") {
    t.enrolled("a");
    t.enrolled("b");
    t.start_runtime();
    t.ask();
  }
  CHECK(t.m->deadline() == instant(init_limit));
  t.expire();
  CHECK(t.facts<fact::init_failed>().back().why == outcome::timed_out);
  CHECK(t.state() == machine_state::resetting);
  const auto shutdown = t.facts<fact::shutdown_began>();
  if (!shutdown.empty()) CHECK(shutdown.back().reason == journal::shutdown_reason::timeout);
  // The invoker hears of the second attempt only.
  CHECK(t.facts<fact::failed>().empty());
  t.kill_all();
  CHECK(t.state() == machine_state::down);
  t.end();
}

TEST_CASE("registration is closed when the runtime has asked for an event") {
  troupe t;
  t.launch();
  t.start_runtime();
  const std::string inner = t.enrolled("inner", true, false);
  t.ask();
  CHECK(t.enroll("late", true, false) == extension_reply::registration_closed);
  t.ask(inner);
  CHECK(t.state() == machine_state::ready);
  CHECK(t.enroll("later", true, false) == extension_reply::registration_closed);
  CHECK(t.facts<fact::refused>().size() == 2);
  t.end();
}

TEST_CASE("who registers twice is refused, and what it was is not changed") {
  troupe t({"a"});
  t.launch();
  t.start(0);
  const std::string a = t.enrolled("a", true, true);
  CHECK(t.enroll("a", false, false) == extension_reply::invalid_state);
  CHECK(t.last<order::answer_extension>().state == extension_state::registered);
  CHECK(t.last<order::answer_extension>().name == "a");
  t.start_runtime();
  t.ask(a);
  CHECK(t.enroll("a", false, false) == extension_reply::invalid_state);
  CHECK(t.last<order::answer_extension>().state == extension_state::ready);
  t.ask();
  t.give(0);
  CHECK(t.count<order::tell_invoke>() == 1);
  t.end();
}

TEST_CASE("ten external extensions are started, eleven fail the init") {
  SUBCASE("ten, and an internal one is too many") {
    troupe t(named(most_extensions));
    t.launch();
    for (std::uint32_t i = 0; i < most_extensions; ++i) t.start(i);
    for (const auto& x : t.f.extensions) t.enrolled(x.name);
    CHECK(t.count<order::launch>() == 1);
    t.start_runtime();
    CHECK(t.enroll("inner", true, false) == extension_reply::too_many);
    t.end();
  }
  SUBCASE("eleven") {
    troupe t(named(most_extensions + 1));
    t.launch();
    CHECK(t.orders.empty());
    CHECK(t.state() == machine_state::down);
    CHECK(t.facts<fact::init_failed>().back().why == outcome::extension_launch);
    t.give(0);
    CHECK(contains(t.payload(), "Extension.LaunchError"));
    CHECK(t.how() == outcome::extension_launch);
    CHECK(t.state() == machine_state::down);
    t.end();
  }
}

TEST_CASE("an extension that cannot be started fails the init while others are starting") {
  troupe t({"a", "b", "c"});
  t.launch();
  t.start(0);
  SUBCASE("nobody has registered: all are killed") {
    t.say(signal::extension_launch_failed{1, "fork/exec /opt/b: permission denied"});
    CHECK(t.count<order::kill>() == 1);
  }
  SUBCASE("the first has registered: it is ended in order") {
    t.enrolled("a");
    t.say(signal::extension_launch_failed{1, "fork/exec /opt/b: permission denied"});
    CHECK(t.count<order::kill_extension>() == 1);
    CHECK(t.last<order::kill_extension>().extension == 2);
    t.kill(2);
    CHECK(t.state() == machine_state::resetting);
  }
  CHECK(t.facts<fact::init_failed>().back().why == outcome::extension_launch);
  t.kill_all();
  CHECK(t.state() == machine_state::down);
  CHECK(t.facts<fact::extension_launch_failed>().size() == 1);
  t.give(0);
  t.say(signal::extension_launch_failed{0, "exec format error"});
  CHECK(contains(t.payload(), "Extension.LaunchError"));
  CHECK(contains(t.payload(), "exec format error"));
  t.end();
}

TEST_CASE("a runtime that cannot be started ends the extensions that could") {
  troupe t({"a"});
  t.launch();
  t.start(0);
  t.ask(t.enrolled("a"));
  t.say(signal::launch_failed{"exec format error"});
  CHECK(t.facts<fact::init_failed>().back().why == outcome::launch_error);
  CHECK(t.last<order::tell_shutdown>().reason == journal::shutdown_reason::failure);
  t.leave(0);
  CHECK(t.state() == machine_state::down);
  t.end();
}

TEST_CASE("an extension that dies in the init fails it, whatever its exit status") {
  troupe t({"a", "b"});
  t.launch();
  t.start(0);
  t.start(1);
  bool is_runtime_ordered = false;
  SUBCASE("before it has registered") {}
  SUBCASE("while the runtime is being started") {
    t.enrolled("a");
    t.enrolled("b");
    is_runtime_ordered = true;
  }
  SUBCASE("while the runtime is in its init") {
    t.enrolled("a");
    t.enrolled("b");
    t.start_runtime();
  }
  t.leave(0, 0);
  CHECK(t.facts<fact::init_failed>().back().why == outcome::extension_exited);
  CHECK(t.state() == machine_state::resetting);
  if (is_runtime_ordered) CHECK(t.count<order::kill_runtime>() == 1);
  t.kill_all();
  CHECK(t.state() == machine_state::down);
  t.give(0);
  t.start(0);
  t.leave(0, 3);
  CHECK(contains(t.payload(), "Extension.Crash"));
  CHECK(contains(t.payload(), "exit status 3"));
  t.end();
}

TEST_CASE("an extension that gives up in its init fails it with its type") {
  troupe t({"a"});
  t.launch();
  t.start(0);
  const std::string a = t.enrolled("a");
  t.start_runtime();
  t.say(signal::extension_reported_error{a, true, std::nullopt, "{}"});
  CHECK(t.told() == extension_reply::missing_error_type);
  CHECK(t.state() == machine_state::initializing);
  t.say(signal::extension_reported_error{a, true, "Extension.NoConfig", "{}"});
  CHECK(t.told() == extension_reply::accepted);
  CHECK(t.facts<fact::init_failed>().back().why == outcome::extension_error);
  CHECK(t.log.text(t.facts<fact::init_failed>().back().type) == "Extension.NoConfig");
  // To say it again changes nothing, and it is not told of the end.
  t.say(signal::extension_reported_error{a, true, "Extension.Again", "{}"});
  CHECK(t.told() == extension_reply::accepted);
  CHECK(t.facts<fact::extension_failed>().size() == 1);
  t.leave_runtime();
  CHECK(t.count<order::tell_shutdown>() == 0);
  CHECK(t.count<order::kill_extension>() == 1);
  t.kill_all();
  CHECK(t.state() == machine_state::down);
  t.end();
}

TEST_CASE("a runtime that gives up or dies in the init ends its extensions") {
  troupe t({"a"});
  t.launch();
  t.start(0);
  t.ask(t.enrolled("a"));
  t.start_runtime();
  SUBCASE("it posts an error and exits") {
    t.say(signal::reported_init_error{"{}"});
    CHECK(t.facts<fact::shutdown_began>().empty());
    t.leave_runtime(1);
  }
  SUBCASE("it posts an error and stays") {
    t.say(signal::reported_init_error{"{}"});
    t.expire();
    CHECK(t.count<order::terminate_runtime>() == 1);
    t.leave_runtime();
  }
  SUBCASE("it posts an error, and then the extension dies") {
    t.say(signal::reported_init_error{"{}"});
    t.leave(0);
    CHECK(t.count<order::terminate_runtime>() == 1);
    t.leave_runtime();
  }
  SUBCASE("it dies") {
    t.leave_runtime(1);
  }
  if (t.state() != machine_state::down)
    CHECK(t.last<order::tell_shutdown>().reason == journal::shutdown_reason::failure);
  t.kill_all();
  CHECK(t.state() == machine_state::down);
  CHECK(t.facts<fact::init_failed>().size() == 1);
  t.end();
}

TEST_CASE("a repeated init starts the extensions anew, with the time of its invocation") {
  with_extension t;
  t.leave(0, 1);
  t.kill_all();
  REQUIRE(t.state() == machine_state::down);
  t.at(1s);
  t.give(0);
  CHECK_FALSE(t.last<order::launch_extension>().at_full_speed);
  CHECK(t.m->deadline() == instant(1s) + t.f.timeout);
  t.start(0);
  const std::string again = t.enrolled("a");
  CHECK(again != t.id);
  t.ask(t.id);
  CHECK(t.told() == extension_reply::unknown_identifier);
  SUBCASE("it goes well") {
    t.start_runtime();
    t.ask();
    t.ask(again);
    CHECK(t.facts<fact::delivered>().back().kind == journal::start_kind::suppressed);
    CHECK(t.count<order::tell_invoke>() == 1);
    t.answer();
    t.ask();
    t.ask(again);
    CHECK(t.how() == outcome::success);
  }
  SUBCASE("the extension hangs") {
    t.start_runtime();
    t.ask();
    t.expire();
    CHECK(t.how() == outcome::timed_out);
    CHECK(contains(t.payload(), "Task timed out after 3.00 seconds"));
  }
  t.end();
}

TEST_CASE("an extension that does the work of the runtime may ask before that has started") {
  troupe t({"adapter"});
  t.launch();
  t.start(0);
  const std::string a = t.enrolled("adapter", false, false);
  t.ask(a);
  t.ask();
  t.start_runtime();
  CHECK(t.state() == machine_state::ready);
  t.give(0);
  CHECK(t.count<order::deliver>() == 1);
  t.end();
}

TEST_CASE("where there is no process, nobody has a say") {
  troupe t;
  t.launch();
  t.start_runtime();
  const std::string inner = t.enrolled("inner", true, false);
  t.leave_runtime(1);
  REQUIRE(t.state() == machine_state::down);
  const std::size_t before = t.log.entries().size();
  CHECK(t.enroll("other", true, false) == extension_reply::registration_closed);
  CHECK(t.count<order::launch>() == 0);
  t.ask(inner);
  CHECK(t.told() == extension_reply::unknown_identifier);
  t.ask();
  CHECK(t.answered() == reply::invalid_transition);
  t.say(signal::reported_init_error{"{}"});
  CHECK(t.answered() == reply::invalid_transition);
  CHECK(t.log.entries().size() == before);
  t.end();
}

}  // namespace lambdaprof::environment
