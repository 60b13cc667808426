// SPDX-License-Identifier: Apache-2.0
#include "report/compose.hpp"

#include <doctest/doctest.h>

#include "report/failures.hpp"
#include "report/figures.hpp"
#include "report/remarks.hpp"
#include "report/sample.hpp"
#include "report/terminal.hpp"
#include "report/verdict.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;
using support::subject_of;

namespace {

/// `starts` cold starts of 12 ms init and 5 ms handler, each with `warm` invocations of 5 ms.
subject steady_run(std::uint32_t starts, std::uint32_t warm) {
  support::journal_builder b;
  std::uint32_t i = 0;
  for (std::uint32_t e = 0; e < starts; ++e) {
    b.cold(e, i++);
    for (std::uint32_t w = 0; w < warm; ++w) b.later(1).warm(e, i++);
    b.end(e);
  }
  return subject_of(b.build());
}

std::vector<std::string> column_names(const table& t) {
  std::vector<std::string> names;
  for (const column& c : t.columns) names.push_back(c.name);
  return names;
}

std::string shown(const subject& s) {
  return render_terminal(compose(s), style::plain);
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool has_remark(const subject& s, std::string_view beginning) {
  for (const remark& r : remarks_on(s).all)
    if (r.text.starts_with(beginning)) return true;
  return false;
}

}  // namespace

TEST_CASE("the verdict of a good run is the cold start, the warm one, and their ratio") {
  const paragraph v = verdict(steady_run(8, 3));
  CHECK(v.text == "cold start 17.0 ms [17.0, 17.0] · warm 5.00 ms · cold is 3.40 × warm");
  CHECK(v.tone == tone::plain);
}

TEST_CASE("a verdict without enough samples has no interval, and without warm ones no ratio") {
  CHECK(verdict(steady_run(5, 0)).text == "cold start 17.0 ms");
}

TEST_CASE("the verdict counts failures") {
  const paragraph v = verdict(subject_of(support::plausible_run()));
  CHECK(v.text.ends_with("3 of 250 failed"));
  CHECK(v.tone == tone::warning);
}

TEST_CASE("if no start succeeded the report says so, and why") {
  const subject s = subject_of(support::run_without_a_start());
  CHECK(verdict(s).text == "nothing succeeded: 20 × launch error");
  CHECK(verdict(s).tone == tone::failure);
  CHECK(has(shown(s), "20 × Runtime.InvalidEntrypoint: exec of /srv/thumbnail/bootstrap"));
  CHECK_FALSE(has(shown(s), "median    95"));
  CHECK_FALSE(has(shown(s), "the median cold start"));
}

TEST_CASE("a failure is shown as its type and message, and as it is if it has neither") {
  const auto first_of = [](const char* line) {
    subject s;
    s.summary.failures = {line};
    return std::get<paragraph>(failures(s).blocks.at(0)).text;
  };
  CHECK(first_of(R"(2 × {"errorType":"A","errorMessage":"b","stackTrace":[]})") == "2 × A: b");
  CHECK(first_of(R"(1 × {"errorType":"A"})") == "1 × A");
  CHECK(first_of(R"(1 × {"errorMessage":"b"})") == "1 × b");
  CHECK(first_of(R"(1 × {"errorType":3})") == R"(1 × {"errorType":3})");
  CHECK(first_of("1 × no { JSON") == "1 × no { JSON");
}

TEST_CASE("no more than three kinds of failure are shown") {
  subject s;
  s.summary.failures = {"a", "b", "c", "d", "e"};
  const section shown_kinds = failures(s);
  REQUIRE(shown_kinds.blocks.size() == 4);
  CHECK(std::get<paragraph>(shown_kinds.blocks.back()).text == "and 2 more kinds");
}

TEST_CASE("init errors that no invocation saw are shown, too") {
  support::journal_builder b;
  b.arrived(0).launch_ordered(0, 0).process_started(0, 0);
  b.init_failed(0, journal::outcome::exited, "exit status 3");
  CHECK(has(shown(subject_of(b.build())), "exit status 3"));
}

TEST_CASE("a run of nothing was nothing") {
  CHECK(verdict({}).text == "nothing was measured");
  CHECK(has(shown({}), "unnamed function"));
}

TEST_CASE("a warm run without a cold start says so") {
  support::journal_builder b;
  b.cold(0, 0, {.discarded = true}).later(1).warm(0, 1);
  CHECK(verdict(subject_of(b.build())).text == "no cold start measured · warm 5.00 ms");

  b.later(1).arrived(2).delivered(0, 2, journal::start_kind::warm).later(1);
  b.failed(0, 2, journal::outcome::exited, "{}").settled(0, 2, journal::outcome::exited);
  CHECK(verdict(subject_of(b.build())).text == "no cold start measured: 1 × exited · warm 5.00 ms");
}

TEST_CASE("a run of throttled events measured nothing, and says so") {
  support::journal_builder b;
  b.arrived(0).throttled(0).arrived(1).throttled(1);
  CHECK(verdict(subject_of(b.build())).text == "nothing was measured: 2 × throttled");
}

TEST_CASE("an interrupted run is called partial") {
  subject s = steady_run(8, 3);
  s.timeline.interrupted = true;
  CHECK(verdict(s).text.starts_with("interrupted, partial: cold start 17.0 ms"));
  CHECK(verdict(s).tone == tone::warning);
}

TEST_CASE("a run that broke a law shows the law and no figure") {
  subject s = steady_run(8, 3);
  s.breaches = {"invocation 3 ended twice"};
  const std::string text = shown(s);
  CHECK(has(text, "no figures: this run broke 1 law of the model"));
  CHECK(has(text, "invocation 3 ended twice"));
  CHECK_FALSE(has(text, "17.0"));
  CHECK_FALSE(has(text, "counts"));
}

TEST_CASE("a quantile that no sample supports has no column, and the footnote says what it needs") {
  const table few = table_of_figures(steady_run(10, 1).summary);
  CHECK(column_names(few) ==
        std::vector<std::string>{"ms", "median", "95 % interval", "min", "max", "n"});
  CHECK(few.footnote ==
        "cold: p90 needs 36 starts, this run has 10 · warm: p90 needs 36 invocations, this run has "
        "10");

  const table more = table_of_figures(steady_run(10, 8).summary);
  CHECK(column_names(more)[3] == "p90");
  CHECK(column_names(more)[4] == "p95");
  CHECK(more.rows[0][3] == "–");
  CHECK(more.rows[4][3] == "5.00");
  CHECK(more.footnote.ends_with("warm: p99 needs 368 invocations, this run has 80"));
}

TEST_CASE("with enough samples for all that people ask for there is no footnote") {
  CHECK(table_of_figures(steady_run(368, 1).summary).footnote == "");
}

TEST_CASE("an interval that the sample does not support is not shown") {
  CHECK(table_of_figures(steady_run(5, 0).summary).rows[0][2] == "–");
  CHECK(table_of_figures(steady_run(6, 0).summary).rows[0][2] == "[12.0, 12.0]");
}

TEST_CASE("what is unknown is called unknown and not 0") {
  const std::string text = shown(steady_run(8, 1));
  CHECK(has(text, "memory  peak unknown"));
  CHECK(has(text, "cpu     unknown"));
  CHECK(has(text, "machine  unknown"));
}

TEST_CASE("assumptions that are not enforced are named apart") {
  const std::string text = shown(subject_of(support::plausible_run()));
  CHECK(has(text, "not enforced  freeze (lambdaprof doctor says why)\n"));
  CHECK_FALSE(has(text, "freeze: "));
}

TEST_CASE("idle time is mentioned only if some was skipped") {
  subject s = steady_run(8, 1);
  CHECK_FALSE(has(shown(s), "skipped"));
  s.timeline.skipped = std::chrono::minutes(9);
  CHECK(has(shown(s), "skipped  9 m of idle time"));
}

TEST_CASE("the last line is the command that reproduces the run") {
  CHECK(
      shown(subject_of(support::plausible_run()))
          .ends_with("\n  $ lambdaprof run ./thumbnail --memory 512 --cold 30 --warm 8 --seed 7 -- "
                     "--quality 80\n"));
}

TEST_CASE("a quiet run has no remarks") {
  CHECK(remarks_on(steady_run(8, 3)).all.empty());
}

TEST_CASE("a generator that is late against a warm invocation is remarked upon") {
  const auto late_by = [](double ms) {
    subject s = steady_run(8, 3);
    s.summary.lateness_ms = analysis::summarize({ms, ms, ms});
    return has_remark(s, "the load generator was late");
  };
  CHECK_FALSE(late_by(0.2));
  CHECK(late_by(0.3));
}

TEST_CASE("one very late event is remarked upon even if the others were on time") {
  subject s = steady_run(8, 3);
  s.summary.lateness_ms = analysis::summarize({0, 0, 0, 8});
  CHECK_FALSE(has_remark(s, "the load generator"));
  s.summary.lateness_ms = analysis::summarize({0, 0, 0, 9});
  CHECK(has_remark(s, "the load generator was late by 0 ms (median) and 9.00 ms (at most)"));
}

TEST_CASE("a busy machine and starts that share its CPUs are remarked upon") {
  subject s = steady_run(8, 1);
  s.conditions.machine.cpus = 4;
  s.conditions.machine.load_average = 1.9;
  CHECK(remarks_on(s).all.empty());
  s.conditions.machine.load_average = 2.1;
  CHECK(has_remark(s, "the machine was busy: load 2.10 on 4 CPUs"));
  s.timeline.environments[3].starting_with_it = 4;
  CHECK(has_remark(s, "up to 5 environments were started together, one after the other on 4 CPUs"));
}

TEST_CASE("what the function did wrong is remarked upon, the most frequent refusals first") {
  const subject s = subject_of(support::eventful_run());
  CHECK(has_remark(s, "2 API calls were refused: 1 × 403 late response, 1 × GET �[31m"));
  CHECK(has_remark(s, "1 event was throttled"));
  CHECK(has_remark(s, "the clock \"jumped\", a|b"));
  CHECK(has_remark(subject_of(support::plausible_run()), "1 process left the process group"));
}
