// SPDX-License-Identifier: Apache-2.0
// Flags on top of a profile.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "profile/plan.hpp"
#include "profile/print.hpp"
#include "profile/read.hpp"
#include "support/places.hpp"

using namespace lambdaprof;
using namespace lambdaprof::profile;
using namespace std::chrono_literals;

namespace {

std::string fault_of(std::string_view path, std::string_view text, std::string_view flag) {
  lambdaprof::profile::profile p;
  const std::string before = print_profile(p);
  const auto done = apply_flag(p, path, text, flag);
  if (done) return "no fault";
  CHECK(print_profile(p) == before);
  return to_string(done.error());
}

}  // namespace

TEST_CASE("a flag overrides the profile and is the origin of the value") {
  auto p = read_profile_text(R"({"function": {"memory_mb": 512}, "seed": 3})", "x.json");
  REQUIRE(p);
  REQUIRE(apply_flag(*p, "function.memory_mb", "1769", "--memory"));
  CHECK(p->function.memory_mb == 1769);
  CHECK(origin(*p, "function.memory_mb") == "--memory");
  CHECK(origin(*p, "seed") == "x.json");
  CHECK(origin(*p, "give_up") == "default");
}

TEST_CASE("flags set values of every kind") {
  lambdaprof::profile::profile p;
  const std::vector<std::pair<std::string, std::string>> rows{
      {"function.name", "orders"},
      {"function.directory", "build dir"},
      {"function.handler", "a.b"},
      {"function.timeout", "250ms"},
      {"load.cold", "5"},
      {"load.warm", "0"},
      {"load.warm_up", "2"},
      {"load.burst", "50"},
      {"load.idle", "15m"},
      {"pool.keep_alive", "exponential:1m"},
      {"pool.max_environments", "9"},
      {"pool.max_lifetime", "1h"},
      {"pool.provisioned", "3"},
      {"pool.warmer", "every=1m,concurrency=5"},
      {"pool.idle_clock", "real"},
      {"seed", "18446744073709551615"},
      {"require", "cpu,memory"},
      {"give_up", "0"},
  };
  for (const auto& [path, text] : rows) {
    CAPTURE(path);
    const auto done = apply_flag(p, path, text, "--flag");
    REQUIRE(done);
    CHECK(origin(p, path) == "--flag");
  }
  CHECK(p.function.name == "orders");
  CHECK(p.function.directory == "build dir");
  CHECK(p.function.handler == "a.b");
  CHECK(p.function.timeout == 250ms);
  CHECK(p.load.cold == 5);
  CHECK(p.load.warm == 0U);
  CHECK(p.load.warm_up == 2);
  CHECK(p.load.burst == 50);
  CHECK(p.load.idle == span(15min));
  CHECK(fleet::spell(p.pool.keep_alive) == "exponential:1m");
  CHECK(p.pool.max_environments == 9);
  CHECK(p.pool.max_lifetime == 1h);
  CHECK(p.pool.provisioned == 3);
  REQUIRE(p.pool.warmer);
  CHECK(*p.pool.warmer == fleet::warmer{1min, 5, 75ms, ""});
  CHECK(p.pool.idle_clock == fleet::idle_clock::real);
  CHECK(p.seed == UINT64_MAX);
  CHECK(p.require == std::vector<ability>{ability::cpu, ability::memory});
  CHECK(p.give_up == 0);

  REQUIRE(apply_flag(p, "load.idle", "null", "--idle"));
  CHECK_FALSE(p.load.idle);
}

TEST_CASE("a flag that is wrong names itself and changes nothing") {
  CHECK(fault_of("function.memory_mb", "big", "--memory") ==
        "--memory: expected a whole number from 128 to 10240, got \"big\"");
  CHECK(fault_of("function.memory_mb", "1", "--memory") ==
        "--memory: expected a whole number from 128 to 10240, got 1");
  for (const std::string text :
       {"", "+512", "512MB", " 512", "512.0", "-1", "99999999999999999999"})
    CHECK(fault_of("function.memory_mb", text, "--memory") ==
          "--memory: expected a whole number from 128 to 10240, got \"" + text + "\"");
  CHECK(
      fault_of("function.timeout", "3", "--timeout")
          .starts_with("--timeout: expected a duration from 1ms to 15m, got \"3\" (write it like"));
  CHECK(fault_of("function.name", "a\xff", "--name") ==
        "--name: expected UTF-8 without NUL, got \"a\xef\xbf\xbd\"");
  CHECK(fault_of("require", "cpu,disk", "--require") ==
        "--require: expected \"cpu\", \"memory\" or \"freeze\", got \"disk\"");
  CHECK(fault_of("require", "", "--require").starts_with("--require: expected"));
  CHECK(fault_of("pool.keep_alive", "fixed:1", "--keep-alive")
            .starts_with("--keep-alive: \"fixed:1\" is not a keep-alive"));
  CHECK(fault_of("function.environment", "AB", "--env") ==
        "--env: expected a variable, got \"AB\" (write it like NAME=value)");
  CHECK(fault_of("function.environment", "=x", "--env").starts_with("--env: expected a variable"));
  CHECK(fault_of("function.environment", "AWS_REGION=x", "--env") ==
        "--env: AWS_REGION: Lambda sets this variable itself: it is reserved");
  CHECK(fault_of("load.plan", "[{\"burst\": 0}]", "--plan")
            .starts_with("--plan: [0].burst: expected a whole number"));
  CHECK(fault_of("load.plan", "[", "--plan").starts_with("--plan:1:2: syntax error"));
}

TEST_CASE("a flag for a field that does not exist is a bug") {
  lambdaprof::profile::profile p;
  CHECK_THROWS_AS((void)apply_flag(p, "function.colour", "red", "--colour").has_value(),
                  broken_law);
}

TEST_CASE("an event of a flag is JSON if it begins like JSON, else the path of a file") {
  const std::string folder = std::string(support::binary_dir) + "/profile-test/flags";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/event.json") << "{ \"from\": \"file\" }";
  const auto payload_of = [](std::string_view text) {
    lambdaprof::profile::profile p;
    const auto done = apply_flag(p, "events", text, "--event");
    return done ? p.events.at(0).payload : to_string(done.error());
  };
  CHECK(payload_of(R"({"a": 1})") == R"({"a":1})");
  CHECK(payload_of("\n [1, 2]") == "[1,2]");
  CHECK(payload_of("\"text\"") == "\"text\"");
  CHECK(payload_of("12") == "12");
  for (const std::string word : {"true", "false", "null"}) CHECK(payload_of(word) == word);
  CHECK(payload_of(folder + "/event.json") == "{ \"from\": \"file\" }");
  CHECK(
      payload_of("{\"a\": ") ==
      "--event:1:7: syntax error while parsing value - unexpected end of input; expected '[', '{', "
      "or a literal (to name a file that begins like JSON, write ./ before it)");
  CHECK(
      payload_of(R"([{"a": 1, "a": 2}])").starts_with("--event: [0].a: this key is written twice"));
  CHECK(payload_of(folder + "/none.json") ==
        "--event: " + folder + "/none.json: it cannot be read: No such file or directory");
  CHECK(payload_of("").starts_with("--event: expected a text of 1 to 4096 bytes"));
}

TEST_CASE("a list is replaced by the first use of a flag and added to by the next") {
  auto p = read_profile_text(
      R"({"events": [{"payload": 0, "weight": 1}], "require": ["freeze"], "function": {"command": ["./old"]}})",
      "x.json");
  REQUIRE(p);
  REQUIRE(apply_flag(*p, "events", "1", "--event"));
  REQUIRE(apply_flag(*p, "events", "2", "--event"));
  REQUIRE(p->events.size() == 2);
  CHECK(p->events[0].payload == "1");
  CHECK(p->events[1].payload == "2");

  REQUIRE(apply_flag(*p, "require", "cpu", "--require"));
  REQUIRE(apply_flag(*p, "require", "memory", "--require"));
  CHECK(p->require == std::vector<ability>{ability::cpu, ability::memory});

  REQUIRE(apply_flag(*p, "function.command", "./new", "FUNCTION"));
  REQUIRE(apply_flag(*p, "function.command", "a,b", "FUNCTION"));
  REQUIRE(apply_flag(*p, "function.command", "[", "FUNCTION"));
  CHECK(p->function.command == std::vector<std::string>{"./new", "a,b", "["});
}

TEST_CASE("a variable of a flag is added to those of the profile and replaces one of its name") {
  auto p = read_profile_text(R"({"function": {"environment": {"AA": "1", "BB": "2"}}})", "x.json");
  REQUIRE(p);
  REQUIRE(apply_flag(*p, "function.environment", "BB=x=y", "--env"));
  REQUIRE(apply_flag(*p, "function.environment", "CC=", "--env"));
  CHECK(p->function.variables ==
        std::vector<std::pair<std::string, std::string>>{{"AA", "1"}, {"BB", "x=y"}, {"CC", ""}});
  CHECK(origin(*p, "function.environment.AA") == "x.json");
  CHECK(origin(*p, "function.environment.BB") == "--env");
  CHECK(origin(*p, "function.environment.CC") == "--env");
}
