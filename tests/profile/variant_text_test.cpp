// SPDX-License-Identifier: Apache-2.0
// Variants and sweeps as flags give them.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "profile/keys.hpp"
#include "profile/profile.hpp"
#include "profile/variant.hpp"
#include "support/places.hpp"

namespace lambdaprof::profile {
namespace {

std::string fault_of(std::string_view text) {
  const auto v = read_variant(text, "--variant");
  if (v) return "no fault";
  CHECK(v.error().where.starts_with("--variant"));
  return to_string(v.error());
}

std::string sweep_fault(std::string_view text) {
  const auto all = read_sweep(text, "--sweep");
  return all ? "no fault" : to_string(all.error());
}

/// The only value that a variant sets, with its path.
std::pair<std::string, std::string> only_setting(const std::string& settings) {
  const auto v = read_variant("x:" + settings, "--variant");
  CHECK_MESSAGE(v.has_value(), (v ? "" : to_string(v.error())));
  if (!v || v->settings.size() != 1) return {};
  return {v->settings[0].path, compact(v->settings[0].value)};
}

std::vector<std::string> names_of(const result<std::vector<variant>>& all) {
  std::vector<std::string> names;
  CHECK_MESSAGE(all.has_value(), (all ? "" : to_string(all.error())));
  if (!all) return names;
  for (const variant& v : *all) names.push_back(v.name);
  return names;
}

TEST_CASE("a variant has a name and settings, each with its path, value and origin") {
  const auto v = read_variant("sync: INIT=sync, memory=512,page-cache=cold", "--variant");
  REQUIRE(v);
  CHECK(v->name == "sync");
  REQUIRE(v->settings.size() == 3);
  CHECK(v->settings[0].path == "function.environment");
  CHECK(compact(v->settings[0].value) == R"({"INIT":"sync"})");
  CHECK(v->settings[1].path == "function.memory_mb");
  CHECK(v->settings[1].value == 512);
  CHECK(v->settings[2].path == "page_cache");
  CHECK(v->settings[2].value == "cold");
  for (const assignment& a : v->settings) {
    CHECK(a.from.name == "--variant sync");
    CHECK(a.from.folder.empty());
  }
  CHECK(settings_text(*v) == "INIT=sync, memory_mb=512, page_cache=cold");
}

TEST_CASE("a name alone is a variant without settings") {
  const auto v = read_variant(" what there is, today ", "--variant");
  REQUIRE(v);
  CHECK(v->name == "what there is, today");
  CHECK(v->settings.empty());
  CHECK(settings_text(*v).empty());
}

TEST_CASE("a key is a path, its last word, the name of its flag, or a variable") {
  const std::vector<std::pair<std::string, std::pair<std::string, std::string>>> rows{
      {"function.memory_mb=512", {"function.memory_mb", "512"}},
      {"memory_mb=512", {"function.memory_mb", "512"}},
      {"memory-mb=512", {"function.memory_mb", "512"}},
      {"memory=512", {"function.memory_mb", "512"}},
      {"timeout=1.5s", {"function.timeout", "\"1s500ms\""}},
      {"handler=a.b", {"function.handler", "\"a.b\""}},
      {"name=orders", {"function.name", "\"orders\""}},
      {"directory=build dir", {"function.directory", "\"build dir\""}},
      {"command=./new", {"function.command", "[\"./new\"]"}},
      {"command=./a,b", {"function.command", "[\"./a,b\"]"}},
      {"event={\"a\": 1}", {"events", R"([{"payload":{"a":1}}])"}},
      {"events=[1, 2]", {"events", R"([{"payload":[1,2]}])"}},
      {"page_cache=cold", {"page_cache", "\"cold\""}},
      {"page-cache=cold", {"page_cache", "\"cold\""}},
      {"keep-alive=none", {"pool.keep_alive", "\"none\""}},
      {"pool.keep-alive=none", {"pool.keep_alive", "\"none\""}},
      {"max-environments=7", {"pool.max_environments", "7"}},
      {"max_lifetime=1h", {"pool.max_lifetime", "\"1h\""}},
      {"idle-clock=real", {"pool.idle_clock", "\"real\""}},
      {"INIT=sync", {"function.environment", R"({"INIT":"sync"})"}},
      {"A_1=x", {"function.environment", R"({"A_1":"x"})"}},
      {"env.lower=x", {"function.environment", R"({"lower":"x"})"}},
      {"env.memory=x", {"function.environment", R"({"memory":"x"})"}},
      {"env=INIT=sync", {"function.environment", R"({"INIT":"sync"})"}},
      {"environment=INIT=", {"function.environment", R"({"INIT":""})"}},
      {"INIT=", {"function.environment", R"({"INIT":""})"}},
      {"INIT= a b ", {"function.environment", R"({"INIT":" a b "})"}},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(only_setting(text) == expected);
  }
}

TEST_CASE("every field that may vary is found by its last word, and no two by the same") {
  for (const field& f : fields()) {
    CAPTURE(f.path);
    CHECK(find_by_word(word_of(f)) == &f);
    CHECK(find_by_word(f.path) == &f);
  }
  for (const std::string& word : words_of_variants()) {
    CAPTURE(word);
    REQUIRE(find_by_word(word) != nullptr);
    CHECK(find_by_word(word)->varies);
  }
  CHECK(find_by_word("") == nullptr);
  CHECK(find_by_word("function") == nullptr);
}

TEST_CASE("a comma belongs to the value where no key follows it") {
  CHECK(only_setting("keep-alive=uniform:1s,2s").second == "\"uniform:1s,2s\"");
  CHECK(only_setting("LIST=a,b,,c").second == R"({"LIST":"a,b,,c"})");
  CHECK(only_setting(R"(event={"a":1,"b":"x=y","c":2})").second ==
        R"([{"payload":{"a":1,"b":"x=y","c":2}}])");
  CHECK(only_setting("HOSTS=http://a?x=1,http://b?x=2").second ==
        R"({"HOSTS":"http://a?x=1,http://b?x=2"})");
  CHECK(only_setting("TOKEN=abc==").second == R"({"TOKEN":"abc=="})");
  const auto v = read_variant("x:keep-alive=uniform:1s,2s,LIST=a,b,memory=512", "--variant");
  REQUIRE(v);
  CHECK(settings_text(*v) == "keep_alive=uniform:1s,2s, LIST=a,b, memory_mb=512");
}

TEST_CASE("a variant that is wrong is refused with its name, the key and the reason") {
  const std::string x = "--variant x: ";
  const std::vector<std::pair<std::string, std::string>> rows{
      // Names.
      {"", "--variant: the name of a variant takes 1 to 64 bytes, \"\" has 0"},
      {"  :INIT=x", "--variant: the name of a variant takes 1 to 64 bytes"},
      {std::string(65, 'n'), "nnn\" has 65"},
      {"a\nb:INIT=x", "--variant: the name of a variant is printable text, which \"a\\nb\" is not"},
      {"a\xff", "is printable text"},
      {"a\xc2\x85z", "is printable text"},
      {"a\x7f", "is printable text"},
      {"INIT=sync",
       "--variant: the name of the variant comes first (write it like NAME:INIT=sync)"},
      {"URL=http://a", "--variant: the name of the variant comes first"},
      // Settings.
      {"x:", x + "expected KEY=VALUE, got \"\" (write it like sync:INIT=sync,memory=512)"},
      {"x:sync", x + "expected KEY=VALUE, got \"sync\""},
      {"x:sync,INIT=a", x + "expected KEY=VALUE, got \"sync\""},
      {"x:INIT=a,", x + "a comma at the end"},
      {"x:=a", x + "the key before the = is missing"},
      {"x:INIT=a,=b", x + "the key before the = is missing"},
      {"x:INIT=a,INIT=b", x + "INIT: INIT is set twice"},
      {"x:INIT=a,env.INIT=b", x + "env.INIT: INIT is set twice"},
      {"x:memory=512,memory_mb=512", x + "memory_mb: function.memory_mb is set twice"},
      {"x:command=./a,command=--fast", x + "command: function.command is set twice"},
      // Keys.
      {"x:memroy=512", x + "memroy: unknown key (did you mean memory? Variables"},
      {"x:init=sync", x + "init: unknown key ("},
      {"x:INIT=a,mem ory=512", x + "mem ory: unknown key (did you mean memory?"},
      {"x:qqqqqqqqqqqq=1", "unknown key (Variables of the function are in capitals, or written"},
      {"x:function=1", x + "function: unknown key"},
      {"x:env.=1", x + "env.: unknown key"},
      {"x:\xff=1", x + "\xef\xbf\xbd: unknown key"},
      // Values.
      {"x:memory=", x + "memory: expected a whole number from 128 to 10240, got \"\""},
      {"x:memory=big", x + "memory: expected a whole number from 128 to 10240, got \"big\""},
      {"x:memory=128,256", "from 128 to 10240, got \"128,256\""},
      {"x:timeout=3", x + "timeout: expected a duration from 1ms to 15m, got \"3\""},
      {"x:page-cache=warm", x + "page-cache: expected \"hot\" or \"cold\", got \"warm\""},
      {"x:AWS_REGION=x", x + "AWS_REGION: Lambda sets this variable itself: it is reserved"},
      {"x:A=x", x + "A: a variable's name is a letter followed by at least one"},
      {"x:2A=x", x + "2A: a variable's name is a letter followed by at least one"},
      {"x:env.a b=x", x + "env.a b: a variable's name is a letter followed by at least one"},
      {"x:env=INIT", x + "env: expected a variable, got \"INIT\""},
      {"x:INIT=\xff", x + "INIT: expected UTF-8 without NUL"},
      {"x:event={\"a\":", x + "event:1:6: syntax error"},
      {"x:event=none.json", "none.json: it cannot be read: No such file or directory"},
      {"x:event=", x + "event: expected a text of 1 to 4096 bytes"},
      {"x:INIT=" + std::string(100'000, 'x'), x + "it has more than 100000 bytes"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text.substr(0, 100));
    CHECK_MESSAGE(fault_of(text).find(message) != std::string::npos, fault_of(text));
  }
  std::string many = "x:";
  for (int i = 0; i <= 1000; ++i) many += (i == 0 ? "A" : ",A") + std::to_string(i) + "=";
  CHECK(fault_of(many) == "--variant x: it has more than 1000 settings");
}

TEST_CASE("what all variants share cannot be set for one of them") {
  for (const field& f : fields()) {
    if (f.varies) continue;
    CAPTURE(f.path);
    const std::string key(word_of(f));
    const std::string reason = ": all variants of a trial share " + f.path +
                               ", since they are measured in turn under one plan (set it for the "
                               "whole profile)";
    CHECK(fault_of("x:" + key + "=1") == "--variant x: " + key + reason);
    CHECK(fault_of("x:" + f.path + "=1") == "--variant x: " + f.path + reason);
    CHECK(sweep_fault(key + "=1,2") == "--sweep: " + key + reason);
  }
}

TEST_CASE("an event of a variant is read from where one stands") {
  const std::string folder = std::string(support::binary_dir) + "/profile-test/variant-text";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/event.json") << "{ \"from\": \"file\" }";
  const std::string relative =
      std::filesystem::proximate(folder + "/event.json", std::filesystem::current_path()).string();
  const auto v = read_variant("x:event=" + relative, "--variant");
  REQUIRE(v);
  REQUIRE(v->settings.size() == 1);
  CHECK(v->settings[0].value[0]["file"] == folder + "/event.json");
}

TEST_CASE("a sweep gives a variant for each value, called by key and value as written") {
  const auto all = read_sweep("memory=128, 512,1769", "--sweep");
  CHECK(names_of(all) == std::vector<std::string>{"memory=128", "memory=512", "memory=1769"});
  REQUIRE(all);
  for (const variant& v : *all) {
    REQUIRE(v.settings.size() == 1);
    CHECK(v.settings[0].path == "function.memory_mb");
    CHECK(v.settings[0].from.name == "--sweep " + v.name);
  }
  CHECK(names_of(read_sweep("INIT=sync,,async", "--sweep")) ==
        std::vector<std::string>{"INIT=sync", "INIT=", "INIT=async"});
  CHECK(names_of(read_sweep("keep-alive=none", "--sweep")) ==
        std::vector<std::string>{"keep-alive=none"});
  CHECK(names_of(read_sweep("command=./old,./new", "--sweep")) ==
        std::vector<std::string>{"command=./old", "command=./new"});
}

TEST_CASE("a sweep that is wrong is refused with the reason") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "--sweep: expected KEY=VALUE,VALUE, got \"\" (write it like memory=128,512,1769)"},
      {"memory", "--sweep: expected KEY=VALUE,VALUE, got \"memory\""},
      {"=1,2", "--sweep: expected KEY=VALUE,VALUE, got \"=1,2\""},
      {"memory=", "--sweep: memory: expected a whole number"},
      {"memory=128,128", "--sweep: two variants are called \"memory=128\""},
      {"memory=128,big", "--sweep: memory: expected a whole number from 128 to 10240, got \"big\""},
      {"memory=128,512,", "expected a whole number from 128 to 10240, got \"\""},
      {"memroy=128,512", "--sweep: memroy: unknown key (did you mean memory?"},
      {"INIT=" + std::string(60, 'x'), "--sweep: the name of a variant takes 1 to 64 bytes"},
      {"INIT=a\nb", "--sweep: the name of a variant is printable text"},
      {"keep-alive=uniform:1s,2s", "--sweep: keep-alive: \"uniform:1s\" is not a keep-alive"},
      {"event={\"a\":1,\"b\":2}", "--sweep: event:"},
      {"INIT=" + std::string(100'000, ','), "more than 100000 bytes"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text.substr(0, 100));
    CHECK_MESSAGE(sweep_fault(text).find(message) != std::string::npos, sweep_fault(text));
  }
  std::string many = "INIT=0";
  for (int i = 1; i < 64; ++i) many += "," + std::to_string(i);
  CHECK(sweep_fault(many) == "no fault");
  CHECK(sweep_fault(many + ",64") == "--sweep: a sweep has up to 64 values");
}

TEST_CASE(
    "no text of a variant or sweep makes the reader throw, and what is accepted can be told") {
  const std::vector<std::string> parts{"x",    ":",       "=",  ",",    "INIT",    "memory", "512",
                                       "env.", "event",   "{",  "}",    "\"a\"",   "1",      " ",
                                       "cold", "timeout", "3s", "\xff", "command", "seed",   "\n"};
  lambdaprof::random chance(23);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = chance.below(2) == 0 ? "" : "x:INIT=";
    for (std::uint64_t n = chance.below(8); n > 0; --n) text += parts[chance.below(parts.size())];
    CAPTURE(text);
    const auto all = read_sweep(text, "--sweep");
    REQUIRE((all || !all.error().message.empty()));
    const auto read = read_variant(text, "--variant");
    if (!read) {
      REQUIRE_FALSE(read.error().message.empty());
      continue;
    }
    ++accepted;
    REQUIRE(with({}, *read));
    REQUIRE(settings_text(*read).empty() == read->settings.empty());
  }
  CHECK(accepted > 1000);
}

}  // namespace
}  // namespace lambdaprof::profile
