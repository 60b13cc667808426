// SPDX-License-Identifier: Apache-2.0
#include "report/result.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/random.hpp"
#include "report/compose.hpp"
#include "report/csv.hpp"
#include "report/sample.hpp"
#include "report/terminal.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;
using nlohmann::json;
using support::subject_of;

namespace {

std::string written(const subject& s) {
  return write_result(std::vector{s});
}

const json& good() {
  static const json parsed = json::parse(written(subject_of(support::plausible_run())));
  return parsed;
}

/// What reading says about the good result with one value put in another's place.
std::string complaint_with(const char* pointer, const json& value) {
  json changed = good();
  changed[json::json_pointer(pointer)] = value;
  const auto read = read_result(changed.dump());
  return read ? "" : to_string(read.error());
}

void check_round_trip(const std::vector<subject>& subjects) {
  const std::string first = write_result(subjects);
  const auto read = read_result(first);
  REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error())));
  CHECK(write_result(*read) == first);
  REQUIRE(read->size() == subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i)
    CHECK(render_terminal(compose((*read)[i]), style::plain) ==
          render_terminal(compose(subjects[i]), style::plain));
  CHECK(render_csv(*read) == render_csv(subjects));
}

}  // namespace

TEST_CASE("a result that is read back is written and rendered as it was") {
  check_round_trip({subject_of(support::plausible_run())});
  check_round_trip({subject_of(support::run_without_a_start())});
  check_round_trip({subject_of(support::eventful_run())});
  check_round_trip({});
}

TEST_CASE("a run that broke laws says so after being read back") {
  subject s = subject_of(support::plausible_run());
  s.breaches = {"invocation 3 ended twice"};
  check_round_trip({s});
}

TEST_CASE("variants keep their own conditions") {
  subject a = subject_of(support::plausible_run());
  subject b = a;
  b.conditions.function.name = "other";
  subject c = b;
  c.conditions.seed = std::numeric_limits<std::uint64_t>::max();
  c.conditions.model[0].says = "0.5 vCPU";
  check_round_trip({a, b, c});

  const json j = json::parse(write_result(std::vector{a, b, c}));
  CHECK_FALSE(j["variants"][1].contains("run"));
  CHECK(j["variants"][2]["run"]["seed"].get<std::uint64_t>() == c.conditions.seed);
  CHECK(j["variants"][2]["name"] == "other");
}

TEST_CASE("every instant survives to the nanosecond") {
  support::journal_builder b;
  b.at(3'600'000.123456).arrived(0).launch_ordered(0, 0);
  b.at(3'600'000.123457).process_started(0, 3'600'000.1234565);
  b.at(2'100'000'000.123456).init_finished(0);
  const auto read = read_result(written(subject_of(b.build())));
  REQUIRE(read);
  const analysis::environment_row& e = read->at(0).timeline.environments.at(0);
  CHECK(e.ordered.time_since_epoch().count() == 3'600'000'123'456);
  CHECK(e.started.time_since_epoch().count() == 3'600'000'123'457);
  CHECK(e.init_done.time_since_epoch().count() == 2'100'000'000'123'456);
  CHECK(e.gone == never);
}

TEST_CASE("the paths that others build on are there") {
  const json& v = good()["variants"][0];
  CHECK(good()["schema"] == "lambdaprof.result/v1");
  CHECK(good()["machine"].is_object());
  CHECK(good()["model"].is_array());
  CHECK(good()["tool"]["version"] == "0.1.0");
  CHECK(good()["comparisons"].is_array());
  CHECK(good()["verdicts"].is_array());
  CHECK(v["name"] == "thumbnail");
  CHECK(v["summary"]["counts"]["environments"] == 30);
  CHECK(v["summary"]["counts"]["failures"] == 3);
  CHECK(v["summary"]["cold"]["cold_ms"]["n"] == 28);
  CHECK(v["summary"]["cold"]["cold_ms"]["p50_low"].is_number());
  CHECK(v["summary"]["warm"]["warm_ms"]["p95"].is_number());
  const json& e = v["environments"][0];
  CHECK(e["outcome"] == "success");
  CHECK(e["cold_ms"].get<double>() ==
        doctest::Approx(e["init_ms"].get<double>() + e["handler_ms"].get<double>()));
  CHECK(e["phases"]["init_ms"].is_number());
  CHECK(v["environments"][11]["outcome"] == "init_error");
}

TEST_CASE("what the sample does not support and what is unknown are null") {
  const json& v = good()["variants"][0];
  CHECK(v["summary"]["cold"]["cold_ms"]["p90"].is_null());
  CHECK(v["summary"]["warm"]["warm_ms"]["p99"].is_null());
  CHECK(v["environments"][11]["cold_ms"].is_null());

  const json none = json::parse(written(subject_of(support::run_without_a_start())));
  const json& cold = none["variants"][0]["summary"]["cold"]["cold_ms"];
  CHECK(cold["n"] == 0);
  for (const char* key : {"p50", "p50_low", "min", "max", "mean", "sd"}) CHECK(cold[key].is_null());
  CHECK(none["variants"][0]["environments"][0]["usage"].empty());
  CHECK(none["variants"][0]["summary"]["time"]["init"]["blocked_ms"].is_null());
}

TEST_CASE("bytes that are not UTF-8 and numbers that are none do not break the file") {
  subject s = subject_of(support::plausible_run());
  s.conditions.function.name = "caf\xe9";
  s.conditions.machine.load_average = std::numeric_limits<double>::quiet_NaN();
  s.timeline.notes = {"\xff\xfe"};
  const std::string text = written(s);
  const json j = json::parse(text);
  CHECK(j["variants"][0]["name"] == "caf�");
  CHECK(j["machine"]["load_average"].is_null());
  const auto read = read_result(text);
  REQUIRE(read);
  CHECK(write_result(*read) == text);
}

TEST_CASE("a file that is not a result is refused with one reason") {
  const auto reason = [](std::string_view text) {
    const auto read = read_result(text);
    return read ? "" : to_string(read.error());
  };
  CHECK(reason("") == "the file is empty");
  CHECK(reason(" \n") == "the file is empty");
  CHECK(reason("{\n  \"a\": nope}").starts_with("the file is not JSON: see byte 11, line 2"));
  CHECK(reason("{\"schema\": 1").starts_with("the file ends too early"));
  CHECK(reason("[]").starts_with("the file is JSON, but no result of lambdaprof"));
  CHECK(reason("7").starts_with("the file is JSON, but no result of lambdaprof"));
  CHECK(reason("{\"schema\": \"lambdaprof.journal/v1\"}")
            .starts_with("the file is JSON, but no result of lambdaprof"));
  CHECK(reason("{\"schema\": \"lambdaprof.result/v9\"}") ==
        "the schema of the file is lambdaprof.result/v9, and this version reads "
        "lambdaprof.result/v1 (read it with the version that wrote it)");
}

TEST_CASE("a result cut off anywhere is refused as ending too early") {
  const std::string whole = written(subject_of(support::run_without_a_start()));
  const std::size_t end = whole.find_last_of('}');
  for (std::size_t length = 1; length <= end; length += length < 200 ? 1 : 97) {
    const auto read = read_result(std::string_view(whole).substr(0, length));
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "the file ends too early");
  }
}

TEST_CASE("what is wrong is named with its path") {
  CHECK(complaint_with("/variants/0/environments/3/began_ms", "12") ==
        ".variants[0].environments[3].began_ms: is not a number of milliseconds");
  CHECK(complaint_with("/variants/0/invocations/2/outcome", "fine")
            .starts_with(
                ".variants[0].invocations[2].outcome: is \"fine\", which is none of success,"));
  CHECK(complaint_with("/variants/0/environments/3", 5) ==
        ".variants[0].environments[3]: is not an object");
  CHECK(complaint_with("/variants", "none") == ".variants: is not a list");
  CHECK(complaint_with("/machine", json::array()) == ".machine: is not an object");
  CHECK(complaint_with("/variants/0/notes", json::array({"a", 1})) ==
        ".variants[0].notes[1]: is not a text");
  CHECK(complaint_with("/variants/0/run", json::object()) == ".variants[0].run.tool: is missing");
}

TEST_CASE("absurd numbers are refused") {
  CHECK(complaint_with("/variants/0/environments/0/began_ms", 1e18) ==
        ".variants[0].environments[0].began_ms: is more milliseconds than fifty years have");
  CHECK(complaint_with("/variants/0/environments/0/first_invocation", 250) ==
        ".variants[0].environments[0].first_invocation: is the place of no invocation");
  for (const json& absurd : {json(-1), json(1.5), json(4'294'967'295U), json(1e300),
                             json(std::numeric_limits<std::uint64_t>::max())})
    CHECK(complaint_with("/variants/0/environments/0/id", absurd) ==
          ".variants[0].environments[0].id: is not a whole number from 0 to 4294967294");
  CHECK(complaint_with("/variants/0/environments/0/exit_signal", 1LL << 40U) != "");
  CHECK(complaint_with("/variants/0/environments/0/usage/peak_bytes", -2) != "");
  CHECK(complaint_with("/seed", -1) == ".seed: is not a whole number from 0");
}

TEST_CASE("every raw key is needed and typed, and no derived one is") {
  // Of an object nothing can be read but a part, and parts are checked key by key.
  const std::set<std::string> derived{"outcome",     "init_ms",     "first_ms",  "cold_ms",
                                      "exec_ms",     "handler_ms",  "phases",    "latency_ms",
                                      "duration_ms", "init_report", "billed_ms", "report"};
  const auto check_rows = [&](const std::string& list, const std::set<std::string>& unread) {
    const std::string row = "/variants/0/" + list + "/0";
    for (const auto& [key, value] : good()[json::json_pointer(row)].items()) {
      CAPTURE(list + "." + key);
      const std::string where = ".variants[0]." + list + "[0]." + key;
      json missing = good();
      missing[json::json_pointer(row)].erase(key);
      const auto without = read_result(missing.dump());
      const std::string wrong = complaint_with((row + "/" + key).c_str(), json::array({1}));
      if (unread.contains(key)) {
        CHECK(without);
        CHECK(wrong == "");
      } else {
        REQUIRE_FALSE(without);
        CHECK(to_string(without.error()) == where + ": is missing");
        CHECK(wrong.starts_with(where + ": is not "));
      }
    }
  };
  check_rows("environments", derived);
  std::set<std::string> of_invocation = derived;
  of_invocation.erase("outcome");
  check_rows("invocations", of_invocation);
  check_rows("refusals", {});
}

TEST_CASE("a file of brackets is refused and does not exhaust the stack") {
  CHECK_FALSE(read_result(std::string(1'000'000, '[')));
  std::string deep = "{\"schema\": \"lambdaprof.result/v1\", \"machine\": ";
  deep += std::string(200'000, '[') + std::string(200'000, ']') + "}";
  CHECK_FALSE(read_result(deep));
}

TEST_CASE("damaged results are read or refused, and what is read can be rendered") {
  const std::string whole = written(subject_of(support::eventful_run()));
  constexpr std::string_view bytes = "0123456789-+.eE\"{}[]:,ntf \xff\0";
  lambdaprof::random chance(11);
  std::size_t accepted = 0;
  for (int round = 0; round < 400; ++round) {
    std::string damaged = whole;
    for (std::uint64_t n = 1 + chance.below(3); n > 0; --n)
      damaged[chance.below(damaged.size())] = bytes[chance.below(bytes.size())];
    const auto read = read_result(damaged);
    if (!read) continue;
    ++accepted;
    for (const subject& s : *read) CHECK_FALSE(render_terminal(compose(s), style::plain).empty());
    const std::string again = write_result(*read);
    const auto twice = read_result(again);
    REQUIRE(twice);
    CHECK(write_result(*twice) == again);
  }
  CHECK(accepted > 0);
}
