// SPDX-License-Identifier: Apache-2.0
// A SnapStart function: it waits in /restore/next, is let go on, and runs its hooks
// (lambda-protocol §1.7). No snapshot is ever taken.
#include "environment/limits.hpp"
#include "environment/troupe.hpp"

using namespace std::chrono_literals;

namespace lambdaprof::environment {
namespace {

struct restored : troupe {
  explicit restored(const std::vector<std::string>& names = {}) : troupe(names) {
    f.snap_start = true;
    launch();
  }
  /// The same again, for an invocation.
  void begin_again() {
    kill_all();
    REQUIRE(state() == machine_state::down);
    give(0);
    start_runtime();
    ask_restore();
  }
  void ask_restore() { say(signal::asked_restore{}); }
};

}  // namespace

TEST_CASE("a runtime in /restore/next has finished its init, and is let go on") {
  restored t;
  t.start_runtime();
  CHECK(t.m->deadline() == instant(long_init_limit));
  t.at(20s);
  t.ask_restore();
  CHECK(t.count<order::resume>() == 1);
  CHECK(t.facts<fact::init_finished>().size() == 1);
  CHECK(t.facts<fact::restore_began>().size() == 1);
  CHECK(t.m->deadline() == instant(30s));
  CHECK(t.state() == machine_state::initializing);
  t.ask_restore();
  CHECK(t.answered() == reply::invalid_transition);
  t.at(21s);
  t.ask();
  CHECK(t.facts<fact::restore_finished>().size() == 1);
  CHECK(t.state() == machine_state::ready);
  CHECK(t.m->deadline() == never);
  t.give(0);
  CHECK(t.facts<fact::delivered>().back().kind == journal::start_kind::cold);
  t.answer();
  t.ask_restore();
  CHECK(t.answered() == reply::invalid_transition);
  t.end();
}

TEST_CASE("a SnapStart function that never asks to be restored has an init like any other") {
  restored t;
  t.start_runtime();
  t.ask();
  CHECK(t.state() == machine_state::ready);
  CHECK(t.facts<fact::restore_began>().empty());
  t.end();
}

TEST_CASE("extensions are awaited before the restore begins") {
  restored t({"a"});
  t.start(0);
  const std::string a = t.enrolled("a");
  t.start_runtime();
  t.ask_restore();
  CHECK(t.facts<fact::runtime_initialized>().size() == 1);
  CHECK(t.facts<fact::restore_began>().empty());
  CHECK(t.enroll("late", true, false) == extension_reply::registration_closed);
  t.ask(a);
  CHECK(t.facts<fact::restore_began>().size() == 1);
  subscription wanted;
  t.say(signal::subscribes{a, journal::telemetry_api::telemetry, &wanted});
  CHECK(t.told() == extension_reply::subscription_closed);
  SUBCASE("and may die in it") {
    t.leave(0, 1);
    CHECK(t.facts<fact::restore_failed>().back().why == outcome::extension_exited);
    CHECK(t.state() == machine_state::resetting);
  }
  SUBCASE("or not") {
    t.ask();
    CHECK(t.state() == machine_state::ready);
  }
  t.end();
}

TEST_CASE("a restore that fails is silent the first time and the invoker's error the second") {
  restored t;
  t.start_runtime();
  t.ask_restore();
  bool is_second = false;
  SUBCASE("the first time") {}
  SUBCASE("the second time") {
    t.leave_runtime(1);
    CHECK(t.facts<fact::restore_failed>().back().why == outcome::exited);
    CHECK(t.facts<fact::failed>().empty());
    t.begin_again();
    is_second = true;
  }
  const std::size_t before = t.facts<fact::restore_failed>().size();
  t.say(signal::reported_restore_error{R"({"errorType":"A"})", "Runtime.AfterRestoreError"});
  CHECK(t.answered() == reply::accepted);
  t.say(signal::reported_restore_error{R"({"errorType":"B"})"});
  CHECK(t.answered() == reply::invalid_transition);
  REQUIRE(t.facts<fact::restore_failed>().size() == before + 1);
  CHECK(t.facts<fact::restore_failed>().back().why == outcome::restore_error);
  CHECK(t.log.text(t.facts<fact::restore_failed>().back().type) == "Runtime.AfterRestoreError");
  CHECK(t.facts<fact::failed>().size() == (is_second ? 1 : 0));
  if (is_second) {
    CHECK(t.payload() == R"({"errorType":"A"})");
    CHECK(t.how() == outcome::restore_error);
  }
  CHECK(t.state() == machine_state::resetting);
  t.leave_runtime(65);
  CHECK(t.state() == machine_state::down);
  t.end();
}

TEST_CASE("an init error while restoring is an error of the restore") {
  restored t;
  t.start_runtime();
  t.ask_restore();
  t.say(signal::reported_init_error{"{}"});
  CHECK(t.answered() == reply::accepted);
  CHECK(t.facts<fact::init_failed>().empty());
  CHECK(t.facts<fact::restore_failed>().size() == 1);
  t.expire();  // it does not exit
  CHECK(t.count<order::kill>() == 1);
  t.end();
}

TEST_CASE("hooks that take too long fail the restore") {
  restored t;
  t.start_runtime();
  t.ask_restore();
  t.expire();
  CHECK(t.now == instant(restore_limit));
  CHECK(t.facts<fact::restore_failed>().back().why == outcome::restore_error);
  CHECK(t.facts<fact::failed>().empty());
  CHECK(t.count<order::kill>() == 1);
  t.ask();
  CHECK(t.answered() == reply::invalid_transition);
  SUBCASE("and in an invocation they have no longer than it has itself") {
    t.begin_again();
    CHECK(t.m->deadline() == t.now + t.f.timeout);
    t.expire();
    CHECK(t.how() == outcome::timed_out);
    CHECK(contains(t.payload(), "Task timed out after 3.00 seconds"));
  }
  SUBCASE("or, in one that has longer, than the limit of a restore") {
    t.f.timeout = 60s;
    t.begin_again();
    CHECK(t.m->deadline() == t.now + restore_limit);
    t.expire();
    CHECK(t.how() == outcome::restore_error);
    CHECK(contains(t.payload(), "Restore timed out after 10.00 seconds"));
  }
  SUBCASE("or go well there") {
    t.begin_again();
    t.ask();
    CHECK(t.facts<fact::delivered>().back().kind == journal::start_kind::suppressed);
    CHECK(t.m->deadline() == t.now + t.f.timeout);
  }
  t.end();
}

TEST_CASE("an error before the snapshot is an error of the init") {
  restored t;
  t.start_runtime();
  t.say(signal::reported_restore_error{"{}"});
  CHECK(t.answered() == reply::invalid_transition);
  t.say(signal::reported_init_error{"{}"});
  CHECK(t.answered() == reply::accepted);
  CHECK(t.facts<fact::init_failed>().size() == 1);
  t.end();
}

}  // namespace lambdaprof::environment
