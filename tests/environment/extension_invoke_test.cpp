// SPDX-License-Identifier: Apache-2.0
// Invocations of an environment with extensions: who is told, who is awaited, who breaks it
// (lambda-protocol §3.3, §5.2).
#include "environment/limits.hpp"
#include "environment/troupe.hpp"

using namespace std::chrono_literals;

namespace lambdaprof::environment {
namespace {

void give_up(troupe& t, const std::string& id, bool at_init) {
  t.say(signal::extension_reported_error{id, at_init, "Extension.Broken", "{}"});
}

}  // namespace

TEST_CASE("an invocation is told to those who want to know, and over when they are back") {
  troupe t({"a", "b"});
  t.launch();
  t.start(0);
  t.start(1);
  const std::string a = t.enrolled("a", true, true);
  const std::string b = t.enrolled("b", false, true);
  t.start_runtime();
  t.ask(a);
  t.ask(b);
  t.ask();
  t.at(1s);
  t.give(0);
  REQUIRE(t.count<order::tell_invoke>() == 1);
  const auto told = t.last<order::tell_invoke>();
  CHECK(told.extension == 0);
  CHECK(told.inv == invocation_id{0});
  CHECK(told.remaining == t.f.timeout);
  SUBCASE("the extension is back last") {
    t.answer();
    t.at(2s);
    t.ask();
    CHECK(t.facts<fact::runtime_ready>().size() == 1);
    CHECK(t.facts<fact::settled>().empty());
    CHECK(t.state() == machine_state::invoking);
    CHECK(t.m->deadline() == instant(4s));
    t.at(3s);
    t.ask(a);
  }
  SUBCASE("the extension is back first") {
    t.ask(a);
    t.answer();
    CHECK(t.facts<fact::settled>().empty());
    t.ask();
  }
  CHECK(t.how() == outcome::success);
  CHECK(t.state() == machine_state::ready);
  CHECK(t.m->deadline() == never);
  t.give(1);
  CHECK(t.count<order::tell_invoke>() == 1);
  t.end();
}

TEST_CASE("who waits for an event, or is not in its init, is refused what is for others") {
  with_extension t;
  t.ask(t.id);
  CHECK(t.told() == extension_reply::invalid_state);
  CHECK(t.last<order::answer_extension>().state == extension_state::ready);
  CHECK(t.last<order::answer_extension>().call == extension_call::next);
  give_up(t, t.id, true);
  CHECK(t.told() == extension_reply::invalid_state);
  t.ask("");
  CHECK(t.told() == extension_reply::missing_identifier);
  t.ask("nobody");
  CHECK(t.told() == extension_reply::malformed_identifier);
  t.ask("00000000-0000-4000-8000-000000000000");
  CHECK(t.told() == extension_reply::unknown_identifier);
  CHECK(t.facts<fact::refused>().size() == 5);
  CHECK(t.state() == machine_state::ready);
  t.end();
}

TEST_CASE("an extension that overruns the timeout fails the invocation, the answer stands") {
  with_extension t;
  t.give(0);
  t.answer();
  t.ask();
  t.expire();
  CHECK(t.facts<fact::failed>().empty());
  CHECK(t.how() == outcome::timed_out);
  CHECK(t.facts<fact::shutdown_began>().back().reason == journal::shutdown_reason::timeout);
  CHECK(t.state() == machine_state::resetting);
  t.end();
}

TEST_CASE("an extension that breaks while an invocation runs fails it and resets the environment") {
  with_extension t;
  t.give(0);
  outcome why = outcome::extension_exited;
  SUBCASE("it dies") {
    t.leave(0, 0);
    CHECK(contains(t.payload(), "Extension.Crash"));
    CHECK(contains(t.payload(), "exit code 0"));
  }
  SUBCASE("it gives up") {
    why = outcome::extension_error;
    give_up(t, t.id, false);
    CHECK(t.told() == extension_reply::accepted);
    CHECK(contains(t.payload(), "Extension.Broken"));
    CHECK(t.log.text(t.facts<fact::failed>().back().type) == "Extension.Broken");
    // It is expected to exit, and not told of the end.
    t.leave(0, 1);
    CHECK(t.facts<fact::failed>().size() == 1);
  }
  SUBCASE("it dies after the answer") {
    t.answer();
    t.leave(0, 2);
    CHECK(t.facts<fact::failed>().empty());
  }
  CHECK(t.how() == why);
  CHECK(t.facts<fact::reset>().size() == 1);
  CHECK(t.facts<fact::shutdown_began>().back().reason == journal::shutdown_reason::failure);
  CHECK(t.runtime == process_state::running);
  t.answer();
  CHECK(t.answered() == reply::invalid_transition);
  t.leave_runtime();
  CHECK(t.state() == machine_state::down);
  t.end();
}

TEST_CASE("an extension that breaks while nothing is under way resets the environment at once") {
  with_extension t;
  bool has_served = false;
  bool dies = false;
  SUBCASE("it dies before the first event") {
    dies = true;
  }
  SUBCASE("it dies after one") {
    dies = has_served = true;
  }
  SUBCASE("it gives up before the first event") {}
  SUBCASE("it gives up after one") {
    has_served = true;
  }
  if (has_served) {
    t.give(0);
    t.answer();
    t.ask();
    t.ask(t.id);
    t.m->freeze(t.now, t.e());
  }
  const std::size_t settled = t.facts<fact::settled>().size();
  if (dies) {
    t.leave(0, 1);
  } else {
    give_up(t, t.id, false);
  }
  CHECK(t.count<order::terminate_runtime>() == 1);
  CHECK(t.count<order::thaw>() == (has_served ? 1 : 0));
  CHECK(t.facts<fact::settled>().size() == settled);
  CHECK(t.facts<fact::failed>().empty());
  CHECK(t.state() == machine_state::resetting);
  t.kill_all();
  CHECK(t.state() == machine_state::down);
  t.give(1);
  CHECK(t.facts<fact::launch_ordered>().back().suppressed);
  t.end();
}

TEST_CASE("an internal extension that gives up breaks its environment like any other") {
  with_internal t;
  t.give(0);
  CHECK(t.count<order::tell_invoke>() == 1);
  give_up(t, t.id, false);
  CHECK(t.how() == outcome::extension_error);
  CHECK(t.count<order::terminate_runtime>() == 1);
  t.leave_runtime();
  CHECK(t.state() == machine_state::down);
  t.end();
}

TEST_CASE("an invocation with an internal extension is over when that is back") {
  with_internal t;
  t.give(0);
  t.answer();
  t.ask();
  CHECK(t.facts<fact::settled>().empty());
  t.ask(t.id);
  CHECK(t.how() == outcome::success);
  t.end();
}

TEST_CASE("a runtime that dies while extensions live fails the invocation and ends them") {
  with_extension t;
  t.give(0);
  t.at(1s);
  SUBCASE("the extension has come back") {
    t.ask(t.id);
    t.leave_runtime(7);
    CHECK(t.last<order::tell_shutdown>().reason == journal::shutdown_reason::failure);
    CHECK(t.last<order::tell_shutdown>().remaining == shutdown_budget_external);
  }
  SUBCASE("the extension is still at it, and told when it asks") {
    t.leave_runtime(7);
    CHECK(t.count<order::tell_shutdown>() == 0);
    t.at(1100ms);
    t.ask(t.id);
    CHECK(t.last<order::tell_shutdown>().remaining == shutdown_budget_external - span(100ms));
  }
  CHECK(contains(t.payload(), "exit status 7"));
  CHECK(t.how() == outcome::exited);
  t.leave(0);
  CHECK(t.state() == machine_state::down);
  t.end();
}

TEST_CASE("asking again while extensions are at it is no second event") {
  with_extension t;
  t.give(0);
  t.answer();
  t.ask();
  t.ask();
  CHECK(t.orders.empty());
  CHECK(t.facts<fact::runtime_ready>().size() == 1);
  t.ask(t.id);
  CHECK(t.state() == machine_state::ready);
  t.end();
}

TEST_CASE("a subscription to telemetry is taken while the init lasts, and to one API") {
  troupe t({"a"});
  t.launch();
  t.start(0);
  const std::string a = t.enrolled("a");
  subscription wanted;
  wanted.types.platform = true;
  const signal::subscribes good{a, journal::telemetry_api::telemetry, &wanted};
  t.say(signal::subscribes{"", journal::telemetry_api::telemetry, &wanted});
  CHECK(t.told() == extension_reply::missing_identifier);
  t.say(signal::subscribes{a, journal::telemetry_api::telemetry, nullptr, "no"});
  CHECK(t.told() == extension_reply::bad_subscription);
  CHECK(t.last<order::answer_extension>().name == "no");
  t.say(good);
  CHECK(t.told() == extension_reply::subscribed);
  t.say(good);
  CHECK(t.told() == extension_reply::already_subscribed);
  subscription logs = wanted;
  logs.api = subscription_api::logs;
  t.say(signal::subscribes{a, journal::telemetry_api::logs, &logs});
  CHECK(t.told() == extension_reply::subscribed_elsewhere);
  wanted.types.function = true;
  t.say(good);
  CHECK(t.told() == extension_reply::subscribed);
  CHECK(t.facts<fact::subscribed>().size() == 2);
  t.start_runtime();
  t.ask(a);
  t.ask();
  t.say(good);
  CHECK(t.told() == extension_reply::subscription_closed);
  t.end();
}

}  // namespace lambdaprof::environment
