// SPDX-License-Identifier: Apache-2.0
// One environment, step by step: no process, no socket, no clock.
#include "environment/machine.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/result.hpp"

using namespace lambdaprof;
using namespace lambdaprof::environment;
using namespace std::chrono_literals;
namespace fact = journal::fact;
using journal::outcome;

namespace {

struct bench {
  environment::function f;
  journal::journal log;
  std::vector<any_order> orders;
  machine m{environment_id{0}, f, 1};
  instant now{};

  effects e() { return {log, orders}; }
  void at(span s) { now = instant(s); }
  void say(const any_signal& s) {
    orders.clear();
    m.step(now, s, e());
  }
  void launched() {
    m.launch(now, invocation_id{0}, e());
    say(signal::started{now, 42});
  }
  void give(std::uint32_t inv) {
    orders.clear();
    m.assign(now, invocation_id{inv}, e());
  }
  void answer() {
    say(signal::responded{signal::id_check::current, signal::response_mode::known,
                          signal::body::complete, 2});
  }
  void ask() { say(signal::asked_next{journal::cpu_unknown}); }

  template <class Fact>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& entry : log.entries()) n += std::holds_alternative<Fact>(entry.what) ? 1U : 0U;
    return n;
  }
  template <class Fact>
  const Fact& last() const {
    for (auto it = log.entries().rbegin(); it != log.entries().rend(); ++it)
      if (const auto* found = std::get_if<Fact>(&it->what)) return *found;
    throw broken_law("no such fact");
  }
  template <class Order>
  bool ordered() const {
    for (const auto& o : orders)
      if (std::holds_alternative<Order>(o)) return true;
    return false;
  }
  reply answered() const {
    for (const auto& o : orders)
      if (const auto* a = std::get_if<order::answer>(&o)) return a->kind;
    throw broken_law("no answer");
  }
  std::string payload() const { return std::string(log.text(last<fact::failed>().payload)); }
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

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
  b.say(signal::responded{signal::id_check::other, signal::response_mode::known,
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
  b.say(signal::responded{signal::id_check::current, signal::response_mode::known,
                          signal::body::complete, 7, true});
  CHECK(b.answered() == reply::accepted);
  CHECK(b.last<fact::responded>().bytes == 7);
}

TEST_CASE("a response that cannot be delivered fails the invocation and keeps the runtime") {
  bench b;
  b.launched();
  b.ask();
  b.give(0);
  const auto post = [&](signal::response_mode mode, signal::body body) {
    b.say(signal::responded{signal::id_check::current, mode, body, 6291557});
  };
  SUBCASE("too large") {
    post(signal::response_mode::known, signal::body::too_large);
    CHECK(b.answered() == reply::too_large);
    CHECK(b.last<fact::failed>().why == outcome::too_large);
    CHECK(contains(b.payload(), "Function.ResponseSizeTooLarge"));
  }
  SUBCASE("unknown mode") {
    post(signal::response_mode::unknown, signal::body::complete);
    CHECK(b.answered() == reply::bad_response_mode);
    CHECK(contains(b.payload(), "Runtime.InvalidResponseModeHeader"));
  }
  SUBCASE("cut off") {
    post(signal::response_mode::known, signal::body::truncated);
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
  CHECK_FALSE(b.m.invocation());
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

TEST_CASE("an environment that is down is gone as soon as it is retired") {
  bench b;
  b.launched();
  b.say(signal::exited{1, 0, false, {}});
  b.m.retire(b.now, journal::retirement::idle, b.e());
  CHECK(b.m.state() == machine_state::gone);
}
