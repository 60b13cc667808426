// SPDX-License-Identifier: Apache-2.0
// One environment, step by step: no process, no socket, no clock.
#include <doctest/doctest.h>

#include "environment/limits.hpp"
#include "environment/machine_bench.hpp"
#include "environment/standard_machine.hpp"

using namespace lambdaprof;
using namespace lambdaprof::environment;
using namespace std::chrono_literals;

TEST_CASE("an environment is launched, initialised, used and used again") {
  bench b;
  b.launched();
  CHECK(b.m.state() == machine_state::initializing);
  CHECK(b.m.deadline() == instant(10s));
  b.at(100ms);
  b.ask();
  CHECK(b.m.state() == machine_state::ready);
  CHECK(b.m.deadline() == never);
  b.give(0);
  CHECK(b.ordered<order::deliver>());
  CHECK(b.last<fact::delivered>().kind == journal::start_kind::cold);
  CHECK(b.m.deadline() == instant(3100ms));
  b.at(110ms);
  b.answer();
  CHECK(b.answered() == reply::accepted);
  CHECK(b.m.state() == machine_state::invoking);
  b.ask();
  CHECK(b.m.state() == machine_state::ready);
  CHECK(b.last<fact::settled>().how == outcome::success);
  b.give(1);
  CHECK(b.last<fact::delivered>().kind == journal::start_kind::warm);
}

TEST_CASE("asking again without having answered gives the same event again") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.ask();
  REQUIRE(b.ordered<order::deliver>());
  CHECK(std::get<order::deliver>(b.orders.front()).inv == invocation_id{0});
  CHECK(b.count<fact::delivered>() == 1);
}

TEST_CASE("posts for another id are refused with 400 before their state is looked at") {
  bench b;
  b.launched();
  b.say(signal::responded{signal::id_check::other, signal::response_mode::buffered,
                          signal::body::complete, 2});
  CHECK(b.answered() == reply::invalid_request_id);
  b.ask();
  b.give(0);
  b.say(signal::reported_error{signal::id_check::other, "{}"});
  CHECK(b.answered() == reply::invalid_request_id);
  b.answer();
  CHECK(b.answered() == reply::accepted);
}

TEST_CASE("a second answer to the same invocation is refused with 403") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  SUBCASE("response, response") {
    b.answer();
    b.answer();
  }
  SUBCASE("response, error") {
    b.answer();
    b.say(signal::reported_error{signal::id_check::current, "{}"});
  }
  SUBCASE("error, response") {
    b.say(signal::reported_error{signal::id_check::current, "{}"});
    b.answer();
  }
  SUBCASE("init error after next") {
    b.say(signal::reported_init_error{"{}"});
  }
  SUBCASE("a whole response while another one is still arriving") {
    b.say(signal::response_began{signal::id_check::current});
    b.answer();
  }
  CHECK(b.answered() == reply::invalid_transition);
  CHECK(b.last<fact::refused>().status == 403);
}

TEST_CASE("a response that arrives in pieces has a first and a last byte") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.say(signal::response_began{signal::id_check::current});
  CHECK(b.count<fact::response_began>() == 1);
  b.say(signal::responded{signal::id_check::current, signal::response_mode::buffered,
                          signal::body::complete, 7, true});
  CHECK(b.answered() == reply::accepted);
  CHECK(b.last<fact::responded>().bytes == 7);
  CHECK(b.last<fact::responded>().http_status == 0);
}

TEST_CASE("a response that cannot be delivered fails the invocation and keeps the runtime") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  // Whether it is too large is looked at first (lambda-protocol §1.3).
  const auto post = [&](signal::response_mode mode, signal::body body,
                        std::uint64_t bytes = 6291557) {
    b.say(signal::responded{signal::id_check::current, mode, body, bytes});
  };
  SUBCASE("too large") {
    post(signal::response_mode::buffered, signal::body::complete);
    CHECK(b.answered() == reply::too_large);
    CHECK(b.last<fact::failed>().why == outcome::too_large);
    CHECK(contains(b.payload(), "Function.ResponseSizeTooLarge"));
  }
  SUBCASE("too large and cut off") {
    post(signal::response_mode::buffered, signal::body::truncated);
    CHECK(b.answered() == reply::too_large);
  }
  SUBCASE("unknown mode") {
    post(signal::response_mode::unknown, signal::body::complete);
    CHECK(b.answered() == reply::bad_response_mode);
    CHECK(contains(b.payload(), "Runtime.InvalidResponseModeHeader"));
  }
  SUBCASE("cut off") {
    post(signal::response_mode::buffered, signal::body::truncated, 7);
    CHECK(b.answered() == reply::truncated);
    CHECK(contains(b.payload(), "Runtime.TruncatedResponse"));
  }
  b.ask();
  CHECK(b.last<fact::settled>().how == b.last<fact::failed>().why);
  b.give(1);
  CHECK(b.ordered<order::deliver>());
}

TEST_CASE("an error that the function reports is passed on word for word, the process stays") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  b.say(signal::reported_error{signal::id_check::current, R"({"errorType":"Mine"})"});
  CHECK(b.payload() == R"({"errorType":"Mine"})");
  b.ask();
  CHECK(b.last<fact::settled>().how == outcome::function_error);
  CHECK(b.m.state() == machine_state::ready);
}
