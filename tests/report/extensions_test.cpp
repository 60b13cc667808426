// SPDX-License-Identifier: Apache-2.0
// What reports say of extensions, restores and responses that come in pieces; nothing without them.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/compose.hpp"
#include "report/csv.hpp"
#include "report/extension_remarks.hpp"
#include "report/extension_sample.hpp"
#include "report/extension_table.hpp"
#include "report/golden.hpp"
#include "report/markdown.hpp"
#include "report/remarks.hpp"
#include "report/result.hpp"
#include "report/terminal.hpp"
#include "report/validator.hpp"
#include "report/verdict.hpp"

namespace lambdaprof {
namespace {

using namespace report;
using nlohmann::json;
using support::objections;
using support::subject_of;

std::string shown(const subject& s) {
  return render_terminal(compose(s), style::plain);
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}
json written(const subject& s) {
  return json::parse(write_result(std::vector{s}));
}
std::vector<std::string> texts_of(const std::vector<remark>& remarks) {
  std::vector<std::string> all;
  for (const remark& r : remarks) all.push_back(r.text);
  return all;
}

TEST_CASE("the report of a function with extensions is the golden one") {
  support::check_golden("extensions.txt", shown(subject_of(support::extended_run())));
  support::check_golden("extensions.md",
                        render_markdown(compose(subject_of(support::extended_run()))));
}

TEST_CASE("the report of a SnapStart function that streams is the golden one") {
  support::check_golden("restored.txt", shown(subject_of(support::restored_run())));
}

TEST_CASE("a function without extensions has no table of them, and no column") {
  const subject s = subject_of(support::plausible_run());
  CHECK(division_by_extension(s.summary).rows.empty());
  CHECK(remarks_on_extensions(s.timeline).empty());
  const json v = written(s)["variants"][0];
  CHECK_FALSE(v["summary"].contains("extensions"));
  CHECK_FALSE(v["summary"].contains("post_runtime_extensions_ms"));
  CHECK_FALSE(v["summary"]["cold"].contains("restore_ms"));
  CHECK_FALSE(v["environments"][0].contains("restore_ms"));
  CHECK(first_line(render_csv(std::vector{s})).ends_with(",response_bytes,discarded"));
}

TEST_CASE("the table divides init and invocation by name") {
  const table t = division_by_extension(subject_of(support::extended_run()).summary);
  REQUIRE(t.rows.size() == 4);
  CHECK(t.rows[0][0] == "runtime");
  CHECK(t.rows[1][0] == "A");
  CHECK(t.rows[2][0] == "B (internal)");
  CHECK(t.rows[3][0] == "all");
  CHECK(t.rows[0][2] == "9.00");
  CHECK(t.rows[3][6] == "32");
  for (const auto& row : t.rows) CHECK(row.size() == t.columns.size());
  CHECK(has(t.footnote, "PostRuntimeExtensionsDuration"));
}

TEST_CASE("results with extensions, restores and streams are valid, and read back as they were") {
  for (const auto& j : {support::extended_run(), support::restored_run(), support::spoilt_run()}) {
    const subject s = subject_of(j);
    const std::string first = write_result(std::vector{s});
    CHECK(objections(json::parse(first)) == "");
    const auto read = read_result(first);
    REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error())));
    CHECK(write_result(*read) == first);
    CHECK(shown(read->at(0)) == shown(s));
    CHECK(render_csv(*read) == render_csv(std::vector{s}));
  }
}

TEST_CASE("a result has the parts by name, and the figures at the paths of their metrics") {
  const json v = written(subject_of(support::extended_run()))["variants"][0];
  CHECK(v["function"]["extensions"] == json{"A"});
  CHECK(v["summary"]["post_runtime_extensions_ms"]["n"] == 32);
  CHECK(v["summary"]["extensions"]["by_name"][0]["name"] == "A");
  CHECK(v["summary"]["extensions"]["by_name"][1]["invoke_ms"]["n"] == 32);
  const json& e = v["environments"][0];
  CHECK(e["extension_init_ms"]["A"].is_number());
  CHECK(e["runtime_init_ms"].get<double>() == doctest::Approx(9));
  CHECK(e["phases"]["extensions_init_ms"].get<double>() == doctest::Approx(15));
  CHECK(v["invocations"][0]["extension_ms"]["B"].is_number());
  CHECK(v["invocations"][0]["post_runtime_extensions_ms"].get<double>() == doctest::Approx(2));

  const json r = written(subject_of(support::restored_run()))["variants"][0];
  CHECK(r["function"]["initialization"] == "snap-start");
  CHECK(r["summary"]["cold"]["restore_ms"]["p50"] == 4);
  CHECK(r["summary"]["warm"]["first_byte_ms"]["p50"] == 1);
  CHECK(r["summary"]["counts"]["restore_failures"] == 1);
  CHECK(r["environments"][0]["cold_ms"] == 11);
  CHECK(r["environments"][0]["init_report"] == "INIT_REPORT Init Duration: 90.50 ms\tPhase: init");
  CHECK(r["environments"][0]["restore_report"] == "RESTORE_REPORT Restore Duration: 4.00 ms");
  CHECK(r["environments"][2]["outcome"] == "restore_error");
  CHECK(has(r["environments"][2]["restore_report"].get<std::string>(),
            "Error Type: Runtime.AfterRestoreError"));
  CHECK(has(r["invocations"][4]["report"].get<std::string>(),
            "Error Type: Runtime.AfterRestoreError"));
}

TEST_CASE("the samples have columns for what there is") {
  const subject s = subject_of(support::extended_run());
  const std::string csv = render_csv(std::vector{s});
  CHECK(
      first_line(csv).ends_with(",discarded,post_runtime_extensions_ms,init_ms of A,invoke_ms of "
                                "A,init_ms of B,invoke_ms of B"));
  const auto columns = std::count(csv.begin(), csv.begin() + csv.find('\n'), ',');
  CHECK(std::count(csv.begin(), csv.end(), ',') == 33 * columns);
  CHECK(first_line(render_csv(std::vector{subject_of(support::restored_run())}))
            .ends_with(",discarded,restore_ms,time_to_first_byte_ms"));
}

TEST_CASE("whatever an extension did wrong is remarked upon by its name") {
  const subject s = subject_of(support::spoilt_run());
  CHECK(texts_of(remarks_on_extensions(s.timeline)) ==
        std::vector<std::string>{
            "extension \"A\" could not be started: exec format error (1 of 6 environments)",
            "extension \"A\" exited with status 1 during init, and what was under way failed with "
            "it (1 of 6 environments)",
            "extension \"A\" never registered, and the runtime was not started (1 of 6 "
            "environments)",
            "extension \"A\" registered and never asked for an event: the init waits for that of "
            "every extension (1 of 6 environments)",
            "extension \"A\" was told of the end and did not exit in time: it was killed (2 of 6 "
            "environments)",
            "extension \"A\" did not take its telemetry in time: some was dropped (1 of 6 "
            "environments)",
            "extension \"A\" gave up after init with Extension.NoKey (1 of 6 environments)",
            "1 invocation timed out because extension \"A\" had not come back; the runtime had"});
  for (const remark& r : remarks_on_extensions(s.timeline)) CHECK(r.remedy != "");
  CHECK(has(shown(s), "never registered"));
}

TEST_CASE("the verdict says in words what extensions did") {
  CHECK(
      verdict(subject_of(support::spoilt_run())).text ==
      "nothing succeeded: 1 × an extension gave up, 1 × an extension exited, 1 × an extension did "
      "not start, 3 × timed out");
}

TEST_CASE("a report on a SnapStart function says that no snapshot is taken") {
  const auto remarks = texts_of(remarks_on(subject_of(support::restored_run())).all);
  CHECK(std::any_of(remarks.begin(), remarks.end(), [](const std::string& text) {
    return text.starts_with("no snapshot is taken");
  }));
}

TEST_CASE("a result with places that are none is read, and can be rendered") {
  json j = written(subject_of(support::extended_run()));
  j["variants"][0]["invocations"][0]["extensions"][0]["extension"] = 77;
  j["variants"][0]["invocations"][1]["environment"] = 5000;
  const auto read = read_result(j.dump());
  REQUIRE(read);
  CHECK(has(shown(read->at(0)), "runtime"));
  CHECK(render_csv(*read) != "");
  CHECK(write_result(*read) != "");
}

}  // namespace
}  // namespace lambdaprof
