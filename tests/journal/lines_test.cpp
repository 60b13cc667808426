// SPDX-License-Identifier: Apache-2.0
#include "journal/lines.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof {
namespace {

namespace fact = journal::fact;
using support::env;
using support::inv;
using support::journal_builder;

journal_builder one_of_each() {
  journal_builder b;
  b.cold(0, 0, {.init_cpu = 3, .handler_cpu = 1}).sampled(0, {.cpu = span(7), .running = 1});
  b.frozen(0).thawed(0).thaw_cost(0, 0, 9).warm(0, 1);
  b.log_line(0, "héllo \"world\"\n\t\x01").refused(env(0), inv(1), 403, "called in state x");
  b.arrived(2, {.event = 7, .discarded = true}).throttled(2);
  b.arrived(3).delivered(0, 3, journal::start_kind::warm).response_began(0, 3);
  b.failed(0, 3, journal::outcome::truncated, R"({"errorType":"x"})");
  b.settled(0, 3, journal::outcome::truncated).reset(0).exited(0, 0, 9, {.user = support::ms(1)});
  b.arrived(4).launch_ordered(0, 4, 1).launch_failed(0, "fork/exec: no such file");
  b.init_failed(0, journal::outcome::launch_error, "").failed(0, 4, journal::outcome::exited, "{}");
  b.settled(0, 4, journal::outcome::launch_error).retired(0, journal::retirement::idle);
  b.fact(env(0), {}, fact::strays{2}).fact(env(0), {}, fact::log_dropped{1ULL << 60U});
  b.left_groups(0).gone(0);
  b.arrived(5).extended_init(1, 5).subscribed(1, 0).telemetry_dropped(1, 0, 3, 1 << 20);
  b.subscribed(1, 1, journal::telemetry_api::logs).restore_began(1).restore_finished(1, 4);
  b.extension_line(1, 0, "flushed").restore_began(1);
  b.restore_failed(1, journal::outcome::restore_error, "{}", "Runtime.AfterRestoreError");
  b.failed(1, 5, journal::outcome::restore_error, "{}", "Function.Foo");
  b.settled(1, 5, journal::outcome::restore_error);
  b.extension_failed(1, 0, "Extension.Foo").extension_exited(1, 0, 0, 9);
  b.shutdown_began(1, journal::shutdown_reason::failure);
  b.extension_launch_failed(1, 2, "C", "permission denied");
  b.skipped(1000).note("a note").interrupted().fact({}, {}, fact::block_began{3, 4095});
  b.fact({}, {}, fact::note{}).fact(env(2), {}, fact::launch_ordered{0, false, true});
  b.fact({}, inv(6), fact::arrived{{}, 1, false, journal::origin::warmer});
  b.responded_with(2, 6, 502, R"({"statusCode":502})");
  journal::header& h = b.conditions();
  h.tool_version = "0.1.0";
  h.seed = ~0ULL;
  h.function.command = {"./bootstrap", "--x"};
  h.function.variables = {{"B", "1"}, {"A", ""}};
  h.function.timeout = std::chrono::seconds(3);
  h.function.extensions = {"A", "C"};
  h.function.initialization = "snap-start";
  h.function.invoke_mode = "response_stream";
  h.function.max_concurrency = 8;
  h.machine.load_average = 0.1;
  h.model = {{"cpu", "not limited", false}, {"memory", "limited", true}};
  h.variant = {"sync", journal::role::repeat, "INIT=sync", "memory=128"};
  h.trial = {{{"peak_mb", "p50 < 64 MB"}}, 0.05, 0.05, 160, true, "decided", "Why?", {"peak_mb"}};
  h.marks = {{"ready", "initialized in"}};
  h.init_trace = {true, 2'400'000.5};
  return b;
}

std::string with_line(const std::string& line) {
  return journal::write_lines({}) + line + '\n';
}

TEST_CASE("a journal that is written, read and written again is the same to the byte") {
  const std::string once = journal::write_lines(one_of_each().build());
  const auto read = journal::read_lines(once);
  REQUIRE_MESSAGE(read, to_string(read.error()));
  CHECK(journal::write_lines(*read) == once);
  CHECK(read->entries().size() == one_of_each().build().entries().size());
  CHECK(read->conditions().seed == ~0ULL);
  CHECK(read->conditions().function.extensions == std::vector<std::string>{"A", "C"});
  CHECK(read->conditions().function.initialization == "snap-start");
  CHECK(read->conditions().function.max_concurrency == 8);
  CHECK(read->conditions().function.variables.back() ==
        std::pair<std::string, std::string>("A", ""));
}

TEST_CASE("the example of all lines has every kind of fact in it") {
  std::vector<bool> seen(std::variant_size_v<journal::what>, false);
  const journal::journal j = one_of_each().build();
  for (const journal::entry& e : j.entries()) seen[e.what.index()] = true;
  CHECK(std::count(seen.begin(), seen.end(), false) == 0);
}

TEST_CASE("a line has integer nanoseconds, the ids it is about, the fact and the texts in place") {
  journal_builder b;
  b.at(1.5).launch_ordered(0, 0).log_line(0, "hi");
  b.exited(0, 1, 0, {.user = span(7), .peak_bytes = 4096}).exited(0, 0, 9).skipped(0.000002);
  const std::string text = journal::write_lines(b.build());
  CHECK(text.substr(text.find('\n') + 1) ==
        R"({"at_ns":1500000,"env":0,"inv":0,"fact":"launch_ordered","attempt":0,"suppressed":false}
{"at_ns":1500000,"env":0,"fact":"log_line","from":"out","text":"hi"}
{"at_ns":1500000,"env":0,"fact":"exited","status":1,"signal":0,"usage":{"user_ns":7,"peak_bytes":4096}}
{"at_ns":1500000,"env":0,"fact":"exited","status":0,"signal":9,"usage":{}}
{"at_ns":1500000,"fact":"skipped","ahead_ns":2}
)");
  CHECK(text.starts_with(R"({"schema":"lambdaprof.journal/v1","tool_version":"",)"));
}

TEST_CASE("an unknown figure, an empty text and no text at all are told apart") {
  journal::journal j;
  j.append(instant{}, {}, {}, fact::init_finished{journal::cpu_unknown});
  j.append(instant{}, {}, {}, fact::init_finished{span{}});
  j.append(instant{}, {}, {}, fact::note{j.keep("")});
  j.append(instant{}, {}, {}, fact::note{});
  j.append(instant{}, {}, {}, fact::exited{0, 0, {}});
  const auto read = journal::read_lines(journal::write_lines(j));
  REQUIRE_MESSAGE(read, to_string(read.error()));
  const auto& entries = read->entries();
  CHECK(std::get<fact::init_finished>(entries[0].what).cpu == journal::cpu_unknown);
  CHECK(std::get<fact::init_finished>(entries[1].what).cpu == span{});
  CHECK(!std::get<fact::note>(entries[2].what).text.is_none());
  CHECK(std::get<fact::note>(entries[3].what).text.is_none());
  CHECK(std::get<fact::exited>(entries[4].what).used.is_none());
}

TEST_CASE("bytes that are not UTF-8 are replaced when they are written") {
  journal_builder b;
  b.note(
      "a\xff"
      "b");
  const auto read = journal::read_lines(journal::write_lines(b.build()));
  REQUIRE(read);
  CHECK(read->text(std::get<fact::note>(read->entries()[0].what).text) ==
        "a\xef\xbf\xbd"
        "b");
}

TEST_CASE("what is wrong with a line is said with its number and what was expected") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "line 2: this is not JSON"},
      {"{\"at_ns\":1", "line 2: this is not JSON"},
      {"[]", "line 2: the line must be an object, not []"},
      {"{}", "line 2: \"at_ns\" must be there"},
      {R"({"at_ns":0})", "line 2: \"fact\" must be there"},
      {R"({"at_ns":0,"fact":"born"})",
       "\"fact\" must be one of the facts of this version, not \"born\""},
      {R"({"at_ns":-1,"fact":"gone"})", "\"at_ns\" must be a whole number from 0 to "},
      {R"({"at_ns":1e400,"fact":"gone"})", "line 2: this is not JSON"},
      {R"({"at_ns":1.5,"fact":"gone"})", ", not 1.5"},
      {R"({"at_ns":9000000000000000000,"fact":"gone"})", "not 9000000000000000000"},
      {R"({"at_ns":"1","fact":"gone"})", "not \"1\""},
      {R"({"at_ns":0,"env":1,"fact":"gone"})", "\"env\" must be at most 0 here"},
      {R"({"at_ns":0,"inv":4294967295,"fact":"gone"})", "\"inv\" must be at most 0 here"},
      {R"({"at_ns":0,"env":-1,"fact":"gone"})", "\"env\" must be a whole number from 0"},
      {R"({"at_ns":0,"fact":"gone","why":1})", "\"why\" must be left out"},
      {R"({"at_ns":0,"fact":"retired"})", "\"why\" must be there"},
      {R"({"at_ns":0,"fact":"retired","why":"bored"})", "one of idle, fresh, lifetime, run_over"},
      {R"({"at_ns":0,"fact":"retired","why":3})", "not 3"},
      {R"({"at_ns":0,"fact":"log_line","from":"out","text":5})", "\"text\" must be a text, not 5"},
      {R"({"at_ns":0,"fact":"refused","status":65536,"what":""})", "from 0 to 65535"},
      {R"({"at_ns":0,"fact":"launch_ordered","attempt":0,"suppressed":1})", "true or false"},
      {R"({"at_ns":0,"fact":"skipped","ahead_ns":9223372036854775807})", "\"ahead_ns\" must be"},
      {R"({"at_ns":0,"fact":"exited","status":0,"signal":0,"usage":{"peak_bytes":true}})",
       "\"usage.peak_bytes\" must be a whole number"},
      {R"({"at_ns":0,"fact":"exited","status":0,"signal":0,"usage":[]})",
       "\"usage\" must be an object"}};
  for (const auto& [line, message] : cases) {
    CAPTURE(line);
    const auto read = journal::read_lines(with_line(line));
    REQUIRE(!read);
    CHECK(to_string(read.error()).find(message) != std::string::npos);
    CHECK(read.error().kind == fault_kind::file);
  }
}

TEST_CASE("a wrong value in the conditions is named by its path") {
  std::string text = journal::write_lines({});
  const std::string memory = "\"memory_mb\":0";
  text.replace(text.find(memory), memory.size(), "\"memory_mb\":\"x\"");
  const auto read = journal::read_lines(text);
  REQUIRE(!read);
  CHECK(read.error().message.starts_with("\"function.memory_mb\" must be a whole number"));
  CHECK(read.error().where == "line 1");
}

TEST_CASE("what is no journal of this version is told apart from what is no journal at all") {
  const auto message = [](std::string_view text) {
    const auto read = journal::read_lines(text);
    return read ? "" : to_string(read.error());
  };
  CHECK(message("").find("the file is empty") != std::string::npos);
  CHECK(message("\x7f"
                "ELF")
            .find("not a journal") != std::string::npos);
  CHECK(message("{\"schema\":5}\n").find("not a journal") != std::string::npos);
  CHECK(message("{\"schema\":\"other/v1\"}\n").find("not a journal") != std::string::npos);
  CHECK(message("{\"schema\":\"lambdaprof.journal/v2\"}\n").find("another version") !=
        std::string::npos);
  CHECK(message("{\"schema\":\"lambdaprof.result/v1\"}\n").find("another file of lambdaprof") !=
        std::string::npos);
}

TEST_CASE("a journal that was cut off in a line is a fault that says so") {
  const std::string whole = journal::write_lines(one_of_each().build());
  const auto read = journal::read_lines(std::string_view(whole).substr(0, whole.size() - 5));
  REQUIRE(!read);
  CHECK(read.error().message == "the file is cut off in this line");
}

TEST_CASE("a journal that was cut off between two lines is read") {
  const std::string whole = journal::write_lines(one_of_each().build());
  const std::size_t last = whole.rfind('\n', whole.size() - 2);
  const auto all = journal::read_lines(whole);
  const auto read = journal::read_lines(std::string_view(whole).substr(0, last));
  REQUIRE(read);
  CHECK(read->entries().size() + 1 == all->entries().size());
}

TEST_CASE("damaged journals are faults or journals, and never more than that") {
  const std::string whole = journal::write_lines(one_of_each().build());
  random chance(1);
  int faults = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    damaged[chance.below(damaged.size())] = static_cast<char>(chance.below(256));
    const auto read = journal::read_lines(damaged);
    if (!read) {
      ++faults;
      CHECK(read.error().where.starts_with("line "));
      continue;
    }
    const std::string again = journal::write_lines(*read);
    CHECK(journal::write_lines(*journal::read_lines(again)) == again);
  }
  CHECK(faults > 500);
}

}  // namespace
}  // namespace lambdaprof
