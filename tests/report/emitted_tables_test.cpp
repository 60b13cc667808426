// SPDX-License-Identifier: Apache-2.0
#include "report/emitted_tables.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/compose.hpp"
#include "report/emitted_sample.hpp"
#include "report/golden.hpp"
#include "report/markdown.hpp"
#include "report/result.hpp"
#include "report/terminal.hpp"
#include "report/validator.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;
using nlohmann::json;
using support::check_golden;

namespace {

const subject& told() {
  static const subject s = support::subject_of(support::telling_run());
  return s;
}

json written() {
  return json::parse(write_result(std::vector{told()}));
}

std::string complaint_with(const char* pointer, const json& value) {
  json changed = written();
  changed[json::json_pointer(pointer)] = value;
  const auto read = read_result(changed.dump());
  return read ? "" : to_string(read.error());
}

}  // namespace

TEST_CASE("what a function tells is in the report") {
  check_golden("emitted.txt", render_terminal(compose(told()), style::plain));
  check_golden("emitted.md", render_markdown(compose(told())));
}

TEST_CASE("a run of a function that tells nothing has no such tables") {
  const subject quiet = support::subject_of(support::plausible_run());
  CHECK(marks(quiet.summary).rows.empty());
  CHECK(metrics(quiet.summary).rows.empty());
  CHECK(init_steps(quiet.summary).rows.empty());
  CHECK(remarks_on_emitted(quiet).empty());
}

TEST_CASE("a trace that was asked for and not given is no empty table in silence") {
  subject s = support::subject_of(support::plausible_run());
  s.conditions.init_trace.is_on = true;
  const auto all = remarks_on_emitted(s);
  REQUIRE(all.size() == 2);
  CHECK(all[0].text == "starts were traced, and their times include that");
  CHECK(all[1].text == "no init told what it spent its time on");
}

TEST_CASE("no more metrics are shown than anybody reads, and how many more there are") {
  support::journal_builder b;
  b.cold(0, 0);
  for (int n = 0; n < 23; ++n)
    b.log_line(
        0, fmt::format(
               R"({{"_aws":{{"Timestamp":1,"CloudWatchMetrics":[{{"Namespace":"s","Dimensions":[],)"
               R"("Metrics":[{{"Name":"m{0}"}}]}}]}},"m{0}":1}})",
               n));
  b.end(0);
  const table t = metrics(support::subject_of(b.build()).summary);
  CHECK(t.rows.size() == 20);
  CHECK(t.footnote == "3 more are in the results (--json)");
}

TEST_CASE("of a trial the metrics are told in which its variants differ, side by side") {
  const auto variant = [](const char* name, const char* role, double hit) {
    support::journal_builder b;
    b.conditions().variant.name = name;
    b.conditions().variant.role =
        role == std::string("base") ? journal::role::base : journal::role::variant;
    b.cold(0, 0).log_line(0, support::emf_line(5, hit > 0 ? 1 : 0)).warm(0, 1);
    b.log_line(0, support::emf_line(3, 1)).end(0);
    return support::subject_of(b.build());
  };
  const table t =
      metrics_by_variant(std::vector{variant("off", "base", 0), variant("on", "variant", 1)});
  using rows = std::vector<std::vector<std::string>>;
  CHECK(t.rows == rows{{"CacheHit", "off", "–", "0.0 %", "100.0 %"},
                       {"", "on", "–", "100.0 %", "100.0 %"},
                       {"Opened", "off", "–", "2.00", "0"},
                       {"", "on", "–", "0", "0"}});
  CHECK(t.footnote == "in the results (--json): 1 more, alike in all variants");
}

TEST_CASE("the results have it all by the schema, and give the same report again") {
  CHECK(support::objections(written()) == "");
  const auto read = read_result(written().dump());
  REQUIRE_MESSAGE(read, to_string(read.error()));
  CHECK(render_terminal(compose(read->front()), style::plain) ==
        render_terminal(compose(told()), style::plain));
  const json variant = written()["variants"][0];
  CHECK(variant["environments"][0]["marks"][0] ==
        json{{"name", "ready"}, {"at_ms", 25.0}, {"ready_ms", 24.0}});
  CHECK(variant["environments"][7]["marks"][0]["ready_ms"].is_null());
  CHECK(variant["invocations"][0]["metrics"] ==
        json{{"Duration", 5.25}, {"CacheHit", 0.0}, {"Opened", 2.0}});
  CHECK(variant["summary"]["mark"]["ready_ms"]["n"] == 7);
  CHECK(variant["summary"]["mark_never"] == json{{"ready", 1}, {"drained", 8}});
  CHECK(variant["summary"]["emf"]["CacheHit"]["warm"]["mean"] == 0.75);
  CHECK(variant["summary"]["init_trace"]["n"] == 8);
  CHECK(variant["emf"]["malformed"] == 1);
}

TEST_CASE("results that cannot be are refused with the place") {
  const std::string metrics_of = "/variants/0/invocations/0/metrics";
  const auto wrong = [&](const json& value) {
    return complaint_with((metrics_of + "/CacheHit").c_str(), value);
  };
  for (const json& value : {json("1"), json(), json::array({1, "x"}), json(1e200)})
    CHECK(wrong(value).find(".variants[0].invocations[0].metrics: has something else than") == 0);
  CHECK(wrong(json::array({1, 2})) == "");
  CHECK(complaint_with((metrics_of + "/Unknown").c_str(), 1) ==
        ".variants[0].invocations[0].metrics: has a metric that is not in those of the variant");
  CHECK(complaint_with(metrics_of.c_str(), 1) ==
        ".variants[0].invocations[0].metrics: is not an object");
  CHECK(complaint_with("/variants/0/environments/0/marks/0/name", 1) ==
        ".variants[0].environments[0].marks[0].name: is not a text");
  CHECK(complaint_with("/variants/0/environments/0/init_trace/0/by", "rust")
            .find(".variants[0].environments[0].init_trace[0].by: is \"rust\"") == 0);
  CHECK(complaint_with("/marks/0/text", json()) == ".marks[0].text: is not a text");
}
