// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "analysis/summary.hpp"
#include "analysis/timeline.hpp"
#include "analysis/waterfall.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof {
namespace {

using namespace support;
using namespace analysis;
using journal::outcome;
using journal::shutdown_reason;
using journal::start_kind;

timeline life_with_extensions() {
  journal_builder b;
  b.at(100).arrived(0).extended_init(0, 0).extended(0, 0, start_kind::cold);
  b.at(200).arrived(1).extended(0, 1, start_kind::warm, 2, 0, 7).retired(0).shutdown_began(0);
  b.later(1).exited(0, 0, 0).extension_exited(0, 0, 0).gone(0);
  return read_timeline(b.build());
}

TEST_CASE("an init begins with the first extension and is split by who took how long") {
  const timeline t = life_with_extensions();
  const environment_row& e = t.environments.at(0);
  CHECK(e.began == at_ms(101));
  CHECK(e.runtime_began == at_ms(111));
  CHECK(e.init_time() == ms(30));
  CHECK(e.exec_time() == ms(2));
  CHECK(e.runtime_init_time() == ms(9));
  REQUIRE(e.extensions.size() == 2);
  const extension_row& a = e.extensions[0];
  CHECK(a.name == "A");
  CHECK(a.is_external);
  CHECK(a.wants_invoke);
  CHECK(a.wants_shutdown);
  CHECK(e.registration_time(a) == ms(10));
  CHECK(e.init_time(a) == ms(30));
  CHECK(a.end == extension_end::in_order);
  const extension_row& b = e.extensions[1];
  CHECK(b.name == "B");
  CHECK_FALSE(b.is_external);
  CHECK(e.registration_time(b) == ms(2));
  CHECK(e.init_time(b) == ms(14));
  CHECK(b.end == extension_end::none);
  CHECK(t.cold(e) == ms(35));
}

TEST_CASE("a duration ends with the last extension, and each has its part of it") {
  const timeline t = life_with_extensions();
  const invocation_row& i = t.invocations.at(1);
  CHECK(i.duration() == ms(9));
  CHECK(i.runtime_time() == ms(2));
  CHECK(i.post_runtime_extensions() == ms(7));
  REQUIRE(i.extensions.size() == 2);
  CHECK(i.extension_time(i.extensions[0]) == ms(9));
  CHECK(i.extension_time(i.extensions[1]) == ms(2));
}

TEST_CASE("without extensions nobody comes after the runtime") {
  journal_builder b;
  b.cold(0, 0).end(0);
  const timeline t = read_timeline(b.build());
  CHECK_FALSE(t.invocations.at(0).post_runtime_extensions());
  CHECK(t.invocations.at(0).runtime_time() == t.invocations.at(0).duration());
  CHECK(t.environments.at(0).runtime_began == never);
  CHECK(t.environments.at(0).runtime_init_time() == t.environments.at(0).init_time());
}

TEST_CASE("an extension that only registers is told of nothing") {
  journal_builder b;
  b.arrived(0).launch_ordered(0, 0).extension_started(0, 0, "A", 0).later(1);
  b.extension_registered(0, 0, "A", {.invoke = false}).process_started(0, 1).later(1);
  b.runtime_initialized(0).extension_ready(0, 0).init_finished(0);
  b.delivered(0, 0, start_kind::cold).later(4).responded(0, 0).runtime_ready(0, 0).settled(0, 0);
  const timeline t = read_timeline(b.build());
  CHECK(t.invocations.at(0).extensions.empty());
  CHECK_FALSE(t.invocations.at(0).post_runtime_extensions());
}

TEST_CASE("how an extension ended is told by what came before its end") {
  const auto end_of = [](auto write) {
    journal_builder b;
    b.arrived(0).extended_init(0, 0).delivered(0, 0, start_kind::cold).later(1);
    write(b);
    return read_timeline(b.build()).environments.at(0).extensions.at(0);
  };
  const extension_row crashed = end_of([](journal_builder& b) { b.extension_exited(0, 0, 3); });
  CHECK(crashed.end == extension_end::crashed);
  CHECK(crashed.exit_status == 3);
  CHECK(end_of([](journal_builder& b) {
          b.reset(0).shutdown_began(0, shutdown_reason::timeout).extension_exited(0, 0, 0);
        }).end == extension_end::in_order);
  CHECK(end_of([](journal_builder& b) {
          b.reset(0).shutdown_began(0, shutdown_reason::timeout).extension_exited(0, 0, 0, 9);
        }).end == extension_end::killed);
  CHECK(end_of([](journal_builder& b) { b.interrupted().extension_exited(0, 0, 0, 9); }).end ==
        extension_end::in_order);
  const extension_row posted = end_of([](journal_builder& b) {
    b.extension_failed(0, 0, "Extension.Foo").extension_exited(0, 0, 1);
  });
  CHECK(posted.end == extension_end::in_order);
  CHECK(posted.error_type == "Extension.Foo");
  const extension_row again = end_of([](journal_builder& b) {
    b.extension_exited(0, 0, 3).failed(0, 0, outcome::extension_exited, "{}");
    b.settled(0, 0, outcome::extension_exited).exited(0, 0, 9).arrived(1);
    b.extended_init(0, 1, {}, 1).retired(0).shutdown_began(0).extension_exited(0, 0, 0, 9);
  });
  CHECK(again.end == extension_end::crashed);
  CHECK(again.exit_status == 3);
  CHECK(again.ready == at_ms(31));
}

TEST_CASE("one that is not told of the end is killed in order") {
  journal_builder b;
  b.arrived(0).launch_ordered(0, 0).extension_started(0, 0, "A", 0).later(1);
  b.extension_registered(0, 0, "A", {.shutdown = false}).shutdown_began(0);
  b.extension_exited(0, 0, 0, 9);
  CHECK(read_timeline(b.build()).environments.at(0).extensions.at(0).end ==
        extension_end::in_order);
}

TEST_CASE("extensions keep their rows when a repeated init has them in another order") {
  journal_builder b;
  const auto init = [&](std::uint32_t attempt, const char* first, const char* second) {
    b.arrived(attempt).launch_ordered(0, attempt, attempt).process_started(0, 0).later(1);
    b.extension_registered(0, 0, first, internal_extension);
    b.extension_registered(0, 1, second, internal_extension).later(1);
  };
  init(0, "one", "two");
  b.init_failed(0, outcome::exited, "{}").exited(0, 1, 0);
  init(1, "two", "one");
  b.extension_failed(0, 0, "Extension.OfTwo");
  const auto rows = read_timeline(b.build()).environments.at(0).extensions;
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].name == "two");
  CHECK(rows[1].error_type == "Extension.OfTwo");
}

TEST_CASE("what an extension prints and loses is counted, and why one never began is kept") {
  journal_builder b;
  b.arrived(0).extended_init(0, 0).extension_line(0, 0, "a").extension_line(0, 0, "b");
  b.subscribed(0, 0).telemetry_dropped(0, 0, 3, 100).telemetry_dropped(0, 0, 2, 50);
  b.extension_launch_failed(0, 2, "C", "permission denied");
  const auto rows = read_timeline(b.build()).environments.at(0).extensions;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].log_lines == 2);
  CHECK(rows[0].dropped_records == 5);
  CHECK(rows[0].dropped_bytes == 150);
  CHECK(rows[2].launch_error == "permission denied");
}

journal_builder snap_start() {
  journal_builder b;
  b.conditions().function.initialization = "snap-start";
  b.arrived(0).launch_ordered(0, 0).later(1).process_started(0, 0.5).later(99).init_finished(0, 80);
  return b;
}

TEST_CASE("a cold start of a SnapStart function is the restore and the handler") {
  journal_builder b = snap_start();
  b.restore_began(0).later(7).restore_finished(0, 85).later(1).delivered(0, 0, start_kind::cold);
  b.later(4).responded(0, 0).runtime_ready(0, 0, 88).settled(0, 0).end(0);
  const timeline t = read_timeline(b.build());
  const environment_row& e = t.environments.at(0);
  CHECK(e.init_time() == ms(99.5));
  CHECK(e.restore_time() == ms(7));
  CHECK(e.restore_cpu == ms(5));
  CHECK(t.invocations.at(0).cpu == ms(3));
  CHECK(t.cold(e) == ms(11));
  CHECK_FALSE(t.first_response(e));
  const auto bars = waterfall(t, e);
  REQUIRE(bars.size() == 4);
  CHECK(bars[0].name == "restore");
  CHECK(bars[0].length_ms == 7);
  CHECK(bars[1].name == "wait");
  CHECK(bars[2].name == "handler");
}

TEST_CASE("a SnapStart function without hooks is restored in no time") {
  journal_builder b = snap_start();
  b.delivered(0, 0, start_kind::cold).later(4).responded(0, 0).runtime_ready(0, 0).settled(0, 0);
  const timeline t = read_timeline(b.build());
  CHECK(t.environments.at(0).restore_time() == span{});
  CHECK(t.cold(t.environments.at(0)) == ms(4));
}

TEST_CASE("a restore that fails is no cold start, and its words and type are kept") {
  journal_builder b = snap_start();
  b.restore_began(0).later(3).restore_failed(0, outcome::restore_error, "hook", "Runtime.Hook");
  b.failed(0, 0, outcome::restore_error, "hook", "Runtime.Hook");
  b.settled(0, 0, outcome::restore_error).reset(0).exited(0, 0, 9);
  const timeline t = read_timeline(b.build());
  const environment_row& e = t.environments.at(0);
  CHECK(e.init == outcome::success);
  CHECK(e.restore == outcome::restore_error);
  CHECK(e.restore_failed == at_ms(103));
  CHECK(e.restore_error == "hook");
  CHECK(e.restore_error_type == "Runtime.Hook");
  CHECK_FALSE(e.restore_time());
  CHECK_FALSE(t.cold(e));
  CHECK(t.invocations.at(0).error_type == "Runtime.Hook");
}

TEST_CASE("an invocation is assigned when the restore begins that is done for it in vain") {
  journal_builder b = snap_start();
  b.restore_began(0).later(3).restore_failed(0, outcome::restore_error, "{}");
  b.failed(0, 0, outcome::restore_error, "{}")
      .settled(0, 0, outcome::restore_error)
      .exited(0, 1, 0);
  b.at(500).arrived(1).launch_ordered(0, 1, 1).later(9).init_failed(0, outcome::exited, "{}");
  b.failed(0, 1, outcome::exited, "{}").settled(0, 1, outcome::exited);
  const timeline t = read_timeline(b.build());
  CHECK(t.invocations.at(0).assigned == at_ms(100));
  CHECK(t.invocations.at(1).assigned == at_ms(500));
}

TEST_CASE("the time to the first byte is that of responses which come in pieces") {
  journal_builder b;
  b.cold(0, 0).at(100).arrived(1, {.due_ms = 99}).delivered(0, 1, start_kind::warm).later(2);
  b.response_began(0, 1).later(5).responded(0, 1).runtime_ready(0, 1).settled(0, 1).warm(0, 2);
  const timeline t = read_timeline(b.build());
  CHECK_FALSE(t.invocations.at(0).time_to_first_byte());
  CHECK(t.invocations.at(1).time_to_first_byte() == ms(3));
  CHECK_FALSE(t.invocations.at(2).time_to_first_byte());
  CHECK_FALSE(t.first_byte(t.environments.at(0)));
}

TEST_CASE("the first byte of a cold start is told where somebody waited for the init") {
  journal_builder b;
  b.arrived(0).launch_ordered(0, 0).process_started(0, 0).later(10).init_finished(0);
  b.delivered(0, 0, start_kind::cold).later(2).response_began(0, 0).later(3).responded(0, 0);
  b.runtime_ready(0, 0).settled(0, 0);
  const timeline t = read_timeline(b.build());
  CHECK(t.first_byte(t.environments.at(0)) == ms(12));
  CHECK(t.first_response(t.environments.at(0)) == ms(15));
}

TEST_CASE("what invocations that overlap in one environment use is known of none of them") {
  journal_builder b;
  b.conditions().function.max_concurrency = 2;
  b.cold(0, 0, {.init_cpu = 5, .handler_cpu = 5}).arrived(1).arrived(2);
  b.delivered(0, 1, start_kind::warm).delivered(0, 2, start_kind::warm).later(2);
  b.responded(0, 2).runtime_ready(0, 2, 12).settled(0, 2).sampled(0, {.cpu = ms(12)}).later(2);
  b.responded(0, 1).runtime_ready(0, 1, 14).settled(0, 1).sampled(0, {.cpu = ms(14)});
  b.warm(0, 3, {.cpu_total = 17}).sampled(0, {.cpu = ms(17)});
  const timeline t = read_timeline(b.build());
  CHECK(t.invocations.at(1).cpu == journal::cpu_unknown);
  CHECK(t.invocations.at(2).cpu == journal::cpu_unknown);
  CHECK(t.invocations.at(1).used_phases == 0);
  CHECK(t.invocations.at(2).duration() == ms(2));
  CHECK(t.invocations.at(1).duration() == ms(4));
  CHECK(t.invocations.at(3).cpu == ms(3));
  CHECK(t.environments.at(0).init_used.cpu == span{-1});
  CHECK(summarize(t).warm_cpu_ms.n == 1);
}

TEST_CASE("a waterfall shows what extensions take before, beside and after the runtime") {
  const timeline t = life_with_extensions();
  const auto bars = waterfall(t, t.environments.at(0));
  std::vector<std::pair<std::string, double>> found;
  for (const bar& b : bars) found.emplace_back(b.name, b.length_ms);
  CHECK(found == std::vector<std::pair<std::string, double>>{{"queued", 1},
                                                             {"extensions start", 10},
                                                             {"spawn and exec", 2},
                                                             {"init", 7},
                                                             {"extensions init", 11},
                                                             {"handler", 5},
                                                             {"after response", 1},
                                                             {"extensions", 3}});
}

}  // namespace
}  // namespace lambdaprof
