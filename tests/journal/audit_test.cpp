// SPDX-License-Identifier: Apache-2.0
#include "journal/audit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/journal_builder.hpp"

namespace lambdaprof {
namespace {

namespace fact = journal::fact;
using journal::outcome;
using journal::start_kind;
using support::env;
using support::inv;
using support::journal_builder;

/// Two environments, a warm start, a throttle, a skip, a crash, a repeated init, an init that
/// fails.
journal_builder a_good_life() {
  journal_builder b;
  b.cold(0, 0).frozen(0).later(1).thawed(0).warm(0, 1).frozen(0);
  b.later(1).skipped(60'000).later(60'000);
  b.cold(1, 2).arrived(3).throttled(3);
  b.arrived(4).delivered(1, 4, start_kind::warm).later(1);
  b.exited(1, 139, 0, {.user = support::ms(3)});
  b.failed(1, 4, outcome::exited, "{}").settled(1, 4, outcome::exited);
  b.at(70'000).arrived(5).launch_ordered(1, 5, 1).process_started(1, 70'000).later(2).init_finished(
      1);
  b.delivered(1, 5, start_kind::suppressed).response_began(1, 5).later(1);
  b.responded(1, 5).runtime_ready(1, 5).settled(1, 5).warm(1, 6);
  b.arrived(7).delivered(1, 7, start_kind::warm).later(3'000);
  b.failed(1, 7, outcome::timed_out, "{}").settled(1, 7, outcome::timed_out).reset(1);
  b.exited(1, 0, 9).arrived(8).launch_ordered(1, 8, 2).launch_failed(1, "no");
  b.init_failed(1, outcome::launch_error, "{}").failed(1, 8, outcome::launch_error, "{}");
  b.settled(1, 8, outcome::launch_error).retired(1, journal::retirement::lifetime).gone(1);
  return b.end(0);
}

std::vector<std::string> laws_broken(const journal::journal& j) {
  std::vector<std::string> laws;
  for (const journal::breach& b : audit(j)) laws.push_back(b.law);
  return laws;
}

TEST_CASE("a lawful journal has no breach") {
  CHECK(laws_broken(a_good_life().build()).empty());
  CHECK(audit(journal::journal{}).empty());
}

TEST_CASE("a run that was interrupted is lawful if its invocations are settled") {
  journal_builder b;
  b.cold(0, 0).arrived(1).delivered(0, 1, start_kind::warm).later(1).arrived(2).interrupted();
  b.fact({}, inv(2), fact::settled{outcome::interrupted});
  b.settled(0, 1, outcome::interrupted).retired(0);
  CHECK(laws_broken(b.build()).empty());
}

/// What is done after `scene` so that a law is broken.
struct crime {
  std::string_view law;
  std::function<void(journal_builder&)> commit;
};

// Environment 0 is idle and has served invocation 0; invocation 1 runs in environment 1; 2 waits.
journal_builder scene() {
  journal_builder b;
  b.cold(0, 0);
  b.at(2'000).arrived(1).launch_ordered(1, 1).process_started(1, 2'000).init_finished(1);
  b.delivered(1, 1, start_kind::cold).arrived(2);
  return b;
}

const std::vector<crime> crimes{
    {"an environment is thawed before it is given an event",
     [](journal_builder& b) { b.frozen(0).delivered(0, 2, start_kind::warm); }},
    {"an environment is frozen once, while it waits for an event",
     [](journal_builder& b) { b.frozen(1); }},
    {"an environment is frozen once, while it waits for an event",
     [](journal_builder& b) { b.frozen(0).frozen(0); }},
    {"only what is frozen is thawed", [](journal_builder& b) { b.thawed(0); }},
    {"a process begins after its launch was ordered",
     [](journal_builder& b) { b.launch_ordered(2, 2).process_started(2, 10); }},
    {"an invocation ends as it failed",
     [](journal_builder& b) {
       b.failed(1, 1, outcome::exited, "{}").settled(1, 1, outcome::timed_out);
     }},
    {"what an answer says is no end of an invocation",
     [](journal_builder& b) {
       b.responded(1, 1).runtime_ready(1, 1).settled(1, 1, outcome::error_answer);
     }},
    {"a success is no failure",
     [](journal_builder& b) { b.failed(1, 1, outcome::error_answer, "{}"); }},
    {"an answer says HTTP 5xx, or nothing is kept of it",
     [](journal_builder& b) { b.responded_with(1, 1, 404); }},
    {"an answer says HTTP 5xx, or nothing is kept of it",
     [](journal_builder& b) { b.responded_with(1, 1, 0, "{}"); }},
    {"an error of the function has its payload",
     [](journal_builder& b) { b.settled(1, 1, outcome::function_error); }},
    {"an invocation ends where it was delivered",
     [](journal_builder& b) { b.settled(0, 1, outcome::interrupted); }},
    {"no event is taken up after the run was interrupted",
     [](journal_builder& b) { b.interrupted().arrived(3); }},
    {"an invocation arrives once, and ids are given out in order",
     [](journal_builder& b) { b.arrived(1); }},
    {"an invocation arrives once, and ids are given out in order",
     [](journal_builder& b) { b.arrived(4); }},
    {"an event is not taken up before it is due",
     [](journal_builder& b) { b.arrived(3, {.due_ms = 1e6}).throttled(3); }},
    {"an invocation begins with its arrival", [](journal_builder& b) { b.throttled(3); }},
    {"an invocation ends once", [](journal_builder& b) { b.settled(0, 0, outcome::interrupted); }},
    {"what was throttled never runs", [](journal_builder& b) { b.throttled(1); }},
    {"an invocation is delivered once",
     [](journal_builder& b) { b.delivered(0, 1, start_kind::warm); }},
    {"what is over is not delivered",
     [](journal_builder& b) { b.arrived(3).throttled(3).delivered(0, 3, start_kind::warm); }},
    {"a fact of an invocation names it",
     [](journal_builder& b) { b.fact(env(0), {}, fact::runtime_ready{}); }},
    {"a fact of an environment names it",
     [](journal_builder& b) { b.fact({}, inv(1), fact::reset{}); }},
    {"an environment begins with its first launch, and ids are given out in order",
     [](journal_builder& b) { b.process_started(2, 10); }},
    {"an environment begins with its first launch, and ids are given out in order",
     [](journal_builder& b) { b.launch_ordered(3, 2); }},
    {"an event is delivered after the init",
     [](journal_builder& b) {
       b.launch_ordered(2, 2).process_started(2, 10).delivered(2, 2, start_kind::cold);
     }},
    {"an event is delivered to a living process only",
     [](journal_builder& b) { b.reset(0).delivered(0, 2, start_kind::warm); }},
    {"an event is delivered to a living process only",
     [](journal_builder& b) { b.retired(0).delivered(0, 2, start_kind::warm); }},
    {"an event is delivered to a living process only",
     [](journal_builder& b) { b.exited(0, 0, 9).delivered(0, 2, start_kind::warm); }},
    {"an environment serves no more invocations at a time than it may",
     [](journal_builder& b) { b.delivered(1, 2, start_kind::warm); }},
    {"a cold start is the first of its environment",
     [](journal_builder& b) { b.delivered(0, 2, start_kind::cold); }},
    {"what is provisioned waits for no event",
     [](journal_builder& b) {
       b.fact(env(2), inv(2), fact::launch_ordered{0, false, true});
     }},
    {"an environment is provisioned from the beginning, or not at all",
     [](journal_builder& b) {
       b.exited(0, 0, 9).fact(env(0), inv(2), fact::launch_ordered{1, true, true});
     }},
    {"a cold start is the first of its environment",
     [](journal_builder& b) {
       b.fact(env(2), {}, fact::launch_ordered{0, false, true}).process_started(2, 10);
       b.init_finished(2).delivered(2, 2, start_kind::cold);
     }},
    {"a provisioned start is the first of an environment that was there before",
     [](journal_builder& b) {
       b.launch_ordered(2, 2).process_started(2, 10).init_finished(2);
       b.delivered(2, 2, start_kind::provisioned);
     }},
    {"a warm start is not the first of its process",
     [](journal_builder& b) {
       b.launch_ordered(2, 2).process_started(2, 10).init_finished(2);
       b.delivered(2, 2, start_kind::warm);
     }},
    {"a warm start is not the first of its process",
     [](journal_builder& b) {
       b.exited(0, 0, 9).launch_ordered(0, 2, 1).process_started(0, 10).init_finished(0);
       b.delivered(0, 2, start_kind::warm);
     }},
    {"a suppressed start is the first after a repeated init",
     [](journal_builder& b) { b.delivered(0, 2, start_kind::suppressed); }},
    {"a response begins once, while its invocation runs",
     [](journal_builder& b) { b.response_began(1, 2); }},
    {"a response begins once, while its invocation runs",
     [](journal_builder& b) { b.response_began(1, 1).response_began(1, 1); }},
    {"a response comes while its invocation runs", [](journal_builder& b) { b.responded(1, 2); }},
    {"a response comes while its invocation runs", [](journal_builder& b) { b.responded(0, 0); }},
    {"an invocation is answered once",
     [](journal_builder& b) { b.responded(1, 1).responded(1, 1); }},
    {"an invocation is answered once",
     [](journal_builder& b) { b.responded(1, 1).failed(1, 1, outcome::timed_out, "{}"); }},
    {"an invocation fails while it runs, or with its init",
     [](journal_builder& b) { b.failed(0, 2, outcome::init_error, "{}"); }},
    {"a success is no failure", [](journal_builder& b) { b.failed(1, 1, outcome::success, "{}"); }},
    {"a runtime is ready after it has answered", [](journal_builder& b) { b.runtime_ready(1, 1); }},
    {"a success has a response and no failure", [](journal_builder& b) { b.settled(1, 1); }},
    {"attempts are counted from 0",
     [](journal_builder& b) { b.exited(0, 0, 9).launch_ordered(0, 2, 2); }},
    {"a process is launched after the one before it has ended",
     [](journal_builder& b) { b.launch_ordered(0, 2, 1); }},
    {"a retired environment is not launched again",
     [](journal_builder& b) { b.retired(0).exited(0, 0, 9).launch_ordered(0, 2, 1); }},
    {"a process starts once, after its launch was ordered",
     [](journal_builder& b) { b.process_started(0, 10); }},
    {"no more of a file is in memory than there is of it",
     [](journal_builder& b) {
       b.launch_ordered(2, 2).fact(env(2), {}, fact::process_started{{}, 1, 10, 11});
     }},
    {"a process begins before it has started",
     [](journal_builder& b) { b.launch_ordered(2, 2).process_started(2, 1e6); }},
    {"a launch fails once, before the process has started",
     [](journal_builder& b) { b.launch_failed(0, "no"); }},
    {"an init is finished once, by a living process",
     [](journal_builder& b) { b.init_finished(0); }},
    {"an init is finished once, by a living process",
     [](journal_builder& b) { b.launch_ordered(2, 2).init_finished(2); }},
    {"an init fails once, and not when it is over",
     [](journal_builder& b) { b.init_failed(0, outcome::init_error, "{}"); }},
    {"a success is no failure",
     [](journal_builder& b) { b.launch_ordered(2, 2).init_failed(2, outcome::success, ""); }},
    {"a living process is reset, and none that is retired",
     [](journal_builder& b) { b.exited(0, 0, 9).reset(0); }},
    {"an environment is retired once", [](journal_builder& b) { b.retired(0).retired(0); }},
    {"an environment is not retired while it serves", [](journal_builder& b) { b.retired(1); }},
    {"a process exits once, after it has started",
     [](journal_builder& b) { b.exited(0, 0, 9).exited(0, 0, 9); }},
    {"a process exits once, after it has started",
     [](journal_builder& b) { b.launch_ordered(2, 2).exited(2, 0, 9); }},
    {"usage is not negative", [](journal_builder& b) { b.exited(0, 0, 9, {.major_faults = -2}); }},
    {"usage is not negative",
     [](journal_builder& b) {
       b.responded(1, 1).fact(env(1), inv(1), fact::runtime_ready{span(-2)});
     }},
    {"a process is sampled while there is one",
     [](journal_builder& b) { b.exited(0, 0, 9).sampled(0, {}); }},
    {"what was used does not become less",
     [](journal_builder& b) { b.sampled(0, {.cpu = span(2)}).sampled(0, {.cpu = span(1)}); }},
    {"usage is not negative", [](journal_builder& b) { b.sampled(0, {.carried = span(-2)}); }},
    {"nothing takes less than no time",
     [](journal_builder& b) { b.fact(env(0), {}, fact::thaw_cost{span(-1)}); }},
    {"an environment is gone when it is retired and has exited",
     [](journal_builder& b) { b.exited(0, 0, 9).gone(0); }},
    {"an environment is gone when it is retired and has exited",
     [](journal_builder& b) { b.retired(0).gone(0); }},
    {"nothing happens where nothing is left",
     [](journal_builder& b) { b.end(0).log_line(0, "a ghost"); }},
    {"time is skipped forward", [](journal_builder& b) { b.skipped(-1); }},
    {"time is skipped only while nothing runs", [](journal_builder& b) { b.skipped(1).later(1); }},
    {"a run is interrupted once", [](journal_builder& b) { b.interrupted().interrupted(); }},
    {"every invocation ends", [](journal_builder&) {}},
    {"every environment is gone in the end", [](journal_builder&) {}}};

TEST_CASE("each law that is broken is found, and not by chance") {
  for (const crime& c : crimes) {
    CAPTURE(c.law);
    journal_builder b = scene();
    const std::vector<std::string> before = laws_broken(b.build());
    c.commit(b);
    const std::vector<std::string> after = laws_broken(b.build());
    const auto times = [&](const std::vector<std::string>& laws) {
      return std::count(laws.begin(), laws.end(), c.law);
    };
    CHECK(times(after) >= 1);
    if (!c.law.starts_with("every ")) CHECK(times(before) == 0);
  }
}

TEST_CASE("a breach names the entry, and an end that must not be has the number of entries") {
  journal_builder b;
  b.cold(0, 0).end(0).arrived(1).gone(0);
  const auto breaches = audit(b.build());
  const std::size_t size = b.build().entries().size();
  REQUIRE(breaches.size() == 2);
  CHECK(breaches[0].entry == size - 1);
  CHECK(breaches[1].entry == size);
}

TEST_CASE("idle time may be skipped with an environment idle, but not while one is starting") {
  journal_builder idle;
  idle.cold(0, 0).skipped(5).later(5).end(0);
  CHECK(laws_broken(idle.build()).empty());
  journal_builder starting;
  starting.arrived(0).launch_ordered(0, 0);
  starting.fact({}, inv(0), fact::settled{outcome::interrupted}).skipped(5).later(5);
  starting.process_started(0, 0).end(0);
  CHECK(laws_broken(starting.build()) ==
        std::vector<std::string>{"time is skipped only while nothing runs"});
}

TEST_CASE("an entry before the one above it is a breach") {
  journal::journal j;
  j.append(support::at_ms(2), {}, {}, fact::note{});
  j.append(support::at_ms(1), {}, {}, fact::note{});
  j.append(support::at_ms(2), {}, {}, fact::note{});
  REQUIRE(audit(j).size() == 1);
  CHECK(audit(j)[0].entry == 1);
}

TEST_CASE("no entry may lie in the time that was skipped") {
  journal_builder b;
  b.skipped(5).later(4).note("too early");
  CHECK(laws_broken(b.build()) ==
        std::vector<std::string>{"time never decreases, and jumps over what was skipped"});
}

}  // namespace
}  // namespace lambdaprof
