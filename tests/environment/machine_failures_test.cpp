// SPDX-License-Identifier: Apache-2.0
// One environment whose process crashes, hangs or cannot be started.
#include <doctest/doctest.h>

#include "environment/limits.hpp"
#include "environment/machine_bench.hpp"
#include "environment/standard_machine.hpp"

using namespace lambdaprof;
using namespace lambdaprof::environment;
using namespace std::chrono_literals;

TEST_CASE("a crash in the handler fails the invocation; the next one repeats the init") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  SUBCASE("exit 0") {
    b.say(signal::exited{0, 0, false, {}});
    CHECK(contains(b.payload(), "Runtime exited without providing a reason"));
    CHECK(b.last<fact::settled>().how == outcome::exited);
  }
  SUBCASE("exit 7") {
    b.say(signal::exited{7, 0, false, {}});
    CHECK(contains(b.payload(), "Runtime exited with error: exit status 7"));
  }
  SUBCASE("killed") {
    b.say(signal::exited{0, 9, false, {}});
    CHECK(contains(b.payload(), "signal: killed"));
    CHECK(b.last<fact::settled>().how == outcome::killed);
  }
  CHECK(b.m.state() == machine_state::down);
  CHECK(b.m.is_available());
  b.give(1);
  CHECK(b.ordered<order::launch>());
  CHECK(b.last<fact::launch_ordered>().suppressed);
  CHECK(b.m.attempt() == 1);
  b.say(signal::started{b.now, 43});
  CHECK(b.m.deadline() == instant(3s));
  b.ask();
  CHECK(b.last<fact::delivered>().kind == journal::start_kind::suppressed);
}

TEST_CASE("an exit after the answer but before asking again counts as failed, the answer stands") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.answer();
  b.say(signal::exited{0, 0, false, {}});
  CHECK(b.count<fact::failed>() == 0);
  CHECK(b.last<fact::settled>().how == outcome::exited);
}

TEST_CASE("what comes after a failure does not rename it") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.say(signal::reported_error{signal::id_check::current, "{}"});
  SUBCASE("exit") {
    b.say(signal::exited{1, 0, false, {}});
  }
  SUBCASE("timeout") {
    b.at(3s);
    b.m.expire(b.now, b.e());
  }
  CHECK(b.last<fact::settled>().how == outcome::function_error);
  CHECK(b.count<fact::failed>() == 1);
}

TEST_CASE("the function timeout ends the invocation and resets the environment") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.at(3s);
  b.orders.clear();
  b.m.expire(b.now, b.e());
  CHECK(contains(b.payload(), "Task timed out after 3.00 seconds"));
  CHECK(contains(b.payload(), "Sandbox.Timedout"));
  CHECK(b.ordered<order::kill>());
  CHECK(b.m.state() == machine_state::resetting);
  CHECK_FALSE(b.m.is_repeating_init());
  b.answer();  // too late
  CHECK(b.answered() == reply::invalid_transition);
  b.say(signal::exited{0, 9, false, {}});
  CHECK(b.m.state() == machine_state::down);
}

TEST_CASE("an init above its limit is ended; it is repeated inside the invocation") {
  bench b;
  b.launched();
  b.at(10s);
  b.orders.clear();
  b.m.expire(b.now, b.e());
  CHECK(b.last<fact::init_failed>().why == outcome::timed_out);
  CHECK(b.ordered<order::kill>());
  b.say(signal::exited{0, 9, false, {}});
  b.give(0);
  b.say(signal::started{b.now, 43});
  b.at(13s);
  b.orders.clear();
  b.m.expire(b.now, b.e());
  CHECK(b.last<fact::settled>().how == outcome::timed_out);
  CHECK(contains(b.payload(), "Task timed out after 3.00 seconds"));
}

TEST_CASE("a crash in init is silent the first time and the invoker's error the second time") {
  bench b;
  b.launched();
  b.say(signal::exited{1, 0, false, {}});
  CHECK(b.count<fact::init_failed>() == 1);
  CHECK(b.count<fact::failed>() == 0);
  b.give(0);
  b.say(signal::started{b.now, 43});
  b.say(signal::exited{1, 0, false, {}});
  CHECK(contains(b.payload(), "exit status 1"));
  CHECK(b.last<fact::settled>().how == outcome::exited);
  CHECK(b.m.state() == machine_state::down);
}

TEST_CASE("an init error is the payload word for word, and a runtime that stays is killed") {
  bench b;
  b.launched();
  b.say(signal::reported_init_error{R"({"errorType":"A"})"});
  CHECK(b.answered() == reply::accepted);
  CHECK(b.count<fact::failed>() == 0);
  b.say(signal::reported_init_error{R"({"errorType":"B"})"});
  CHECK(b.answered() == reply::invalid_transition);
  b.at(1s);
  b.orders.clear();
  REQUIRE(b.m.deadline() < b.now);
  b.m.expire(b.now, b.e());
  CHECK(b.ordered<order::kill>());
  b.say(signal::exited{0, 9, false, {}});
  b.give(0);
  b.say(signal::started{b.now, 43});
  b.say(signal::reported_init_error{R"({"errorType":"A"})"});
  CHECK(b.payload() == R"({"errorType":"A"})");
  CHECK(b.last<fact::settled>().how == outcome::init_error);
}

TEST_CASE("a binary that cannot be executed is an invalid entrypoint") {
  bench b;
  b.m.launch(b.now, invocation_id{0}, b.e());
  b.say(signal::launch_failed{"fork/exec /f/bootstrap: exec format error"});
  CHECK(b.m.state() == machine_state::down);
  b.give(0);
  b.say(signal::launch_failed{"fork/exec /f/bootstrap: exec format error"});
  CHECK(contains(b.payload(), "Runtime.InvalidEntrypoint"));
  CHECK(contains(b.payload(), "fork/exec /f/bootstrap: exec format error"));
}

TEST_CASE("an environment can be retired in every state and is gone when its process is") {
  bench b;
  b.m.launch(b.now, invocation_id{0}, b.e());
  SUBCASE("launching") {}
  SUBCASE("initializing") {
    b.say(signal::started{b.now, 42});
  }
  SUBCASE("ready") {
    b.say(signal::started{b.now, 42});
    b.ask();
  }
  SUBCASE("invoking") {
    b.say(signal::started{b.now, 42});
    b.ask();
    b.give(0);
  }
  SUBCASE("left to exit by itself after an init error") {
    b.say(signal::started{b.now, 42});
    b.say(signal::reported_init_error{"{}"});
    REQUIRE(b.m.state() == machine_state::resetting);
  }
  const bool was_invoking = b.m.state() == machine_state::invoking;
  const bool was_launching = b.m.state() == machine_state::launching;
  b.orders.clear();
  b.m.retire(b.now, journal::retirement::run_over, b.e());
  CHECK(b.ordered<order::kill>());
  if (was_invoking) CHECK(b.last<fact::settled>().how == outcome::interrupted);
  if (was_launching) {
    b.say(signal::launch_failed{"cancelled"});
  } else {
    b.say(signal::exited{0, 9, false, {}});
  }
  CHECK(b.m.state() == machine_state::gone);
  CHECK(b.count<fact::gone>() == 1);
  b.ask();
  CHECK(b.orders.empty());
}

TEST_CASE("what comes after the timeout is answered and leaves no fact") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.at(3s);
  b.m.expire(b.now, b.e());
  const std::size_t before = b.log.entries().size();
  b.say(signal::response_began{signal::id_check::current});
  b.answer();
  CHECK(b.answered() == reply::invalid_transition);
  CHECK(b.log.entries().size() == before);
  b.m.retire(b.now, journal::retirement::run_over, b.e());
  b.say(signal::exited{0, 9, false, {}});
  CHECK(b.m.state() == machine_state::gone);
}

TEST_CASE("a stream that ends with an error in its trailers is a failure of the function") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.say(signal::responded{signal::id_check::current, signal::response_mode::buffered,
                          signal::body::complete, 7, false, R"({"errorType":"Late"})"});
  CHECK(b.answered() == reply::accepted);
  CHECK(b.payload() == R"({"errorType":"Late"})");
  b.ask();
  CHECK(b.last<fact::settled>().how == outcome::function_error);
}

TEST_CASE("refused calls without end are kept within bounds") {
  bench b;
  b.launched();
  for (int i = 0; i < 5000; ++i) b.say(signal::misspoke{404, "GET /"});
  CHECK(b.count<fact::refused>() == most_refusals);
}

TEST_CASE("an environment that is down is gone as soon as it is retired") {
  bench b;
  b.launched();
  b.say(signal::exited{1, 0, false, {}});
  b.m.retire(b.now, journal::retirement::idle, b.e());
  CHECK(b.m.state() == machine_state::gone);
}
