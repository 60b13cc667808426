// SPDX-License-Identifier: Apache-2.0
// The laws of extensions, of a restore, of an ordered end and of several invocations at a time.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/audit.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof {
namespace {

using journal::outcome;
using journal::shutdown_reason;
using journal::start_kind;
using support::internal_extension;
using support::journal_builder;

std::vector<std::string> laws_broken(const journal_builder& b) {
  std::vector<std::string> laws;
  for (const journal::breach& each : audit(b.build())) laws.push_back(each.law);
  return laws;
}

TEST_CASE("a life with extensions to its ordered end is lawful") {
  journal_builder b;
  b.arrived(0).extended_init(0, 0).extended(0, 0, start_kind::cold).frozen(0).later(1).thawed(0);
  b.arrived(1).extended(0, 1, start_kind::warm).later(1).retired(0).shutdown_began(0);
  b.later(1).exited(0, 0, 0).extension_exited(0, 0, 0).gone(0);
  CHECK(laws_broken(b).empty());
}

TEST_CASE("an extension that dies in an invocation, and the reset after it, are lawful") {
  journal_builder b;
  b.arrived(0).extended_init(0, 0).delivered(0, 0, start_kind::cold).later(1).responded(0, 0);
  b.extension_exited(0, 0, 1).settled(0, 0, outcome::extension_exited);
  b.reset(0).shutdown_began(0, shutdown_reason::failure).later(1).exited(0, 0, 15);
  b.later(1).arrived(1).extended_init(0, 1, {}, 1).extended(0, 1, start_kind::suppressed);
  b.retired(0).shutdown_began(0).exited(0, 0, 0).extension_exited(0, 0, 0, 9).gone(0);
  CHECK(laws_broken(b).empty());
}

TEST_CASE("an init that ends before there is a runtime is lawful") {
  journal_builder b;
  b.arrived(0).launch_ordered(0, 0).later(1).extension_started(0, 0, "A", 0.5);
  b.extension_launch_failed(0, 1, "C", "exec format error");
  b.init_failed(0, outcome::extension_launch, "{}").reset(0);
  b.shutdown_began(0, shutdown_reason::failure).extension_exited(0, 0, 0, 9);
  b.failed(0, 0, outcome::extension_launch, "{}").settled(0, 0, outcome::extension_launch);
  b.retired(0).gone(0);
  CHECK(laws_broken(b).empty());
}

TEST_CASE("a restore that goes well and one that does not are lawful") {
  journal_builder b;
  b.arrived(0).launch_ordered(0, 0).process_started(0, 0).later(9).init_finished(0);
  b.restore_began(0).later(2).restore_finished(0).delivered(0, 0, start_kind::cold).responded(0, 0);
  b.runtime_ready(0, 0).settled(0, 0).end(0);
  b.arrived(1).launch_ordered(1, 1).process_started(1, 11).later(9).init_finished(1);
  b.restore_began(1).later(2).restore_failed(1, outcome::restore_error, "{}").reset(1);
  b.failed(1, 1, outcome::restore_error, "{}").settled(1, 1, outcome::restore_error);
  b.exited(1, 0, 9).retired(1).gone(1);
  CHECK(laws_broken(b).empty());
}

TEST_CASE("several invocations at a time are lawful where they are allowed, and no more than so") {
  journal_builder b;
  b.conditions().function.max_concurrency = 2;
  b.cold(0, 0).arrived(1).arrived(2).delivered(0, 1, start_kind::warm);
  b.delivered(0, 2, start_kind::warm).responded(0, 2).runtime_ready(0, 2).settled(0, 2);
  b.responded(0, 1).runtime_ready(0, 1).settled(0, 1);
  journal_builder too_many = b;
  b.end(0);
  CHECK(laws_broken(b).empty());
  too_many.arrived(3).arrived(4).arrived(5);
  for (const std::uint32_t i : {3U, 4U, 5U}) too_many.delivered(0, i, start_kind::warm);
  for (const std::uint32_t i : {3U, 4U, 5U})
    too_many.responded(0, i).runtime_ready(0, i).settled(0, i);
  too_many.end(0);
  CHECK(
      laws_broken(too_many) ==
      std::vector<std::string>{"an environment serves no more invocations at a time than it may"});
}

TEST_CASE("no idle time is skipped while a process is being restored") {
  journal_builder b;
  b.arrived(0).throttled(0).arrived(1).launch_ordered(0, 1).process_started(0, 0).init_finished(0);
  b.fact({}, support::inv(1), journal::fact::settled{outcome::interrupted});
  b.restore_began(0).skipped(5).later(5).restore_finished(0).end(0);
  CHECK(laws_broken(b) == std::vector<std::string>{"time is skipped only while nothing runs"});
}

struct crime {
  std::string_view law;
  std::function<void(journal_builder&)> commit;
};

// Environment 0 has served invocation 0 with "A" and "B"; 1 runs in it; 2 waits; environment 1 has
// both extensions, but "A" is not ready yet; environment 2 has been ordered.
journal_builder scene() {
  journal_builder b;
  b.arrived(0).extended_init(0, 0).extended(0, 0, start_kind::cold).arrived(1).arrived(2);
  b.delivered(0, 1, start_kind::warm).at(100).launch_ordered(1, 2);
  b.extension_started(1, 0, "A", 100).extension_registered(1, 0, "A").process_started(1, 100);
  b.extension_registered(1, 1, "B", internal_extension).launch_ordered(2, 2);
  return b;
}

const std::vector<crime> crimes{
    {"external extensions are started before the runtime",
     [](journal_builder& b) { b.extension_started(1, 2, "C", 100); }},
    {"a process begins after its launch was ordered",
     [](journal_builder& b) { b.extension_started(2, 0, "A", 1); }},
    {"a process begins after its launch was ordered",
     [](journal_builder& b) { b.extension_started(2, 0, "A", 1e6); }},
    {"extensions are counted from 0",
     [](journal_builder& b) { b.extension_started(2, 1, "A", 100); }},
    {"extensions are counted from 0",
     [](journal_builder& b) { b.extension_launch_failed(2, 3, "A", "no"); }},
    {"an extension registers before the runtime asks for an event",
     [](journal_builder& b) {
       b.runtime_initialized(1).extension_registered(1, 2, "late", internal_extension);
     }},
    {"an extension registers once", [](journal_builder& b) { b.extension_registered(1, 0, "A"); }},
    {"an extension registers once", [](journal_builder& b) { b.extension_registered(2, 0, "A"); }},
    {"an extension comes back from what it is busy with",
     [](journal_builder& b) { b.extension_ready(0, 0).extension_ready(0, 0); }},
    {"an extension comes back from what it is busy with",
     [](journal_builder& b) { b.extension_started(2, 0, "A", 100).extension_ready(2, 0); }},
    {"an extension is registered before it can fail",
     [](journal_builder& b) {
       b.extension_started(2, 0, "A", 100).extension_failed(2, 0, "Extension.Foo");
     }},
    {"an extension exits once, after it has started",
     [](journal_builder& b) { b.extension_exited(0, 1, 0); }},
    {"an extension exits once, after it has started",
     [](journal_builder& b) { b.extension_exited(0, 0, 0).extension_exited(0, 0, 0); }},
    {"an extension begins with its process or its registration",
     [](journal_builder& b) { b.extension_line(0, 2, "a ghost"); }},
    {"an extension begins with its process or its registration",
     [](journal_builder& b) { b.extension_ready(2, 0); }},
    {"an extension subscribes while in its init", [](journal_builder& b) { b.subscribed(0, 0); }},
    {"an extension subscribes while in its init",
     [](journal_builder& b) { b.extension_started(2, 0, "A", 100).subscribed(2, 0); }},
    {"telemetry is sent to those who have subscribed",
     [](journal_builder& b) { b.telemetry_dropped(0, 0, 1, 1); }},
    {"a runtime is initialized once, before its environment",
     [](journal_builder& b) { b.runtime_initialized(1).runtime_initialized(1); }},
    {"a runtime is initialized once, before its environment",
     [](journal_builder& b) { b.runtime_initialized(0); }},
    {"an init is over when every extension has asked for an event",
     [](journal_builder& b) { b.extension_ready(1, 1).init_finished(1); }},
    {"an invocation goes well when its extensions have come back as well",
     [](journal_builder& b) {
       b.responded(0, 1).runtime_ready(0, 1).extension_ready(0, 0).settled(0, 1);
     }},
    {"only where there are extensions processes are ended in order",
     [](journal_builder& b) { b.shutdown_began(2); }},
    {"processes are ended in order once",
     [](journal_builder& b) { b.shutdown_began(0).shutdown_began(0); }},
    {"a process is launched after the ones before it have ended",
     [](journal_builder& b) { b.exited(0, 1, 0).launch_ordered(0, 2, 1); }},
    {"an environment is gone when it is retired and has exited",
     [](journal_builder& b) {
       b.settled(0, 1, outcome::interrupted).retired(0).exited(0, 0, 9).gone(0);
     }},
    {"a process is restored after its init, before it is given an event",
     [](journal_builder& b) { b.restore_began(0); }},
    {"a process is restored after its init, before it is given an event",
     [](journal_builder& b) { b.restore_began(1); }},
    {"a restore ends once, after it has begun", [](journal_builder& b) { b.restore_finished(1); }},
    {"a restore ends once, after it has begun",
     [](journal_builder& b) { b.restore_failed(1, outcome::restore_error, "{}"); }},
    {"an event is delivered after the restore, if that went well",
     [](journal_builder& b) {
       b.extension_ready(1, 0).extension_ready(1, 1).init_finished(1).restore_began(1);
       b.delivered(1, 2, start_kind::cold);
     }},
    {"an event is delivered after the restore, if that went well",
     [](journal_builder& b) {
       b.extension_ready(1, 0).extension_ready(1, 1).init_finished(1).restore_began(1);
       b.restore_failed(1, outcome::restore_error, "{}").delivered(1, 2, start_kind::cold);
     }},
    {"an environment is frozen once, while it waits for an event",
     [](journal_builder& b) {
       b.extension_ready(1, 0).extension_ready(1, 1).init_finished(1).restore_began(1).frozen(1);
     }},
    {"a success is no failure",
     [](journal_builder& b) { b.restore_failed(1, outcome::success, "{}"); }},
    {"usage is not negative", [](journal_builder& b) {
       b.fact(support::env(1), {}, journal::fact::restore_finished{span(-2)});
     }}};

TEST_CASE("each law of extensions and restores that is broken is found, and not by chance") {
  for (const crime& c : crimes) {
    CAPTURE(c.law);
    journal_builder b = scene();
    const std::vector<std::string> before = laws_broken(b);
    c.commit(b);
    const std::vector<std::string> after = laws_broken(b);
    CHECK(std::count(before.begin(), before.end(), c.law) == 0);
    CHECK(std::count(after.begin(), after.end(), c.law) >= 1);
  }
}

}  // namespace
}  // namespace lambdaprof
