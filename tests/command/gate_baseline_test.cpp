// SPDX-License-Identifier: Apache-2.0
// `lambdaprof gate` and a committed baseline: how it is written, what is judged by it, and that
// nothing else replaces it or is replaced by it.
#include "command/trial_fixture.hpp"
#include "report/validator.hpp"

namespace lambdaprof {

using namespace cli;
using nlohmann::json;

namespace {

constexpr const char* gate = "$L gate $S/slow-init --env INIT_MS=1 --warm 0 --max-blocks 10 ";
/// Memory does not depend on how busy the machine is.
constexpr const char* memory = "--budget 'peak_mb: p50 <= baseline + 50%' ";

void update() {
  const outcome o = run(std::string(gate) + "--baseline $F/base.json --update");
  REQUIRE_MESSAGE(o.status == 0, o.err);
}

/// Changed at one place and saved under another name.
void save_changed(const workplace& f, const char* pointer, const json& value) {
  json changed = f.json("base.json");
  changed[json::json_pointer(pointer)] = value;
  f.file("changed.json", changed.dump());
}

}  // namespace

TEST_CASE("--update writes a baseline with the calibration of its machine, and judges nothing") {
  const workplace f;
  f.file("base.json", R"({"schema": "lambdaprof.result/v0"})");
  const outcome o = run(std::string(gate) + "--baseline $F/base.json --update " + memory);
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(f.entries() == 1);
  const json base = f.json("base.json");
  CHECK(names_in(base) == strings{"candidate", "calibration"});
  CHECK(base["variants"][1]["variant"]["role"] == "calibration");
  CHECK(base["variants"][1]["summary"]["cold"]["cold_ms"]["n"] == 10);
  CHECK(base["verdicts"].empty());
  CHECK(support::objections(base) == "");
  // One of another version has been replaced, and so is this one.
  CHECK(base["schema"] == "lambdaprof.result/v1");
  update();
  CHECK(f.json("base.json")["started_at"] != base["started_at"]);
  CHECK(f.entries() == 1);
}

TEST_CASE("a committed baseline is judged by in units of the calibration") {
  const workplace f;
  update();
  const std::string before = content(f.at("base.json"));
  const outcome o =
      run(std::string(gate) + "--no-aa --baseline $F/base.json --json $F/r.json " + memory);
  CHECK_MESSAGE(o.status == 0, o.out);
  check_widths(o.out);
  const json result = f.json("r.json");
  CHECK(names_in(result) ==
        strings{"candidate", "calibration", "baseline", "calibration of the baseline"});
  const json v = result["verdicts"][0];
  CHECK(v["verdict"] == "within");
  CHECK(v["unit"] == "ratio");
  CHECK(v["n"] == 10);
  CHECK(v["low"] < v["value"]);
  CHECK(v["value"] < v["high"]);
  CHECK(contains(v["reason"].get<std::string>(), "machines differ by 5 %"));
  CHECK(support::objections(result) == "");
  CHECK(run("$L report $F/r.json").out == o.out);
  CHECK(content(f.at("base.json")) == before);

  // Times are proved or not, as busy as it is here; that they are judged is what counts.
  const int status = run(std::string(gate) + "--no-aa --baseline $F/base.json --json $F/r.json " +
                         "--budget 'cold.first_ms: p50 <= baseline + 50%'")
                         .status;
  const std::string ruling = f.json("r.json")["verdicts"][0]["verdict"].get<std::string>();
  CHECK(status == (ruling == "within" ? 0 : ruling == "over" ? 1 : 3));
  CHECK(f.json("r.json")["verdicts"][0]["n"] == 10);
}

TEST_CASE("a margin within which machines differ anyhow is refused with the least that can be") {
  const workplace f;
  update();
  const std::string close = std::string(gate) + "--baseline $F/base.json ";
  check_refused(close + "--budget 'cold.first_ms: p50 <= baseline + 5%'", "allow more than 8.6 %");
  // What would be judged by without a budget is not within that.
  CHECK(run(close + "--no-aa").status != 2);
}

TEST_CASE("a baseline of something else is refused with what differs") {
  const workplace f;
  update();
  const std::string by = " --baseline $F/base.json --max-blocks 10 --warm 0 " + std::string(memory);
  check_refused("$L gate $S/hello" + by, "another function: slow-init, not hello");
  check_refused("$L gate $S/slow-init --memory 256" + by, "another memory size: 128 MB, not 256");
  check_refused("$L gate $S/slow-init --burst 2" + by, "another plan: ");
  const std::string changed = std::string(gate) + "--baseline $F/changed.json " + memory;
  save_changed(f, "/schema", "lambdaprof.result/v7");
  check_refused(changed, "lambdaprof.result/v7");
  save_changed(f, "/variants/1/variant/role", "repeat");
  check_refused(changed, "no calibration");
  f.file("changed.json", content(f.at("base.json")).substr(0, 3000));
  check_refused(changed, "ends too early");
  f.file("changed.json", "{}");
  check_refused(changed, "no result of lambdaprof");
  REQUIRE(run("$L run $S/slow-init --cold 1 --warm 0 --json $F/changed.json").status == 0);
  check_refused(changed, "--update");
}

TEST_CASE("a function that fails leaves the baseline as it was, and tells why") {
  const workplace f;
  for (const bool is_there : {false, true}) {
    CAPTURE(is_there);
    if (is_there) update();
    const std::string before = content(f.at("base.json"));
    const outcome o = run(
        "$L gate $S/crasher --env CRASH=handler-error --env CRASH_AT=2 --warm 1 --max-blocks 10 "
        "--baseline $F/base.json --update --markdown $F/r.md");
    CHECK(o.status == 4);
    CHECK(contains(o.err, "the baseline stays as it was"));
    CHECK(contains(o.out, "the handler failed on purpose"));
    CHECK(contains(content(f.at("r.md")), "the handler failed on purpose"));
    CHECK(content(f.at("base.json")) == before);
    CHECK(fs::exists(f.at("base.json")) == is_there);
  }
}

TEST_CASE("nothing but a result is replaced by --update, and a baseline by nothing else") {
  const workplace f;
  fs::copy_file(samples + "/hello", f.path / "old");
  f.file("main.c", "int main(void) {}\n");
  f.file("package.json", "{\"name\": \"x\"}\n");
  for (const std::string name : {"old", "main.c", "package.json"}) {
    const std::string before = content(f.at(name));
    check_refused(std::string(gate) + "--update --baseline $F/" + name,
                  "no result that could be replaced");
    CHECK(content(f.at(name)) == before);
  }
  update();
  const std::string before = content(f.at("base.json"));
  const std::string by = std::string(gate) + "--baseline $F/base.json ";
  check_refused(by + memory + "--json $F/./base.json", "is the baseline");
  check_refused(by + memory + "--junit $F/base.json", "is the baseline");
  check_refused(by + "--update --json $F/r.json", "--json");
  check_refused(by + "--update --markdown $F/base.json", "is the baseline");
  check_refused("$L gate $S/hello --update", "--baseline");
  check_refused(std::string(gate) + "--update --baseline $F/no/such/folder.json", "no folder");
  CHECK(content(f.at("base.json")) == before);
}

TEST_CASE("without the calibration workload beside it, only a committed baseline is out of reach") {
  const workplace f;
  fs::copy_file(program, f.path / "alone");
  update();
  for (const std::string end : {"--update", memory}) {
    const outcome o = run("L=$F/alone; " + std::string(gate) + "--baseline $F/base.json " + end);
    CHECK(o.status == 5);
    CHECK(o.out.empty());
    CHECK_MESSAGE(contains(o.err, "lambdaprof-calibration: the calibration workload is missing"),
                  o.err);
  }
  CHECK(run("L=$F/alone; " + std::string(gate) + "--no-aa --budget 'peak_mb: p50 < 1GB'").status ==
        0);
}

TEST_CASE(
    "a baseline of so few blocks that nothing can be proved is neither written nor believed") {
  const workplace f;
  check_refused(std::string(gate) + "--baseline $F/base.json --update --max-blocks 9", "10 blocks");
  CHECK(f.entries() == 0);
  update();
  json few = f.json("base.json");
  for (json& v : few["variants"]) {
    // Its first block is thrown away as a third warm-up.
    for (const char* rows : {"invocations", "environments"})
      for (json& row : v[rows])
        if (row["block"] == 2) row["discarded"] = true;
  }
  f.file("few.json", few.dump());
  check_refused(std::string(gate) + "--baseline $F/few.json " + memory, "has 9 measured blocks");
}

}  // namespace lambdaprof
