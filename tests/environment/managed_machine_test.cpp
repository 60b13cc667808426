// SPDX-License-Identifier: Apache-2.0
// An environment that serves several invocations at a time (lambda-protocol §1.13).
#include "environment/limits.hpp"
#include "environment/troupe.hpp"

using namespace std::chrono_literals;

namespace lambdaprof::environment {
namespace {

struct managed : troupe {
  explicit managed(std::uint32_t most = 3, const std::vector<std::string>& names = {})
      : troupe(names) {
    f.max_concurrency = most;
    launch();
  }
  /// After its init, with so many calls that wait.
  void init(std::uint32_t calls) {
    start_runtime();
    for (std::uint32_t i = 0; i < calls; ++i) ask();
  }
  std::vector<std::uint32_t> settled() const {
    std::vector<std::uint32_t> found;
    for (const auto& one : log.entries())
      if (std::holds_alternative<fact::settled>(one.what)) found.push_back(one.inv.value);
    return found;
  }
  void fail(std::uint32_t inv, signal::id_check id = signal::id_check::current) {
    say(signal::reported_error{id, "{}", journal::cpu_unknown, invocation_id{inv}});
  }
};

using ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE(
    "a managed environment takes as many invocations as calls wait, and no more than it may") {
  managed t;
  t.init(1);
  CHECK(t.state() == machine_state::ready);
  CHECK(t.m->deadline() == never);
  t.give(0);
  CHECK(t.last<order::deliver>().inv == invocation_id{0});
  CHECK(t.state() == machine_state::invoking);
  CHECK(t.m->is_serving());
  for (int i = 0; i < 3; ++i) t.ask();
  CHECK(t.state() == machine_state::ready);
  t.give(1);
  t.give(2);
  // A fourth call waits, but there may be three at a time.
  CHECK(t.state() == machine_state::invoking);
  t.answer(1);
  CHECK(t.state() == machine_state::ready);
  t.give(3);
  CHECK(t.facts<fact::delivered>().size() == 4);
  t.end();
}

TEST_CASE("answers to a managed environment come in any order, each by its id") {
  managed t;
  t.init(3);
  t.give(0);
  t.give(1);
  t.give(2);
  t.answer(2);
  CHECK(t.answered() == reply::accepted);
  t.fail(0);
  CHECK(t.answered() == reply::accepted);
  t.answer(1);
  CHECK(t.settled() == ids{2, 0, 1});
  CHECK_FALSE(t.m->is_serving());
  t.answer(1);
  CHECK(t.answered() == reply::invalid_request_id);
  t.answer(7);
  CHECK(t.answered() == reply::invalid_request_id);
  t.end();
}

TEST_CASE("a post for an invocation that has timed out is refused with 410 once, then with 400") {
  managed t;
  t.init(2);
  t.give(0);
  t.at(1s);
  t.give(1);
  CHECK(t.m->deadline() == instant(3s));
  t.expire();
  CHECK(t.settled() == ids{0});
  CHECK(t.how() == outcome::timed_out);
  CHECK(t.payload() ==
        R"({"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 3.00 seconds"})");
  CHECK(t.orders.empty());  // the worker goes on
  CHECK(t.m->deadline() == instant(4s));
  t.answer(1);
  CHECK(t.how() == outcome::success);
  t.answer(0);
  CHECK(t.answered() == reply::stale_attempt);
  t.answer(0);
  CHECK(t.answered() == reply::invalid_request_id);
  CHECK(t.facts<fact::refused>().size() == 2);
  t.end();
}

TEST_CASE("a stale echo is refused and the invocation is still to be answered") {
  managed t;
  t.init(1);
  t.give(0);
  t.fail(0, signal::id_check::stale);
  CHECK(t.answered() == reply::stale_attempt);
  t.fail(0, signal::id_check::other);
  CHECK(t.answered() == reply::invalid_request_id);
  t.answer(0);
  CHECK(t.how() == outcome::success);
  t.end();
}

TEST_CASE("a response in pieces begins once, also in a managed environment") {
  managed t;
  t.init(2);
  t.give(0);
  t.give(1);
  const signal::response_began first{signal::id_check::current, invocation_id{1}};
  t.say(first);
  t.say(first);
  t.say(signal::response_began{signal::id_check::other, {}});
  CHECK(t.facts<fact::response_began>().size() == 1);
  t.answer(1);
  t.say(first);
  CHECK(t.facts<fact::response_began>().size() == 1);
  t.end();
}

TEST_CASE("answers that cannot be delivered fail their own invocation only") {
  managed t;
  t.init(2);
  t.give(0);
  t.give(1);
  signal::responded bad{signal::id_check::current, signal::response_mode::unknown,
                        signal::body::complete, 2};
  bad.inv = invocation_id{0};
  t.say(bad);
  CHECK(t.answered() == reply::bad_response_mode);
  CHECK(t.how() == outcome::bad_response_mode);
  CHECK(t.settled() == ids{0});
  t.answer(1);
  CHECK(t.how() == outcome::success);
  t.end();
}

TEST_CASE("a runtime that dies fails all that is under way and ends the environment") {
  managed t(3, {"a"});
  t.start(0);
  const std::string a = t.enrolled("a", false, true);
  t.init(3);
  t.ask(a);
  t.give(0);
  t.give(1);
  SUBCASE("the runtime") {
    t.leave_runtime(3);
    CHECK(t.how() == outcome::exited);
    CHECK(t.last<order::tell_shutdown>().reason == journal::shutdown_reason::failure);
    t.leave(0);
  }
  SUBCASE("its extension") {
    t.leave(0, 1);
    CHECK(t.how() == outcome::extension_exited);
    t.fail(0);
    CHECK(t.answered() == reply::invalid_transition);
    t.leave_runtime();
  }
  CHECK(t.settled() == ids{0, 1});
  CHECK(t.facts<fact::retired>().back().why == journal::retirement::broken);
  CHECK(t.facts<fact::reset>().empty());
  CHECK(t.state() == machine_state::gone);
  t.end();
}

TEST_CASE("an init of a managed environment that fails ends it, and it may take long") {
  managed t;
  t.start_runtime();
  CHECK(t.m->deadline() == instant(long_init_limit));
  SUBCASE("an error") {
    t.say(signal::reported_init_error{"{}"});
    CHECK(t.count<order::kill>() == 1);
  }
  SUBCASE("a crash") {
    t.leave_runtime(1);
    CHECK(t.state() == machine_state::gone);
  }
  SUBCASE("it hangs") {
    t.expire();
    CHECK(contains(std::string(t.log.text(t.facts<fact::init_failed>().back().detail)),
                   "130.00 seconds"));
  }
  CHECK(t.facts<fact::retired>().back().why == journal::retirement::broken);
  t.end();
}

TEST_CASE("a managed environment is retired with what is under way, and never frozen") {
  managed t;
  t.init(2);
  t.m->freeze(t.now, t.e());
  CHECK(t.facts<fact::frozen>().empty());
  t.give(0);
  t.give(1);
  t.retire();
  CHECK(t.how() == outcome::interrupted);
  CHECK(t.settled() == ids{0, 1});
  t.end();
}

TEST_CASE("extensions of a managed environment register for the end only") {
  managed t(3, {"a"});
  t.start(0);
  CHECK(t.enroll("a", true, true) == extension_reply::invoke_not_supported);
  const std::string a = t.enrolled("a", false, true);
  t.init(2);
  const std::string inner = t.enroll("inner", false, false) == extension_reply::registered
                                ? t.identifier()
                                : std::string();
  CHECK(inner.empty());  // the runtime has asked for events
  t.ask(a);
  t.give(0);
  CHECK(t.count<order::tell_invoke>() == 0);
  t.answer(0);
  CHECK(t.how() == outcome::success);
  t.end();
}

}  // namespace lambdaprof::environment
