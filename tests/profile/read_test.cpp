// SPDX-License-Identifier: Apache-2.0
// Reading a profile: every key, every kind of mistake, files of events, and bytes that are no
// profile.
#include "profile/read.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "profile/plan.hpp"
#include "profile/print.hpp"
#include "support/places.hpp"

using namespace lambdaprof;
using namespace lambdaprof::profile;
using namespace std::chrono_literals;

namespace {

std::string fault_of(std::string_view text) {
  const auto read = read_profile_text(text, "profiles/x.json");
  return read ? "no fault" : to_string(read.error());
}

// A folder of its own for files that a test writes.
struct folder {
  std::string path;

  explicit folder(const std::string& name)
      : path(std::string(support::binary_dir) + "/profile-test/" + name) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path + "/" + name, std::ios::binary) << bytes;
    return path + "/" + name;
  }
};

}  // namespace

TEST_CASE("an empty object is the default profile") {
  const auto read = read_profile_text("{}", "x.json");
  REQUIRE(read);
  CHECK(print_profile(*read) == print_profile({}));
  CHECK(read->origins.empty());
  CHECK(read->function.memory_mb == 128);
  CHECK(read->function.timeout == 3s);
  CHECK(read->events.size() == 1);
  CHECK(read->events[0].payload == "{}");
  CHECK(read->seed == 1);
  CHECK(read->give_up == 3);
}

TEST_CASE("every key of a profile is read to where it belongs") {
  const auto read = read_profile_text(R"({
    "function": {
      "name": "orders-v2",
      "command": ["./bootstrap", "--fast", ""],
      "directory": "build",
      "handler": "orders.handle",
      "environment": {"INIT": "async", "EMPTY": ""},
      "memory_mb": 1769,
      "timeout": "1.5s"
    },
    "events": [{"payload": {"b": [1, 2.5, "µ"], "a": 0}, "weight": 2}, {"payload": null, "weight": 0.5}],
    "load": {"cold": 3, "warm": 4, "warm_up": 0, "burst": 5, "idle": "15m", "plan": null},
    "pool": {"keep_alive": "aws-2020", "max_environments": 7, "max_lifetime": "1h", "idle_clock": "real"},
    "seed": 18446744073709551615,
    "require": ["freeze", "cpu"],
    "give_up": 0
  })",
                                      "profiles/x.json");
  REQUIRE(read);
  const auto& f = read->function;
  CHECK(f.name == "orders-v2");
  CHECK(f.command == std::vector<std::string>{"./bootstrap", "--fast", ""});
  CHECK(f.directory == "build");
  CHECK(f.handler == "orders.handle");
  CHECK(f.variables ==
        std::vector<std::pair<std::string, std::string>>{{"INIT", "async"}, {"EMPTY", ""}});
  CHECK(f.memory_mb == 1769);
  CHECK(f.timeout == 1500ms);
  REQUIRE(read->events.size() == 2);
  CHECK(read->events[0].payload == R"({"b":[1,2.5,"µ"],"a":0})");
  CHECK(read->events[0].weight == 2);
  CHECK(read->events[1].payload == "null");
  CHECK(read->events[1].weight == 0.5);
  CHECK(read->load.cold == 3);
  CHECK(read->load.warm == 4U);
  CHECK(read->load.warm_up == 0);
  CHECK(read->load.burst == 5);
  CHECK(read->load.idle == span(15min));
  CHECK_FALSE(read->load.plan);
  CHECK(fleet::spell(read->pool.keep_alive) == "fixed:10m20s");
  CHECK(read->pool.max_environments == 7);
  CHECK(read->pool.max_lifetime == 1h);
  CHECK(read->pool.idle_clock == fleet::idle_clock::real);
  CHECK(read->seed == UINT64_MAX);
  CHECK(read->require == std::vector<ability>{ability::freeze, ability::cpu});
  CHECK(read->give_up == 0);
  CHECK(read->folder == "profiles");
  CHECK(check(*read));

  CHECK(origin(*read, "seed") == "profiles/x.json");
  CHECK(origin(*read, "function.environment.INIT") == "profiles/x.json");
  CHECK(origin(*read, "function.environment.OTHER") == "default");
}

TEST_CASE("the limits themselves are allowed") {
  for (
      const std::string text : {
          R"({"function": {"memory_mb": 128}})",
          R"({"function": {"memory_mb": 10240}})",
          R"({"function": {"timeout": "1ms"}})",
          R"({"function": {"timeout": "900s"}})",
          R"({"load": {"cold": 1000000}})",
          R"({"load": {"warm": 0}})",
          R"({"pool": {"max_environments": 1}})",
          R"({"pool": {"max_environments": 10000}})",
          R"({"seed": 0})",
          R"({"events": [{"payload": 1, "weight": 1000000}]})",
          R"({"function": {"environment": {"Ab": "x", "TZ": "UTC", "PATH": "/bin", "AWS_THING": ""}}})",
      }) {
    CAPTURE(text);
    CHECK(fault_of(text) == "no fault");
  }
}

TEST_CASE("a mistake in a profile is told with file, path and what is expected") {
  const std::string x = "profiles/x.json: ";
  const std::vector<std::pair<std::string, std::string>> rows{
      // Not a profile at all.
      {"[]", x + "expected an object, got []"},
      {"3", x + "expected an object, got 3"},
      {"null", x + "expected an object, got null"},
      {"{\n \"seed\": 01}", "profiles/x.json:2:11: syntax error"},
      // Unknown keys.
      {R"({"function": {"memry_mb": 1}})",
       x + "function.memry_mb: unknown key (did you mean memory_mb?)"},
      {R"({"sede": 1})", x + "sede: unknown key (did you mean seed?)"},
      {R"({"fucntion": {}})", x + "fucntion: unknown key (did you mean function?)"},
      {R"({"memory_mb": 512})", x + "memory_mb: unknown key (did you mean function.memory_mb?)"},
      {R"({"load": {"keep_alive": "none"}})",
       x + "load.keep_alive: unknown key (did you mean pool.keep_alive?)"},
      {R"({"function.memory_mb": 512})", x + R"("function.memory_mb": unknown key)"},
      {R"({"zzzzzzzz": 1})", x + "zzzzzzzz: unknown key"},
      {R"({"load": {"": 1}})", x + R"(load."": unknown key)"},
      {R"({"load": {"cold": 1, "cold": 2}})", x + "load.cold: this key is written twice"},
      // Sections.
      {R"({"function": 3})", x + "function: expected an object, got 3"},
      {R"({"load": []})", x + "load: expected an object, got []"},
      {R"({"pool": null})", x + "pool: expected an object, got null"},
      // Numbers.
      {R"({"function": {"memory_mb": "big"}})",
       x + "function.memory_mb: expected a whole number from 128 to 10240, got \"big\""},
      {R"({"function": {"memory_mb": 127}})", "from 128 to 10240, got 127"},
      {R"({"function": {"memory_mb": 10241}})", "from 128 to 10240, got 10241"},
      {R"({"function": {"memory_mb": -512}})", "from 128 to 10240, got -512"},
      {R"({"function": {"memory_mb": 512.0}})", "from 128 to 10240, got 512.0"},
      {R"({"function": {"memory_mb": null}})", "from 128 to 10240, got null"},
      {R"({"function": {"memory_mb": true}})", "from 128 to 10240, got true"},
      {R"({"load": {"cold": 0}})",
       x + "load.cold: expected a whole number from 1 to 1000000, got 0"},
      {R"({"load": {"warm": 1000001}})", "from 0 to 1000000, got 1000001"},
      {R"({"load": {"burst": 4294967297}})", "from 1 to 1000000, got 4294967297"},
      {R"({"pool": {"max_environments": 10001}})", "from 1 to 10000, got 10001"},
      {R"({"seed": -1})",
       x + "seed: expected a whole number from 0 to 18446744073709551615, got -1"},
      {R"({"seed": 18446744073709551616})", "got 1.8446744073709552e+19"},
      {R"({"give_up": [3]})", x + "give_up: expected a whole number from 0 to 1000000, got a list"},
      // Durations.
      {R"({"function": {"timeout": 3}})",
       x + "function.timeout: expected a duration from 1ms to 15m, got 3 (write it like"},
      {R"({"function": {"timeout": "3"}})", "got \"3\" (write it like"},
      {R"({"function": {"timeout": "0s"}})", "from 1ms to 15m, got \"0s\""},
      {R"({"function": {"timeout": "901s"}})", "from 1ms to 15m, got \"901s\""},
      {R"({"load": {"idle": 15}})", x + "load.idle: expected a duration from 1ms to 8760h, got 15"},
      {R"({"load": {"idle": "9000h"}})", "got \"9000h\""},
      {R"({"pool": {"max_lifetime": null}})", x + "pool.max_lifetime: expected a duration"},
      // Texts.
      {R"({"function": {"name": ""}})", x + "function.name: expected a text of 1 to 64 letters"},
      {R"({"function": {"name": "a b"}})", "1 to 64 letters, digits, - and _, got \"a b\""},
      {R"({"function": {"name": 7}})", "1 to 64 letters, digits, - and _, got 7"},
      {R"({"function": {"handler": "a b"}})", "bytes without blanks, got \"a b\""},
      {R"({"function": {"directory": "a\u0000b"}})", "expected UTF-8 without NUL"},
      {R"({"function": {"command": "./bootstrap"}})",
       x + "function.command: expected a list, each element a text of up to 4096 bytes, got"},
      {R"({"function": {"command": ["./a", 3]}})", x + "function.command[1]: expected a text"},
      // Environment variables.
      {R"({"function": {"environment": ["A=1"]}})",
       x + "function.environment: expected an object of names and texts, got a list"},
      {R"({"function": {"environment": {"PORT": 8080}}})",
       x + "function.environment.PORT: expected a text, got 8080 (write the value in quotes)"},
      {R"({"function": {"environment": {"AWS_REGION": "x"}}})",
       x + "function.environment.AWS_REGION: Lambda sets this variable itself: it is reserved"},
      {R"({"function": {"environment": {"_HANDLER": "x"}}})", "it is reserved"},
      {R"({"function": {"environment": {"LAMBDA_TASK_ROOT": "x"}}})", "it is reserved"},
      {R"({"function": {"environment": {"A": "x"}}})", "at least one letter, digit or _"},
      {R"({"function": {"environment": {"1AB": "x"}}})", "at least one letter, digit or _"},
      {R"({"function": {"environment": {"_AB": "x"}}})", "at least one letter, digit or _"},
      {R"({"function": {"environment": {"A-B": "x"}}})", "at least one letter, digit or _"},
      {R"({"function": {"environment": {"": "x"}}})", R"(function.environment."": a variable)"},
      {R"({"function": {"environment": {"AB": "x\u0000"}}})", "expected UTF-8 without NUL"},
      // Events.
      {R"({"events": []})", x + "events: expected a list of 1 to 1000 events, got []"},
      {R"({"events": {}})", x + "events: expected a list of 1 to 1000 events, got {}"},
      {R"({"events": [1]})",
       x + "events[0]: expected an object with \"payload\" or \"file\", got 1"},
      {R"({"events": [{}]})", x + "events[0]: expected either \"payload\" or \"file\""},
      {R"({"events": [{"payload": 1, "file": "a"}]})", "expected either \"payload\" or \"file\""},
      {R"({"events": [{"payload": 1}, {"paylaod": 1}]})",
       x + "events[1].paylaod: unknown key (did you mean payload?)"},
      {R"({"events": [{"payload": 1, "weight": 0}]})",
       x + "events[0].weight: expected a number above 0, up to 1e+06, got 0"},
      {R"({"events": [{"payload": 1, "weight": "2"}]})", "got \"2\""},
      {R"({"events": [{"payload": 1, "weight": 1}, {"payload": 2}]})",
       x + "events: only some of the events have a weight (give one to all of them or to none)"},
      {R"({"events": [{"file": 3}]})", x + "events[0].file: expected a text of 1 to 4096 bytes"},
      {R"({"events": [{"file": "no-such-file.json"}]})", x + "events[0].file: "},
      {R"({"events": [{"file": "/"}]})", x + "events[0].file: /: it is a folder, not a file"},
      // The pool and the run.
      {R"({"pool": {"keep_alive": "forever"}})",
       x + "pool.keep_alive: \"forever\" is not a keep-alive: its law is unknown"},
      {R"({"pool": {"keep_alive": 300}})", x + "pool.keep_alive: expected none, fixed:10m"},
      {R"({"pool": {"idle_clock": "jump"}})",
       x + "pool.idle_clock: expected \"skip\" or \"real\", got \"jump\""},
      {R"({"require": "cpu"})", x + "require: expected a list, each element \"cpu\""},
      {R"({"require": ["disk"]})",
       x + "require[0]: expected \"cpu\", \"memory\" or \"freeze\", got \"disk\""},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    CAPTURE(message);
    CHECK_MESSAGE(fault_of(text).find(message) != std::string::npos, fault_of(text));
  }
}

TEST_CASE("a file of an event is found beside the profile and kept byte for byte") {
  const folder f("events");
  const std::string payload = "{ \"a\" :\t1.00,\n\"a\": 12345678901234567890123 }\n";
  f.write("event.json", payload);
  const std::string path =
      f.write("p.json", R"({"events": [{"file": "event.json"}, {"payload": 1}]})");
  const auto read = read_profile(path);
  REQUIRE(read);
  REQUIRE(read->events.size() == 2);
  CHECK(read->events[0].payload == payload);
  CHECK(read->events[0].file == f.path + "/event.json");
  CHECK(read->events[1].file == "");
  CHECK(events_of(*read)[0].payload == payload);
}

TEST_CASE("a file that is no event is refused by the profile that names it") {
  const folder f("bad-events");
  f.write("broken.json", "{\n\"a\": }");
  f.write("commented.json", "{} // no");
  f.write("empty.json", "");
  f.write("large.json", "\"" + std::string(6'291'556, 'x') + "\"");
  f.write("largest.json", "\"" + std::string(6'291'554, 'x') + "\"");
  const auto message = [&](const std::string& name) {
    const auto read =
        read_profile(f.write("p.json", R"({"events": [{"file": ")" + name + R"("}]})"));
    return read ? "no fault" : to_string(read.error());
  };
  const std::string before = f.path + "/p.json: events[0].file: " + f.path + "/";
  CHECK(message("broken.json").starts_with(before + "broken.json:2:6: syntax error"));
  CHECK(message("commented.json").starts_with(before + "commented.json:1:4: syntax error"));
  CHECK(message("empty.json").starts_with(before + "empty.json: it is empty"));
  CHECK(message("none.json") == before + "none.json: it cannot be read: No such file or directory");
  CHECK(message("large.json") == before + "large.json: it is larger than 6291556 bytes");
  CHECK(message("largest.json") == "no fault");
}

TEST_CASE("a payload above the limit is refused inline as well") {
  const std::string text = R"({"events": [{"payload": ")" + std::string(6'291'555, 'x') + R"("}]})";
  CHECK(fault_of(text) ==
        "profiles/x.json: events[0].payload: the payload is larger than 6291556 bytes");
}

TEST_CASE("a profile that cannot be read is refused with the reason") {
  const folder f("unreadable");
  const auto message = [](const std::string& path) {
    const auto read = read_profile(path);
    REQUIRE_FALSE(read);
    return to_string(read.error());
  };
  CHECK(message(f.path + "/none.json") ==
        f.path + "/none.json: it cannot be read: No such file or directory");
  CHECK(message(f.path) == f.path + ": it is a folder, not a file");
  CHECK(message("") == "it cannot be read: No such file or directory");
  CHECK(message(f.write("empty.json", "")) ==
        f.path + "/empty.json: it is empty (write at least {})");
  CHECK(message(f.write("large.json", std::string(16'000'001, ' '))) ==
        f.path + "/large.json: it is larger than 16000000 bytes");
}

TEST_CASE("no change to the bytes of a profile makes the reader throw or crash") {
  const std::string good =
      R"({"function": {"name": "a", "environment": {"AB": "µ"}, "timeout": "3s"},
    "events": [{"payload": {"a": [1, null]}, "weight": 1}], // comment
    "load": {"plan": [{"repeat": {"times": 2, "phases": [{"steady": {"per_second": 1, "for": "1s"}}]}}]},
    "pool": {"keep_alive": "uniform:1s,2s"}, "seed": 7, "require": ["cpu"],
    "variants": {"a": {"function": {"environment": {"AB": "x"}}}, "b": {"page_cache": "cold"}},
    "budgets": {"peak_mb": ["p50 < 64MB", "p50 <= baseline + 10%"]}, "trial": {"precision": "2%"}})";
  REQUIRE(fault_of(good) == "no fault");
  lambdaprof::random chance(17);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (std::uint64_t n = 1 + chance.below(3); n > 0; --n) {
      const std::size_t at = chance.below(bytes.size());
      switch (chance.below(4)) {
        case 0:
          bytes[at] = static_cast<char>(chance.below(256));
          break;
        case 1:
          bytes.erase(at, 1 + chance.below(5));
          break;
        case 2:
          bytes.insert(at, bytes.substr(chance.below(bytes.size()), chance.below(20)));
          break;
        default:
          bytes[at] = "{}[]\",:0-/*"[chance.below(11)];
          break;
      }
    }
    const auto read = read_profile_text(bytes, "x.json");
    if (!read) {
      REQUIRE_FALSE(read.error().message.empty());
      continue;
    }
    ++accepted;
    // What was accepted can be printed and read back, whether or not it can be meant.
    const auto again = read_profile_text(print_profile(*read), "x.json");
    REQUIRE(again);
    const auto third = read_profile_text(print_profile(*again), "x.json");
    REQUIRE(third);
    REQUIRE(print_profile(*third) == print_profile(*again));
    REQUIRE(load::describe(plan_of(*third)) == load::describe(plan_of(*read)));
    (void)check(*read).has_value();
  }
  CHECK(accepted > 100);
}
