// SPDX-License-Identifier: Apache-2.0
#include "analysis/emitted.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "analysis/summary.hpp"
#include "support/journal_builder.hpp"

using namespace lambdaprof;
using namespace lambdaprof::analysis;
using support::at_ms;
using support::env;
using support::journal_builder;
using support::ms;
using samples = std::vector<double>;

namespace {

std::string emf(const std::string& name, double value, const std::string& space = "s",
                const std::string& unit = "Count") {
  return fmt::format(
      R"({{"_aws":{{"Timestamp":1,"CloudWatchMetrics":[{{"Namespace":"{}","Dimensions":[[]],)"
      R"("Metrics":[{{"Name":"{}","Unit":"{}"}}]}}]}},"{}":{}}})",
      space, name, unit, name, value);
}

journal_builder looking_for_ready() {
  journal_builder b;
  b.conditions().marks = {{"ready", "initialized in"}};
  return b;
}

}  // namespace

TEST_CASE("a mark is reached when the first line with its text is read") {
  journal_builder b = looking_for_ready();
  b.cold(0, 0, {.queued = 1, .exec = 2, .init = 10});
  b.at(4).log_line(0, "hello").at(6).log_line(0, "optimizer initialized in 5 ms");
  b.at(9).log_line(0, "initialized in 9 ms").at(30).end(0);
  const timeline t = read_timeline(b.build());
  REQUIRE(t.environments[0].marks.size() == 1);
  const mark_row& m = t.environments[0].marks[0];
  CHECK(m.name == "ready");
  CHECK(m.at == at_ms(6));
  CHECK(m.ready == ms(5));  // it began at 1
  const auto figures = sum_up_marks(t);
  REQUIRE(figures.size() == 1);
  CHECK(figures[0].ready_ms.sorted == samples{5});
  CHECK(figures[0].in_init == 1);
  CHECK(figures[0].never == 0);
}

TEST_CASE("time that an environment is frozen or that is skipped is not in the time to a mark") {
  journal_builder b = looking_for_ready();
  b.cold(0, 0, {.queued = 1, .exec = 2, .init = 10, .handler = 5, .after = 1});  // until 19
  b.at(20).frozen(0).at(21).skipped(1000).at(1030).thawed(0);
  b.at(1031).arrived(1).delivered(0, 1, journal::start_kind::warm).thaw_cost(0, 1, 0.1);
  b.at(1034).log_line(0, "initialized in").at(1035).responded(0, 1).runtime_ready(0, 1);
  b.settled(0, 1).end(0);
  const timeline t = read_timeline(b.build());
  CHECK(t.environments[0].marks[0].at == at_ms(1034));
  CHECK(t.environments[0].marks[0].ready == ms(19 + 4));
  CHECK(sum_up_marks(t)[0].after == 1);
}

TEST_CASE("skipped time is left out where nothing can be frozen, too") {
  journal_builder b = looking_for_ready();
  b.cold(0, 0, {.queued = 1}).at(20).skipped(1000).at(1025).log_line(0, "initialized in").end(0);
  CHECK(read_timeline(b.build()).environments[0].marks[0].ready == ms(24));
}

TEST_CASE("what is read while it is frozen was written before") {
  journal_builder b = looking_for_ready();
  b.cold(0, 0, {.queued = 1}).at(20).frozen(0).at(90).log_line(0, "initialized in").end(0);
  CHECK(read_timeline(b.build()).environments[0].marks[0].ready == ms(19));
}

TEST_CASE("time to a mark begins with an extension's process where that is the first") {
  journal_builder b = looking_for_ready();
  b.arrived(0).extended_init(0, 0).log_line(0, "initialized in");
  b.extended(0, 0, journal::start_kind::cold).end(0);
  CHECK(read_timeline(b.build()).environments[0].marks[0].ready == ms(30));
}

TEST_CASE("a mark that never appears is counted, and so are logs in which it may have been") {
  journal_builder b = looking_for_ready();
  b.cold(0, 0).log_line(0, "nothing").end(0);
  b.later(1).cold(1, 1).fact(env(1), {}, journal::fact::log_dropped{99}).end(1);
  b.later(1).cold(2, 2).log_line(2, "initialized in").end(2);
  b.later(1).cold(3, 3, {.discarded = true}).end(3);
  b.later(1).arrived(4).launch_ordered(4, 4).later(1).init_failed(4, journal::outcome::init_error,
                                                                  "no");
  b.failed(4, 4, journal::outcome::init_error, "{}");
  b.settled(4, 4, journal::outcome::init_error).end(4);
  const mark_figures m = sum_up_marks(read_timeline(b.build()))[0];
  CHECK(m.never == 2);
  CHECK(m.lost_logs == 1);
  CHECK(m.ready_ms.n == 1);
  CHECK(m.in_init + m.before + m.after == 1);
}

TEST_CASE("a mark of a repeated init counts for nobody") {
  journal_builder b = looking_for_ready();
  b.cold(0, 0).reset(0).exited(0, 0, 9).later(1).arrived(1).launch_ordered(0, 1, 1);
  b.later(1).process_started(0, 30).log_line(0, "initialized in").later(1).init_finished(0);
  b.delivered(0, 1, journal::start_kind::suppressed).responded(0, 1).runtime_ready(0, 1);
  b.settled(0, 1).end(0);
  CHECK(read_timeline(b.build()).environments[0].marks[0].at == never);
}

TEST_CASE("a line with metrics belongs to the invocation under way, or to the init") {
  journal_builder b;
  b.cold(0, 0, {.queued = 1, .exec = 2, .init = 10, .handler = 5});  // delivered at 13
  b.at(5).log_line(0, emf("Opened", 1)).at(14).log_line(0, emf("CacheHit", 0));
  b.log_line(0, emf("Opened", 2)).log_line(0, emf("Opened", 3)).at(20).log_line(0, emf("Late", 7));
  b.at(30).warm(0, 1).at(31).log_line(0, emf("CacheHit", 1)).at(40).end(0);
  const timeline t = read_timeline(b.build());
  REQUIRE(t.environments[0].metrics.size() == 1);
  CHECK(t.environments[0].metrics[0].values == samples{1});
  REQUIRE(t.invocations[0].metrics.size() == 3);
  CHECK(t.invocations[0].metrics[1].key == "Opened");
  CHECK(t.invocations[0].metrics[1].values == samples{2, 3});
  CHECK(t.invocations[0].metrics[2].key == "Late");  // after its response, as a flush may be
  CHECK(t.emf.lines == 6);
  CHECK(t.emf.malformed == 0);
  const auto figures = sum_up_metrics(t);
  REQUIRE(figures.size() == 3);
  CHECK(figures[0].of.name == "Opened");
  CHECK(figures[0].init.sorted == samples{1});
  CHECK(figures[0].cold.sorted == samples{2, 3});
  CHECK(sum(figures[0].cold) == 5);
  CHECK_FALSE(figures[0].is_ratio);
  CHECK(figures[1].of.name == "CacheHit");
  CHECK(figures[1].is_ratio);
  CHECK(figures[1].cold.mean == 0);
  CHECK(figures[1].warm.mean == 1);
}

TEST_CASE("metrics of warm-ups and of failed invocations are in no figure") {
  journal_builder b;
  b.cold(0, 0, {.discarded = true}).log_line(0, emf("A", 1)).log_line(0, R"({"_aws":)");
  b.later(1).arrived(1).delivered(0, 1, journal::start_kind::warm).log_line(0, emf("A", 2));
  b.failed(0, 1, journal::outcome::function_error, "{}").runtime_ready(0, 1);
  b.settled(0, 1, journal::outcome::function_error);
  const timeline t = read_timeline(b.build());
  CHECK(sum_up_metrics(t).empty());
  CHECK(t.emf.lines == 1);
  CHECK(t.emf.malformed == 0);
}

TEST_CASE("malformed lines are counted, and the first one is shown") {
  journal_builder b;
  b.cold(0, 0).log_line(0, R"({"_aws":{"Timestamp":1,"CloudWatchMetrics":3}})");
  b.log_line(0, R"({"_aws":)").log_line(0, emf("A", 1)).end(0);
  const emf_account a = read_timeline(b.build()).emf;
  CHECK(a.lines == 3);
  CHECK(a.malformed == 2);
  CHECK(a.complaint == "_aws has no list CloudWatchMetrics");
  CHECK(a.example == R"({"_aws":{"Timestamp":1,"CloudWatchMetrics":3}})");
}

TEST_CASE("nobody knows whose a line is while several invocations are under way") {
  journal_builder b;
  b.arrived(0).launch_ordered(0, 0).later(1).process_started(0, 0).later(1).init_finished(0);
  b.delivered(0, 0, journal::start_kind::cold).arrived(1);
  b.delivered(0, 1, journal::start_kind::warm).later(1).log_line(0, emf("A", 1));
  b.responded(0, 0).runtime_ready(0, 0).settled(0, 0).log_line(0, emf("A", 2));
  b.responded(0, 1).runtime_ready(0, 1).settled(0, 1).end(0);
  const timeline t = read_timeline(b.build());
  CHECK(t.emf.unassigned == 1);
  CHECK(t.invocations[0].metrics.empty());
  CHECK(t.invocations[1].metrics[0].values == samples{2});
}

TEST_CASE("metrics of one name and another namespace or unit are told apart") {
  journal_builder b;
  b.cold(0, 0).log_line(0, emf("A", 1)).log_line(0, emf("A", 2, "t"));
  b.log_line(0, emf("A", 3, "t", "Seconds")).log_line(0, emf("A", 4)).end(0);
  const auto figures = sum_up_metrics(read_timeline(b.build()));
  REQUIRE(figures.size() == 3);
  CHECK(figures[0].of.key == "A");
  CHECK(figures[0].cold.sorted == samples{1, 4});
  CHECK(figures[1].of.key == "t/A");
  CHECK(figures[2].of.key == "t/A in Seconds");
}

TEST_CASE("a count of what happens each time is no ratio, one that is called a hit is") {
  journal_builder b;
  b.cold(0, 0).log_line(0, emf("Invocations", 1)).log_line(0, emf("CacheHit", 1));
  b.log_line(0, emf("Flag", 0, "s", "None")).end(0);
  const auto figures = sum_up_metrics(read_timeline(b.build()));
  CHECK_FALSE(figures[0].is_ratio);
  CHECK(figures[1].is_ratio);
  CHECK_FALSE(figures[2].is_ratio);
}

TEST_CASE("a trace is that of the first init, and only where it was asked for") {
  const auto run = [](bool is_traced) {
    journal_builder b;
    b.conditions().init_trace = {is_traced, 1000};
    b.cold(0, 0, {.queued = 1, .exec = 2, .init = 10, .handler = 5});
    b.at(4).log_line(0, "init net/http @1 ms, 4 ms clock, 0 bytes, 0 allocs");
    b.log_line(0, "import time: 2000 | 2000 | json").at(14);
    b.log_line(0, "import time: 3000 | 3000 | late").at(40).end(0);
    return read_timeline(b.build());
  };
  CHECK(run(false).environments[0].init_trace.empty());
  const timeline t = run(true);
  REQUIRE(t.environments[0].init_trace.size() == 2);
  const trace_figures f = sum_up_traces(t);
  CHECK(f.n == 1);
  CHECK(f.init_ms == 12);
  REQUIRE(f.steps.size() == 2);
  CHECK(f.steps[0].name == "net/http");
  CHECK(f.steps[0].self_ms == 4);
  CHECK(f.others_ms == 0);
  CHECK(f.untold_ms == 6);
}

TEST_CASE("the ten longest steps are shown, by their medians, and the rest as one") {
  journal_builder b;
  b.conditions().init_trace.is_on = true;
  for (std::uint32_t e = 0; e < 3; ++e) {
    const double due = 1000.0 * e;
    b.at(due).cold(e, e, {.queued = 1, .exec = 2, .init = 200}).at(due + 5);
    for (int i = 1; i <= 12; ++i)
      b.log_line(e, fmt::format("import time: {} | 1 | m{}", 1000 * i, i));
    if (e == 0) b.log_line(e, "import time: 90000 | 1 | once");
    b.at(due + 500).end(e);
  }
  const trace_figures f = sum_up_traces(read_timeline(b.build()));
  CHECK(f.n == 3);
  REQUIRE(f.steps.size() == 10);
  CHECK(f.steps[0].name == "m12");
  CHECK(f.steps[9].name == "m3");
  CHECK(f.others == 3);
  CHECK(f.others_ms == 3);  // m1 and m2; what only one told of is in no median
  CHECK(f.untold_ms == 202 - 78);
}
