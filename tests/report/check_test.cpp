// SPDX-License-Identifier: Apache-2.0
#include "report/check.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/markdown.hpp"
#include "report/sample.hpp"
#include "report/terminal.hpp"
#include "validator.hpp"

namespace lambdaprof::report {
namespace {

growth series(std::string of, quantity q, double least, std::vector<double> values) {
  growth g{std::move(of), q, least, 2, std::move(values), {}};
  g.seen = analysis::trend_of(g.values);
  return g;
}

checked clean() {
  checked c;
  c.subject = support::subject_of(support::plausible_run());
  c.subject.summary.after_init = {};
  c.subject.summary.after_response = {};
  c.events = {R"({"n":1})", R"({"n":2})"};
  c.fresh = 3;
  c.rounds = 20;
  c.answered = 40;
  c.looks = 40;
  c.growths = {series("descriptors", quantity::count, .05, std::vector<double>(40, 12)),
               series("what is in /tmp", quantity::bytes, 1024, {})};
  c.end = ending{true, true, 3.2};
  return c;
}

checked with_everything() {
  checked c = clean();
  c.changed = {{1, {"/count", "0", "7"}, 9, 0, 20}, {0, {"", "\x1b[31m", "b"}, 1, {}, 1}};
  c.varying = {{0, {"/id", ""}}};
  c.failed_reused = 2;
  c.failure = R"({"errorType":"Odd"})";
  std::vector<double> rising;
  for (int i = 0; i < 40; ++i) rising.push_back(12 + i);
  c.growths[0] = series("descriptors", quantity::count, .05, rising);
  c.with_children = 3;
  c.children = {{"sleep", 3}};
  c.end = ending{false, false, 500};
  c.must_end = true;
  return c;
}

std::string text_of(const checked& c) {
  return render_terminal(compose(c), style::plain, 200);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a check without findings says how far it has seen") {
  const std::string text = text_of(clean());
  CHECK(findings_of(clean()).empty());
  CHECK_MESSAGE(has(text, "stateless as far as was seen: 2 events × 20 on one environment"), text);
  CHECK_MESSAGE(has(text, "exits by itself; nothing was left after 3.2"), text);
  CHECK_MESSAGE(has(text, "not looked at"), text);
}

TEST_CASE("each finding has its evidence and its remedy") {
  const checked c = with_everything();
  std::vector<std::string> kinds;
  for (const check_finding& f : findings_of(c)) kinds.push_back(f.kind);
  CHECK(kinds ==
        std::vector<std::string>{"answer", "answer", "failure", "growth", "child", "sigterm"});
  const std::string text = text_of(c);
  for (const char* part :
       {"6 findings", "/count", "0, in each of 3 environments", "in invocation 9", "after event 1",
        "20 of 20 times", "2 of 40 invocations", "12 → 51", "+1 [+1, +1]", "sleep",
        "at 3 of 40 looks", "after 500 ms", "not compared: /id, the whole answer"})
    CHECK_MESSAGE(has(text, part), part, "\n", text);
  CHECK_FALSE(has(text, "\x1b"));
  CHECK(has(render_markdown(compose(c)), "/count"));
}

TEST_CASE("ignoring SIGTERM is a finding only where that was asked") {
  checked c = clean();
  c.end = ending{false, false, 500};
  CHECK(findings_of(c).empty());
  CHECK(has(text_of(c), "ignored for 500 ms"));
  c.must_end = true;
  CHECK(findings_of(c).size() == 1);
}

TEST_CASE("threads that run on are a finding, and CPU on the way to the next event is none") {
  checked c = clean();
  analysis::frozen_debt& debt = c.subject.summary.after_response;
  debt.looked_at = 20;
  debt.with_work = 1;
  debt.after_ms = analysis::summarize(std::vector<double>(20, 0.25));
  CHECK(findings_of(c).empty());
  debt.with_work = 20;
  REQUIRE(findings_of(c).size() == 1);
  CHECK(findings_of(c).front().kind == "running");
}

TEST_CASE("a child that is left and still starting is one finding; one that works on is two") {
  checked c = clean();
  c.with_children = c.looks;
  analysis::frozen_debt& debt = c.subject.summary.after_response;
  debt.looked_at = 20;
  debt.with_work = 14;
  debt.carried_ms = analysis::summarize(std::vector<double>(20, 0.05));
  REQUIRE(findings_of(c).size() == 1);
  CHECK(findings_of(c).front().kind == "child");
  debt.carried_ms = analysis::summarize(std::vector<double>(20, 5));
  REQUIRE(findings_of(c).size() == 2);
  CHECK(findings_of(c).back().kind == "running");
}

TEST_CASE("the verdict does not call stateless what has failed or was cut short") {
  checked c = clean();
  c.failed_fresh = 3;
  CHECK(has(text_of(c), "3 of 6 invocations of fresh environments failed"));
  c.answered = 0;
  CHECK(has(text_of(c), "nothing was checked"));
  c = clean();
  c.subject.timeline.interrupted = true;
  CHECK(has(text_of(c), "interrupted after 40 answers"));
  c.subject.breaches = {"an invocation ended twice"};
  CHECK(has(text_of(c), "a bug of ours"));
}

TEST_CASE("the schema of checks accepts what is written, and no other key") {
  for (const checked& c : {clean(), with_everything()}) {
    nlohmann::json j = nlohmann::json::parse(write_json(c));
    CHECK(support::objections(j, "check.schema.json") == "");
    j["growth"][0]["surprise"] = 1;
    CHECK(support::objections(j, "check.schema.json") != "");
  }
}

}  // namespace lambdaprof::report
