// SPDX-License-Identifier: Apache-2.0
#include "report/doctor.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/terminal.hpp"

namespace lambdaprof::report {
namespace {

using nlohmann::json;

diagnosis sample() {
  diagnosis d;
  d.tool_version = "1.2.3";
  d.started_at = "2026-11-24T09:30:00.123Z";
  d.machine = {"Linux 6.1 x86_64", "Some CPU", 4, 8000, "none", 0.25};
  d.limits = {
      {"cpu", condition::fine, "enforced", "cgroup v2: a busy loop got 7 %", "", {{"got", 0.07}}},
      {"memory", condition::lacking, "not enforced", "no controller", "run it as root"}};
  d.host = {{"frequency", condition::unknown, "not told by this machine", "cpufreq"}};
  d.self_test = {"self-test",
                 condition::fine,
                 "quiet: ratio 1.001",
                 "100 pairs",
                 "",
                 {{"ratio", 1.001}, {"p", NAN}}};
  return d;
}

std::string shown(const diagnosis& d) {
  return render_terminal(compose(d), style::plain, 100);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a finding is a line with what was found, how, and the remedy if there is one") {
  const std::string text = shown(sample());
  CHECK(contains(text, "  cpu     enforced · cgroup v2: a busy loop got 7 %\n"));
  CHECK(contains(text, "  memory  not enforced · no controller → run it as root\n"));
  CHECK(contains(text, "  frequency  not told by this machine · cpufreq\n"));
  CHECK(contains(text, "  self-test  quiet: ratio 1.001 · 100 pairs\n"));
}

TEST_CASE("the first line says what is lacking and how noisy the machine is") {
  diagnosis d = sample();
  CHECK(contains(shown(d), "  lacking: memory · quiet\n"));
  d.limits.front().state = condition::unknown;
  CHECK(contains(shown(d), "  lacking: memory · not known: cpu · quiet\n"));
  d.limits.front().state = condition::fine;
  d.limits.pop_back();
  CHECK(contains(shown(d), "  cpu, memory, freeze and files can be as on Lambda · quiet\n"));
  CHECK(compose(d).verdict.tone == tone::plain);
  d.self_test.state = condition::lacking;
  CHECK(contains(shown(d), "· noisy\n"));
  CHECK(compose(d).verdict.tone == tone::warning);
  d.self_test.state = condition::unknown;
  CHECK(contains(shown(d), "how noisy it is could not be found out"));
}

TEST_CASE("what the machine says of itself does not reach the terminal as it is") {
  diagnosis d = sample();
  d.host.front().says = "governor \x1b[31mred\nline";
  CHECK_FALSE(contains(shown(d), "\x1b"));
}

TEST_CASE("the JSON has the same findings with their figures, and null for what is no number") {
  const json j = json::parse(write_json(sample()));
  CHECK(j["schema"] == "lambdaprof.doctor/v1");
  CHECK(j["tool"]["version"] == "1.2.3");
  CHECK(j["machine"]["cpus"] == 4);
  CHECK(j["verdict"] == "quiet");
  CHECK(j["limits"][0]["figures"]["got"] == 0.07);
  CHECK(j["limits"][1]["state"] == "lacking");
  CHECK(j["limits"][1]["remedy"] == "run it as root");
  CHECK(j["limits"][1]["figures"] == json::object());
  CHECK(j["host"][0]["state"] == "unknown");
  CHECK(j["self_test"]["figures"]["ratio"] == 1.001);
  CHECK(j["self_test"]["figures"]["p"].is_null());
  diagnosis d = sample();
  d.self_test.state = condition::lacking;
  CHECK(json::parse(write_json(d))["verdict"] == "noisy");
  d.self_test.state = condition::unknown;
  CHECK(json::parse(write_json(d))["verdict"] == "unknown");
}

}  // namespace lambdaprof::report
