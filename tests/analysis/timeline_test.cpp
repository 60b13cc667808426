// SPDX-License-Identifier: Apache-2.0
#include "analysis/timeline.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "support/journal_builder.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;
using namespace lambdaprof::support;
using journal::outcome;
using journal::start_kind;

TEST_CASE("an empty journal has no rows") {
  const timeline t = read_timeline(journal::journal{});
  CHECK(t.invocations.empty());
  CHECK(t.environments.empty());
  CHECK(t.refusals.empty());
  CHECK(t.notes.empty());
  CHECK(t.skipped == span{});
  CHECK_FALSE(t.interrupted);
}

TEST_CASE("a cold start and a warm invocation are read fact by fact") {
  journal_builder b;
  b.at(10.5).arrived(0, {.due_ms = 10, .event = 3}).launch_ordered(0, 0);
  b.at(12).process_started(0, 11).log_line(0, "hello");
  b.at(30).init_finished(0, 15);
  b.at(31).delivered(0, 0, start_kind::cold);
  b.at(33).response_began(0, 0);
  b.at(34).response_began(0, 0);
  b.at(36).responded(0, 0, 17);
  b.at(40).runtime_ready(0, 0, 19).settled(0, 0);
  b.at(50).arrived(1).delivered(0, 1, start_kind::warm);
  b.at(52).responded(0, 1, 5);
  b.at(53).runtime_ready(0, 1, 20).settled(0, 1);
  b.at(60).retired(0).fact(env(0), {}, journal::fact::log_dropped{12});
  b.at(61).exited(0, 0, 9, {.user = ms(18), .peak_bytes = 4096});
  b.at(62).fact(env(0), {}, journal::fact::strays{2}).gone(0);
  const timeline t = read_timeline(b.build());

  REQUIRE(t.invocations.size() == 2);
  const invocation_row& cold = t.invocations[0];
  CHECK(cold.id == inv(0));
  CHECK(cold.env == env(0));
  CHECK(cold.event == 3);
  CHECK_FALSE(cold.discarded);
  CHECK_FALSE(cold.throttled);
  CHECK(cold.start == start_kind::cold);
  CHECK(cold.how == outcome::success);
  CHECK(cold.is_success());
  CHECK(cold.due == at_ms(10));
  CHECK(cold.arrived == at_ms(10.5));
  CHECK(cold.delivered == at_ms(31));
  CHECK(cold.first_byte == at_ms(33));
  CHECK(cold.answered == at_ms(36));
  CHECK(cold.settled == at_ms(40));
  CHECK(cold.response_bytes == 17);
  CHECK(cold.cpu == ms(4));
  CHECK(cold.error.empty());
  CHECK(cold.latency() == ms(26));
  CHECK(cold.handler() == ms(5));
  CHECK(cold.duration() == ms(9));
  CHECK(cold.lateness() == ms(0.5));

  const invocation_row& warm = t.invocations[1];
  CHECK(warm.start == start_kind::warm);
  CHECK(warm.first_byte == warm.answered);
  CHECK(warm.cpu == ms(1));
  CHECK(warm.latency() == ms(2));

  REQUIRE(t.environments.size() == 1);
  const environment_row& e = t.environments[0];
  CHECK(e.id == env(0));
  CHECK_FALSE(e.discarded);
  CHECK(e.ordered == at_ms(10.5));
  CHECK(e.began == at_ms(11));
  CHECK(e.started == at_ms(12));
  CHECK(e.init_done == at_ms(30));
  CHECK(e.retired == at_ms(60));
  CHECK(e.gone == at_ms(62));
  CHECK(e.attempts == 1);
  CHECK(e.invocations == 2);
  CHECK(e.first == 0);
  CHECK(e.init == outcome::success);
  CHECK(e.init_cpu == ms(15));
  CHECK(e.used.user == ms(18));
  CHECK(e.used.peak_bytes == 4096);
  CHECK(e.exit_status == 0);
  CHECK(e.exit_signal == 9);
  CHECK(e.strays == 2);
  CHECK(e.log_lines == 1);
  CHECK(e.log_bytes_dropped == 12);
  CHECK(e.init_time() == ms(19));
  CHECK(e.exec_time() == ms(1));
  CHECK(t.cold(e) == ms(24));
}

TEST_CASE("facts of the run are kept") {
  journal_builder b;
  b.at(1).skipped(300'000).note("cpu is not limited");
  b.at(2).skipped(200).note("second").interrupted();
  const timeline t = read_timeline(b.build());
  CHECK(t.skipped == ms(300'200));
  CHECK(t.notes == std::vector<std::string>{"cpu is not limited", "second"});
  CHECK(t.interrupted);
}

TEST_CASE("time is skipped forward only, and never beyond what can be counted") {
  const auto skip = [](span ahead) {
    return journal_builder().skipped(5).fact({}, {}, journal::fact::skipped{ahead});
  };
  CHECK(read_timeline(skip(ms(-100)).build()).skipped == ms(5));
  CHECK(read_timeline(skip(span::max()).build()).skipped == span::max());
}

TEST_CASE("a throttled invocation arrived and nothing else") {
  const timeline t =
      read_timeline(journal_builder().at(5).arrived(0, {.due_ms = 4}).throttled(0).build());
  REQUIRE(t.invocations.size() == 1);
  const invocation_row& row = t.invocations[0];
  CHECK(row.throttled);
  CHECK_FALSE(row.is_success());
  CHECK(row.env.is_none());
  CHECK(row.lateness() == ms(1));
  CHECK_FALSE(row.latency());
  CHECK_FALSE(row.handler());
  CHECK_FALSE(row.duration());
}

TEST_CASE("a failed invocation has its payload and the instant of the failure") {
  journal_builder b;
  b.cold(0, 0).arrived(1).delivered(0, 1, start_kind::warm);
  b.later(3000).failed(0, 1, outcome::timed_out, R"({"errorMessage":"timed out"})").reset(0);
  b.later(1).exited(0, 0, 9).settled(0, 1, outcome::timed_out);
  const timeline t = read_timeline(b.build());
  const invocation_row& row = t.invocations[1];
  CHECK(row.how == outcome::timed_out);
  CHECK_FALSE(row.is_success());
  CHECK(row.error == R"({"errorMessage":"timed out"})");
  CHECK(row.handler() == ms(3000));
  CHECK(row.duration() == ms(3001));
  CHECK(row.first_byte == never);
  CHECK(row.cpu == journal::cpu_unknown);
}

TEST_CASE("a process that exits after its answer fails, but the answer came when it came") {
  journal_builder b;
  b.cold(0, 0).arrived(1).delivered(0, 1, start_kind::warm);
  b.later(2).responded(0, 1, 9);
  b.later(4).failed(0, 1, outcome::exited, "{}").settled(0, 1, outcome::exited);
  const invocation_row row = read_timeline(b.build()).invocations[1];
  CHECK(row.how == outcome::exited);
  CHECK(row.handler() == ms(2));
  CHECK(row.duration() == ms(6));
}

TEST_CASE(
    "a suppressed init belongs to its invocation and leaves the environment's init facts alone") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(10).init_failed(0, outcome::exited, "exit status 3");
  b.at(11).exited(0, 3, 0, {.peak_bytes = 1000});
  b.at(12).launch_ordered(0, 0, 1);
  b.at(14).process_started(0, 13, 2);
  b.at(30).init_finished(0, 7);
  b.at(31).delivered(0, 0, start_kind::suppressed);
  b.at(35).responded(0, 0);
  b.at(36).runtime_ready(0, 0, 9).settled(0, 0);
  b.at(40).arrived(1).delivered(0, 1, start_kind::warm);
  b.at(42).responded(0, 1);
  b.at(43).runtime_ready(0, 1, 9.5).settled(0, 1);
  b.at(50).exited(0, 0, 15, {.peak_bytes = 2000});
  const timeline t = read_timeline(b.build());

  REQUIRE(t.environments.size() == 1);
  const environment_row& e = t.environments[0];
  CHECK(e.attempts == 2);
  CHECK(e.began == at_ms(1));
  CHECK(e.started == at_ms(2));
  CHECK(e.init_done == never);
  CHECK(e.init == outcome::exited);
  CHECK(e.init_error == "exit status 3");
  CHECK(e.init_cpu == journal::cpu_unknown);
  CHECK_FALSE(e.init_time());
  CHECK_FALSE(e.first);
  CHECK(e.invocations == 2);
  CHECK(e.used.peak_bytes == 2000);
  CHECK(e.exit_status == 0);
  CHECK(e.exit_signal == 15);
  CHECK_FALSE(t.cold(e));

  CHECK(t.invocations[0].start == start_kind::suppressed);
  CHECK(t.invocations[0].cpu == ms(9));  // with the init, which ran inside it
  CHECK(t.invocations[1].cpu == ms(0.5));
}

TEST_CASE("what the last process used is unknown while it runs, whatever the one before used") {
  journal_builder b;
  b.cold(0, 0).reset(0).exited(0, 1, 0, {.peak_bytes = 1000});
  b.later(1).arrived(1).launch_ordered(0, 1, 1);
  const environment_row e = read_timeline(b.build()).environments[0];
  CHECK(e.used == journal::usage{});
  CHECK(e.exit_status == 0);
  CHECK(e.init == outcome::success);
}

TEST_CASE("the CPU of an invocation is unknown unless both ends are known and of one process") {
  const auto cpu_of_second = [](journal_builder b) {
    return read_timeline(b.build()).invocations[1].cpu;
  };
  const cold_parts known{.init_cpu = 5, .handler_cpu = 2};
  CHECK(cpu_of_second(journal_builder().cold(0, 0, known).warm(0, 1, {.cpu_total = 8})) == ms(1));
  CHECK(cpu_of_second(journal_builder().cold(0, 0).warm(0, 1, {.cpu_total = 8})) ==
        journal::cpu_unknown);
  CHECK(cpu_of_second(journal_builder().cold(0, 0, known).warm(0, 1)) == journal::cpu_unknown);
  // A clock that went back measures nothing.
  CHECK(cpu_of_second(journal_builder().cold(0, 0, known).warm(0, 1, {.cpu_total = 6})) ==
        journal::cpu_unknown);
  CHECK(cpu_of_second(journal_builder()
                          .cold(0, 0, known)
                          .launch_ordered(0, 1, 1)
                          .warm(0, 1, {.cpu_total = 8})) == journal::cpu_unknown);
}

TEST_CASE("a failed launch is a failed init") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(1).launch_failed(0, "exec format error");
  b.at(1).failed(0, 0, outcome::launch_error, "{}").settled(0, 0, outcome::launch_error);
  const timeline t = read_timeline(b.build());
  CHECK(t.environments[0].init == outcome::launch_error);
  CHECK(t.environments[0].init_error == "exec format error");
  CHECK(t.environments[0].began == never);
  CHECK(t.invocations[0].how == outcome::launch_error);
  CHECK_FALSE(t.invocations[0].handler());
  CHECK(t.invocations[0].latency() == ms(1));
}

TEST_CASE("an environment started for one event may first serve another") {
  journal_builder b;
  b.cold(0, 0);  // until 19
  b.at(20).arrived(1).delivered(0, 1, start_kind::warm);
  b.at(21).arrived(2).launch_ordered(1, 2);
  b.at(23).process_started(1, 22);
  b.at(25).responded(0, 1);
  b.at(26).runtime_ready(0, 1).settled(0, 1).delivered(0, 2, start_kind::warm);
  b.at(28).arrived(3);
  b.at(40).init_finished(1).delivered(1, 3, start_kind::cold);
  b.at(44).responded(1, 3);
  b.at(45).runtime_ready(1, 3).settled(1, 3);
  const timeline t = read_timeline(b.build());
  REQUIRE(t.environments.size() == 2);
  const environment_row& e = t.environments[1];
  CHECK(e.first == 3);
  CHECK(e.invocations == 1);
  CHECK(e.init_time() == ms(18));
  CHECK(t.cold(e) == ms(22));
  CHECK(t.invocations[3].latency() == ms(16));
  CHECK(t.invocations[2].env == env(0));
  CHECK(t.environments[0].invocations == 3);
}

TEST_CASE("an environment that never served is a row without a first invocation") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(9).init_finished(0);
  b.at(20).end(0);
  const timeline t = read_timeline(b.build());
  CHECK(t.environments[0].init_time() == ms(8));
  CHECK_FALSE(t.environments[0].first);
  CHECK_FALSE(t.cold(t.environments[0]));
}

TEST_CASE("an environment is discarded if the event that caused it is") {
  journal_builder b;
  b.cold(0, 0, {.discarded = true}).cold(1, 1);
  b.later(1).fact(env(2), {}, journal::fact::launch_ordered{0, false});
  const timeline t = read_timeline(b.build());
  REQUIRE(t.environments.size() == 3);
  CHECK(t.environments[0].discarded);
  CHECK_FALSE(t.environments[1].discarded);
  CHECK_FALSE(t.environments[2].discarded);  // caused by none
}

TEST_CASE("an environment counts the others that are starting when it is ordered") {
  journal_builder b;
  for (std::uint32_t n = 0; n < 7; ++n) b.at(n).arrived(n).launch_ordered(n, n);
  SUBCASE("all at once") {}
  SUBCASE("an init that has ended in any way is not counted") {
    b.at(0.1).init_finished(0);
    b.at(1.1).init_failed(1, outcome::timed_out, "").exited(1, 0, 9);
    b.at(2.1).launch_failed(2, "no such file");
    b.at(3.1).exited(3, 0, 9);
    b.at(4.1).gone(4);
    // The second process of an environment is no start, and cannot end one twice.
    b.at(5.1).launch_ordered(1, 1, 1).init_failed(1, outcome::exited, "");
  }
  const timeline t = read_timeline(b.build());
  std::vector<std::uint32_t> counted;
  for (const environment_row& e : t.environments) counted.push_back(e.starting_with_it);
  const bool all_are_starting = t.environments[0].init == outcome::interrupted;
  CHECK(counted == (all_are_starting ? std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6}
                                     : std::vector<std::uint32_t>{0, 0, 0, 0, 0, 0, 1}));
}

TEST_CASE("a refusal belongs to the warm-up if its invocation does, or else its environment") {
  journal_builder b;
  b.cold(0, 0, {.discarded = true}).warm(0, 1);
  b.later(1).refused(env(0), inv(1), 403, "/response in Ready");
  b.later(1).refused(env(0), inv(0), 400, "another id");
  b.later(1).refused(env(0), {}, 404, "/favicon.ico");
  const timeline t = read_timeline(b.build());
  REQUIRE(t.refusals.size() == 3);
  CHECK(t.refusals[0].at == at_ms(26));
  CHECK(t.refusals[0].env == env(0));
  CHECK(t.refusals[0].inv == inv(1));
  CHECK(t.refusals[0].status == 403);
  CHECK(t.refusals[0].what == "/response in Ready");
  CHECK_FALSE(t.refusals[0].discarded);
  CHECK(t.refusals[1].discarded);
  CHECK(t.refusals[2].discarded);
}

TEST_CASE("what was under way when the journal ends is interrupted") {
  journal_builder b;
  b.at(0).arrived(0).launch_ordered(0, 0);
  b.at(2).process_started(0, 1);
  b.at(20).init_finished(0, 3).delivered(0, 0, start_kind::cold);
  SUBCASE("in the handler") {
    const timeline t = read_timeline(b.build());
    CHECK(t.invocations[0].how == outcome::interrupted);
    CHECK(t.invocations[0].answered == never);
    CHECK_FALSE(t.invocations[0].latency());
    CHECK_FALSE(t.invocations[0].duration());
    CHECK(t.environments[0].first == 0);
    CHECK(t.environments[0].gone == never);
    CHECK(t.environments[0].init_time() == ms(19));
    CHECK_FALSE(t.cold(t.environments[0]));
  }
  SUBCASE("after the response") {
    const timeline t = read_timeline(b.at(25).responded(0, 0).build());
    CHECK(t.invocations[0].how == outcome::interrupted);
    CHECK(t.invocations[0].latency() == ms(25));
    CHECK_FALSE(t.invocations[0].duration());
  }
  SUBCASE("after the failure, which is known") {
    const timeline t = read_timeline(b.at(25).failed(0, 0, outcome::killed, "{}").build());
    CHECK(t.invocations[0].how == outcome::killed);
  }
}

TEST_CASE("rows are in the order of arrival and of launch, whatever their ids") {
  journal_builder b;
  b.cold(9, 7).cold(2, 5).warm(9, 6);
  const timeline t = read_timeline(b.build());
  REQUIRE(t.invocations.size() == 3);
  CHECK(t.invocations[0].id == inv(7));
  CHECK(t.invocations[1].id == inv(5));
  CHECK(t.invocations[2].id == inv(6));
  CHECK(t.environments[0].id == env(9));
  CHECK(t.environments[1].id == env(2));
  CHECK(t.environments[1].first == 1);
  CHECK(t.environments[0].invocations == 2);
}

TEST_CASE("absurd ids are read like any other") {
  constexpr std::uint32_t huge = std::numeric_limits<std::uint32_t>::max() - 1;
  const timeline t =
      read_timeline(journal_builder().cold(huge, huge).warm(huge, 3'000'000'000).build());
  REQUIRE(t.environments.size() == 1);
  CHECK(t.environments[0].id == env(huge));
  CHECK(t.environments[0].invocations == 2);
  REQUIRE(t.invocations.size() == 2);
  CHECK(t.invocations[1].id == inv(3'000'000'000));
  CHECK(t.invocations[1].is_success());
}

TEST_CASE("facts of what never began, and beginnings told twice, make no rows") {
  journal_builder b;
  b.delivered(4, 4, start_kind::cold).responded(4, 4).failed(4, 4, outcome::killed, "x");
  b.runtime_ready(4, 4, 1).settled(4, 4).throttled(4).response_began(4, 4);
  b.process_started(4, 0).launch_failed(4, "x").init_finished(4).init_failed(4, outcome::exited,
                                                                             "x");
  b.reset(4).end(4).log_line(4, "x").refused(env(4), inv(4), 403, "x").arrived(~0U);
  const timeline t = read_timeline(b.build());
  CHECK(t.invocations.empty());
  CHECK(t.environments.empty());
  CHECK(t.refusals.size() == 1);

  const timeline twice = read_timeline(
      journal_builder().cold(0, 0).arrived(0, {.event = 8}).launch_ordered(0, 0).build());
  CHECK(twice.invocations.size() == 1);
  CHECK(twice.invocations[0].event == 0);
  CHECK(twice.environments.size() == 1);
}
