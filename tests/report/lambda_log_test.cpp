// SPDX-License-Identifier: Apache-2.0
// Expected texts and their order from lambda-protocol §5.2 and §5.3.
#include "report/lambda_log.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

#include "analysis/billing.hpp"
#include "journal/request_id.hpp"
#include "report/sample.hpp"

namespace lambdaprof {

using namespace support;
using namespace std::chrono_literals;
using journal::outcome;
using journal::start_kind;
using journal::stream;
using report::lambda_log;
namespace fact = journal::fact;

namespace {

using text = std::vector<std::string>;

std::string uuid(std::uint32_t i) {
  return journal::request_id(7, inv(i));
}
std::string start(std::uint32_t i) {
  return "START RequestId: " + uuid(i) + " Version: $LATEST";
}
std::string end(std::uint32_t i) {
  return "END RequestId: " + uuid(i);
}
std::string end_report(std::uint32_t i, const std::string& rest) {
  return "REPORT RequestId: " + uuid(i) + "\t" + rest;
}

std::string shown(const report::lambda_log_line& line) {
  const std::string from = !line.from ? "" : *line.from == stream::out ? "out: " : "err: ";
  return from + line.text;
}

/// A journal that is written and read in turns.
class recording {
 public:
  recording() {
    journal_.conditions().seed = 7;
    journal_.conditions().function.memory_mb = 128;
    journal_.conditions().function.timeout = 3s;
  }

  recording& at(double milliseconds) {
    now_ = at_ms(milliseconds);
    return *this;
  }
  recording& fact(std::uint32_t e, invocation_id i, journal::what w) {
    journal_.append(now_, env(e), i, std::move(w));
    return *this;
  }
  recording& launch(std::uint32_t e, std::uint32_t cause, std::uint32_t attempt = 0) {
    return fact(e, inv(cause), fact::launch_ordered{attempt, attempt > 0});
  }
  recording& started(std::uint32_t e, double began) {
    return fact(e, {}, fact::process_started{at_ms(began), 1});
  }
  recording& init_finished(std::uint32_t e) { return fact(e, {}, fact::init_finished{}); }
  recording& init_failed(std::uint32_t e, outcome why, std::string_view detail = "{}") {
    return fact(e, {}, fact::init_failed{why, journal_.keep(detail)});
  }
  recording& delivered(std::uint32_t e, std::uint32_t i, start_kind kind) {
    return fact(e, inv(i), fact::delivered{kind});
  }
  recording& answered(std::uint32_t e, std::uint32_t i) {
    return fact(e, inv(i), fact::responded{2})
        .fact(e, inv(i), fact::runtime_ready{})
        .settled(e, i, outcome::success);
  }
  recording& settled(std::uint32_t e, std::uint32_t i, outcome how) {
    return fact(e, inv(i), fact::settled{how});
  }
  recording& sampled(std::uint32_t e, std::int64_t peak_bytes) {
    return fact(e, {}, fact::sampled{journal_.keep(journal::usage{.peak_bytes = peak_bytes})});
  }
  recording& exited(std::uint32_t e, std::int64_t peak_bytes) {
    return fact(e, {}, fact::exited{1, 0, journal_.keep(journal::usage{.peak_bytes = peak_bytes})});
  }
  recording& printed(std::uint32_t e, stream from, std::string_view line) {
    return fact(e, {}, fact::log_line{from, journal_.keep(line)});
  }

  /// Until 20 ms, when an init has taken 18.5 ms.
  void ready() {
    at(1).launch(0, 0).at(2).started(0, 1.5).at(20).init_finished(0).sampled(0, 5'000'000);
  }

  /// What has come since it was asked for last.
  text news() { return shown_of(log_); }
  /// What a reader of the journal as it is now would see.
  text whole() const {
    lambda_log log(journal_);
    return shown_of(log);
  }
  std::vector<environment_id> environments() const {
    std::vector<environment_id> all;
    lambda_log log(journal_);
    for (const report::lambda_log_line& line : log.read()) all.push_back(line.env);
    return all;
  }

 private:
  static text shown_of(lambda_log& log) {
    text all;
    for (const report::lambda_log_line& line : log.read()) all.push_back(shown(line));
    return all;
  }

  journal::journal journal_;
  lambda_log log_{journal_};
  instant now_{};
};

}  // namespace

TEST_CASE("a cold and a warm invocation read as in Lambda, letter by letter") {
  recording r;
  r.ready();
  r.at(20).delivered(0, 0, start_kind::cold).at(22.371).answered(0, 0).sampled(0, 38 << 20);
  r.at(30).delivered(0, 1, start_kind::warm).at(31).answered(0, 1).sampled(0, (38 << 20) + 1);
  CHECK(r.whole() ==
        text{start(0), end(0),
             end_report(0,
                        "Duration: 2.37 ms\tBilled Duration: 21 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 38 MB\tInit Duration: 18.50 ms\t"),
             start(1), end(1),
             end_report(1,
                        "Duration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 39 MB\t")});
}

TEST_CASE("what the function prints stands where it came, with its stream") {
  recording r;
  r.ready();
  r.printed(0, stream::err, "init").at(21).delivered(0, 0, start_kind::cold);
  r.printed(0, stream::out, "a\tb").printed(0, stream::err, "").at(23).answered(0, 0);
  r.sampled(0, 1).printed(0, stream::out, "late");
  const text all = r.whole();
  REQUIRE(all.size() == 7);
  CHECK(all[0] == "err: init");
  CHECK(all[1] == start(0));
  CHECK(all[2] == "out: a\tb");
  CHECK(all[3] == "err: ");
  CHECK(all[4] == end(0));
  CHECK(all[6] == "out: late");
}

TEST_CASE(
    "the memory of an invocation is told after the next was delivered, and the log is not mixed "
    "up") {
  recording r;
  r.ready();
  r.delivered(0, 0, start_kind::cold).at(25).answered(0, 0).delivered(0, 1, start_kind::warm);
  CHECK(r.news() == text{start(0)});
  r.sampled(0, 3 << 20);
  const text then = r.news();
  REQUIRE(then.size() == 3);
  CHECK(then[0] == end(0));
  CHECK(then[1].find("\tMax Memory Used: 3 MB\t") != std::string::npos);
  CHECK(then[2] == start(1));
}

TEST_CASE("a process that dies tells the memory itself, and its type of error") {
  recording r;
  r.ready();
  r.delivered(0, 0, start_kind::cold).at(24).printed(0, stream::err, "panic").exited(0, 9 << 20);
  r.settled(0, 0, outcome::killed);
  CHECK(r.whole() ==
        text{start(0), "err: panic", end(0),
             end_report(0,
                        "Duration: 4.00 ms\tBilled Duration: 23 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 9 MB\tInit Duration: 18.50 ms\t"
                        "Status: error\tError Type: Runtime.ExitError")});
}

TEST_CASE("a timeout lasts as long as it was allowed to, and ends when the process is gone") {
  recording r;
  r.ready();
  r.delivered(0, 0, start_kind::cold).at(3021).settled(0, 0, outcome::timed_out);
  r.fact(0, {}, fact::reset{});
  CHECK(r.news() == text{start(0)});
  r.printed(0, stream::out, "last words");
  r.at(3022).exited(0, 4 << 20);
  CHECK(r.news() ==
        text{"out: last words", end(0),
             end_report(0,
                        "Duration: 3000.00 ms\tBilled Duration: 3019 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 4 MB\tInit Duration: 18.50 ms\tStatus: timeout")});
}

TEST_CASE("an error that the function reports is no matter of the platform") {
  recording r;
  r.ready();
  r.delivered(0, 0, start_kind::cold).at(23);
  r.fact(0, inv(0), fact::runtime_ready{}).settled(0, 0, outcome::function_error).sampled(0, 1);
  CHECK(r.whole().back().find("Status") == std::string::npos);
  CHECK(r.whole().back().back() == '\t');
}

TEST_CASE("an init that fails is reported, and its repetition is a part of the invocation") {
  recording r;
  r.at(0).launch(0, 0).at(1).started(0, 0.5).at(151.29).exited(0, 1);
  r.init_failed(0, outcome::exited);
  r.at(152).launch(0, 0, 1).at(153).started(0, 152.5).at(160).init_finished(0).sampled(0, 1);
  r.delivered(0, 0, start_kind::suppressed).at(170).answered(0, 0).sampled(0, 2);
  CHECK(r.whole() ==
        text{"INIT_REPORT Init Duration: 150.79 ms\tPhase: init\tStatus: error\t"
             "Error Type: Runtime.ExitError",
             start(0), end(0),
             end_report(0,
                        "Duration: 18.00 ms\tBilled Duration: 18 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 1 MB\t")});
}

TEST_CASE("an invocation whose init fails twice begins and ends all the same") {
  recording r;
  r.at(0).launch(0, 0).at(1).started(0, 0.5).at(10000.5).init_failed(0, outcome::timed_out);
  r.fact(0, {}, fact::reset{}).exited(0, 1 << 20);
  r.at(10001).launch(0, 0, 1).at(10002).started(0, 10001.5);
  r.at(10101.5).init_failed(0, outcome::init_error, R"({"errorType":"Function.NoTable"})");
  r.settled(0, 0, outcome::init_error).at(10102).exited(0, 2 << 20);
  CHECK(r.whole() ==
        text{"INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout",
             "INIT_REPORT Init Duration: 100.00 ms\tPhase: invoke\tStatus: error\t"
             "Error Type: Function.NoTable",
             start(0), end(0),
             end_report(0,
                        "Duration: 100.50 ms\tBilled Duration: 101 ms\tMemory Size: 128 MB\t"
                        "Max Memory Used: 2 MB\tStatus: error\tError Type: Function.NoTable")});
}

TEST_CASE("what never became a process has no memory") {
  recording r;
  const auto failed_init = [](const char* phase) {
    return fmt::format(
        "INIT_REPORT Init Duration: 1.00 ms\tPhase: {}\tStatus: error\t"
        "Error Type: Runtime.InvalidEntrypoint",
        phase);
  };
  r.at(0).launch(0, 0).at(1).fact(0, {}, fact::launch_failed{});
  r.init_failed(0, outcome::launch_error).at(2).launch(0, 0, 1).at(3);
  r.fact(0, inv(0), fact::launch_failed{}).init_failed(0, outcome::launch_error);
  r.settled(0, 0, outcome::launch_error);
  CHECK(r.whole() ==
        text{failed_init("init"), failed_init("invoke"), start(0), end(0),
             end_report(0,
                        "Duration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t"
                        "Status: error\tError Type: Runtime.InvalidEntrypoint")});
}

TEST_CASE("the memory of the process before is not that of a start that failed") {
  recording r;
  r.ready();
  r.at(30).exited(0, 50 << 20).at(31).launch(0, 0, 1).at(32);
  r.fact(0, inv(0), fact::launch_failed{}).init_failed(0, outcome::launch_error);
  r.settled(0, 0, outcome::launch_error);
  CHECK(r.whole().back().find("Max Memory Used") == std::string::npos);
}

TEST_CASE("where nothing is sampled the next fact ends an invocation, and no memory is made up") {
  recording r;
  r.at(0).launch(0, 0).at(1).started(0, 0).at(2).init_finished(0);
  r.delivered(0, 0, start_kind::cold).at(3).answered(0, 0).delivered(0, 1, start_kind::warm);
  CHECK(r.news() == text{start(0)});
  r.at(4).fact(0, inv(1), fact::responded{2});
  const std::string without =
      "Duration: 1.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tInit Duration: 2.00 ms\t";
  CHECK(r.news() == text{end(0), end_report(0, without), start(1)});
  r.fact(0, inv(1), fact::runtime_ready{}).settled(0, 1, outcome::success);
  r.fact(0, {}, fact::frozen{});
  CHECK(r.news().empty());
  r.at(9).fact(0, {}, fact::retired{journal::retirement::idle});
  CHECK(r.news().empty());
  r.exited(0, 6 << 20);
  CHECK(r.news() ==
        text{end(1), end_report(1,
                                "Duration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t"
                                "Max Memory Used: 6 MB\t")});
}

TEST_CASE("a process that dies under an invocation tells nothing of the one before") {
  recording r;
  r.ready();
  r.delivered(0, 0, start_kind::cold).at(22).answered(0, 0).delivered(0, 1, start_kind::warm);
  r.at(23).exited(0, 70 << 20).settled(0, 1, outcome::killed);
  const text all = r.whole();
  REQUIRE(all.size() == 6);
  CHECK(all[2].find("Max Memory Used") == std::string::npos);
  CHECK(all[3] == start(1));
  CHECK(all[5].find("\tMax Memory Used: 70 MB\t") != std::string::npos);
}

TEST_CASE("where a look is missing the memory is that of the one before") {
  recording r;
  r.ready();
  r.delivered(0, 0, start_kind::cold).at(22).answered(0, 0).sampled(0, 8 << 20);
  r.delivered(0, 1, start_kind::warm).at(23).answered(0, 1).fact(0, {}, fact::frozen{});
  r.at(40).fact(0, inv(2), fact::thawed{}).delivered(0, 2, start_kind::warm);
  const text all = r.whole();
  REQUIRE(all.size() == 7);
  CHECK(all[5].find("Max Memory Used: 8 MB") != std::string::npos);
}

TEST_CASE("an invocation that we have interrupted has no end, and no other has the memory of it") {
  recording r;
  r.ready();
  r.delivered(0, 0, start_kind::cold).at(22).settled(0, 0, outcome::interrupted);
  r.fact(0, {}, fact::retired{journal::retirement::run_over})
      .exited(0, 1)
      .fact(0, {}, fact::gone{});
  CHECK(r.whole() == text{start(0)});
}

TEST_CASE("lines of several environments are told apart, each in its own order") {
  recording r;
  for (const std::uint32_t e : {0U, 1U}) r.at(0).launch(e, e);
  for (const std::uint32_t e : {0U, 1U}) r.at(1).started(e, 0.5).at(2).init_finished(e);
  for (const std::uint32_t e : {1U, 0U}) r.at(2).delivered(e, e, start_kind::cold);
  r.at(3).answered(0, 0).answered(1, 1).sampled(1, 1).sampled(0, 1);
  const text all = r.whole();
  REQUIRE(all.size() == 6);
  CHECK(all[0] == start(1));
  CHECK(all[1] == start(0));
  CHECK(all[2] == end(1));
  CHECK(all[4] == end(0));
  CHECK(r.environments() ==
        std::vector<environment_id>{env(1), env(0), env(1), env(1), env(0), env(0)});
}

TEST_CASE("a log that follows a run says the same as one that is read afterwards") {
  journal_builder b;
  b.conditions().seed = 7;
  b.at(0).cold(0, 0).log_line(0, "a");
  b.at(1).cold(1, 1, {.handler = 20});
  b.at(30).warm(0, 2).warm(0, 3).at(31).log_line(0, "b");
  b.at(60).arrived(4).throttled(4).end(0).end(1);
  const journal::journal whole = b.build();
  lambda_log afterwards(whole);
  const std::vector<report::lambda_log_line> expected = afterwards.read();
  CHECK(expected.size() == 2 + 4 * 3);

  journal::journal growing = b.build(0);
  lambda_log following(growing);
  std::vector<report::lambda_log_line> seen;
  for (const journal::entry& e : whole.entries()) {
    growing.append(e.at, e.env, e.inv, e.what);
    for (report::lambda_log_line& line : following.read()) seen.push_back(std::move(line));
  }
  REQUIRE(seen.size() == expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    CHECK(seen[i].env == expected[i].env);
    CHECK(shown(seen[i]) == shown(expected[i]));
  }
  CHECK(afterwards.read().empty());
}

TEST_CASE("every invocation of a run is reported once, with the bill that the analysis makes") {
  const journal::journal j = plausible_run();
  const analysis::timeline t = analysis::read_timeline(j);
  const auto charges = analysis::charges(t, j.conditions().function);
  std::map<std::string, std::string> reported;
  lambda_log log(j);
  for (const report::lambda_log_line& line : log.read()) {
    const std::string_view before = "REPORT RequestId: ";
    if (!line.text.starts_with(before)) continue;
    const std::string name = line.text.substr(before.size(), uuid(0).size());
    CHECK(reported.emplace(name, line.text.substr(before.size() + name.size())).second);
  }
  CHECK(reported.size() > t.invocations.size() / 2);
  for (const analysis::invocation_row& row : t.invocations) {
    const auto& charge = charges[row.id.value];
    CHECK(reported.count(uuid(row.id.value)) == (charge ? 1 : 0));
    if (!charge) continue;
    const std::string bill = fmt::format("\tDuration: {:.2f} ms\tBilled Duration: {} ms\t",
                                         milliseconds(charge->duration), charge->billed_ms);
    CHECK_MESSAGE(reported[uuid(row.id.value)].starts_with(bill), row.id.value);
  }
}

}  // namespace lambdaprof
