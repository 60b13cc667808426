// SPDX-License-Identifier: Apache-2.0
// Variants in a profile, what becomes of the profile with one, and which can be compared.
#include "profile/variant.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "profile/plan.hpp"
#include "profile/print.hpp"
#include "profile/read.hpp"
#include "support/places.hpp"

namespace lambdaprof::profile {
namespace {

using variables = std::vector<std::pair<std::string, std::string>>;

profile read(const std::string& text, const std::string& name = "profiles/x.json") {
  auto p = read_profile_text(text, name);
  CHECK_MESSAGE(p.has_value(), (p ? "" : to_string(p.error())));
  return p ? std::move(*p) : profile{};
}

std::string fault_of(const std::string& variants) {
  const auto p = read_profile_text("{\"variants\": " + variants + "}", "x.json");
  return p ? "no fault" : to_string(p.error());
}

variant made(const std::string& text) {
  auto v = read_variant(text, "--variant");
  CHECK_MESSAGE(v.has_value(), (v ? "" : to_string(v.error())));
  return v ? std::move(*v) : variant{};
}

profile applied(const profile& base, const variant& v) {
  auto p = with(base, v);
  CHECK_MESSAGE(p.has_value(), (p ? "" : to_string(p.error())));
  return p ? std::move(*p) : profile{};
}

std::string fault_of_check(const std::vector<variant>& all, std::string_view base = "") {
  const auto fine = check_variants(all, base);
  return fine ? "no fault" : to_string(fine.error());
}

TEST_CASE("a profile has variants in their order, with what differs for each") {
  const profile p = read(R"({"variants": {
      "sync": {"function": {"environment": {"INIT": "sync", "MODE": "a"}, "memory_mb": 512}},
      "as it is": {},
      "old, cold": {"page_cache": "cold", "pool": {"keep_alive": "none"}, "events": [{"payload": 1}]}}})");
  REQUIRE(p.variants.size() == 3);
  CHECK(p.variants[0].name == "sync");
  CHECK(settings_text(p.variants[0]) == "INIT=sync, MODE=a, memory_mb=512");
  CHECK(p.variants[0].settings[0].from.name == "profiles/x.json: variants.sync");
  CHECK(p.variants[0].settings[0].from.folder == "profiles");
  CHECK(p.variants[1].name == "as it is");
  CHECK(settings_text(p.variants[1]).empty());
  CHECK(p.variants[2].name == "old, cold");
  CHECK(p.variants[2].settings[0].from.name == "profiles/x.json: variants.\"old, cold\"");
  CHECK(settings_text(p.variants[2]) ==
        R"(page_cache=cold, keep_alive=none, events={"payload":1})");
  CHECK(origin(p, "variants") == "profiles/x.json");
}

TEST_CASE("a variant in a profile that is wrong is refused by its place") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"[]", "x.json: variants: expected an object of up to 64 names, each with an object of"},
      {"\"sync\"", "x.json: variants: expected an object"},
      {R"({"a": 3})", "x.json: variants.a: expected an object, got 3"},
      {R"({"a": null})", "x.json: variants.a: expected an object, got null"},
      {R"({"a b": []})", "x.json: variants.\"a b\": expected an object, got []"},
      {R"({"a": {}, "a": {}})", "x.json: variants.a: this key is written twice"},
      {R"({"": {}})", "x.json: variants: the name of a variant takes 1 to 64 bytes, \"\" has 0"},
      {R"({" a": {}})", "the name of a variant neither begins nor ends with a blank: \" a\""},
      {R"({"a\u001b[1m": {}})", "x.json: variants: the name of a variant is printable text"},
      {R"({"a\u0000": {}})", "the name of a variant is printable text"},
      {"{\"" + std::string(65, 'n') + "\": {}}", "takes 1 to 64 bytes"},
      {R"({"a": {"function": {"memry_mb": 1}}})",
       "x.json: variants.a.function.memry_mb: unknown key (did you mean memory_mb?)"},
      {R"({"a": {"memory_mb": 512}})",
       "x.json: variants.a.memory_mb: unknown key (did you mean function.memory_mb?)"},
      {R"({"a": {"memory": 512}})", "x.json: variants.a.memory: unknown key"},
      {R"({"a": {"function": {"memory_mb": "big"}}})",
       "x.json: variants.a.function.memory_mb: expected a whole number from 128 to 10240, got "
       "\"big\""},
      {R"({"a": {"function": {"environment": {"AWS_REGION": "x"}}}})",
       "x.json: variants.a.function.environment.AWS_REGION: Lambda sets this variable itself"},
      {R"({"a": {"events": [{"file": "no-such.json"}]}})", "x.json: variants.a.events[0].file: "},
      {R"({"a": {"seed": 3}})", "x.json: variants.a.seed: all variants of a trial share seed"},
      {R"({"a": {"load": {"cold": 3}}})",
       "x.json: variants.a.load.cold: all variants of a trial share load.cold"},
      {R"({"a": {"variants": {}}})", "variants.a.variants: all variants of a trial share variants"},
      {R"({"a": {"trial": {"base": "a"}}})",
       "variants.a.trial.base: all variants of a trial share"},
      {R"({"a": {"budgets": {}}})", "variants.a.budgets: all variants of a trial share budgets"},
      {R"({"a": {"gate": {"alpha": 0.1}}})",
       "variants.a.gate.alpha: all variants of a trial share"},
      {R"({"a": {"require": []}})", "variants.a.require: all variants of a trial share require"},
      {R"({"a": {"give_up": 1}})", "variants.a.give_up: all variants of a trial share give_up"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    CHECK_MESSAGE(fault_of(text).find(message) != std::string::npos, fault_of(text));
  }
  std::string many = "{\"0\": {}";
  for (int i = 1; i <= 64; ++i) many += ", \"" + std::to_string(i) + "\": {}";
  CHECK(fault_of(many + "}").find("an object of up to 64 names") != std::string::npos);
}

TEST_CASE("with a variant, variables are added to those of the profile and all else is replaced") {
  const profile base = read(R"({
      "function": {"command": ["./a", "--slow"], "environment": {"AA": "1", "BB": "2"}, "memory_mb": 256},
      "events": [{"payload": 1}, {"payload": 2}], "seed": 9,
      "variants": {"new": {"function": {"command": ["./b"], "environment": {"BB": "3", "CC": "4"}},
                           "events": [{"payload": 7}]}}})");
  const profile p = applied(base, base.variants[0]);
  CHECK(p.function.command == std::vector<std::string>{"./b"});
  CHECK(p.function.variables == variables{{"AA", "1"}, {"BB", "3"}, {"CC", "4"}});
  CHECK(p.function.memory_mb == 256);
  REQUIRE(p.events.size() == 1);
  CHECK(p.events[0].payload == "7");
  CHECK(p.seed == 9);
  CHECK(p.variants.empty());
  CHECK(origin(p, "variants") == "default");
  CHECK(origin(p, "function.command") == "profiles/x.json: variants.new");
  CHECK(origin(p, "function.environment.AA") == "profiles/x.json");
  CHECK(origin(p, "function.environment.CC") == "profiles/x.json: variants.new");
  CHECK(origin(p, "function.memory_mb") == "profiles/x.json");
  // The base is as it was.
  CHECK(base.function.command.size() == 2);
  CHECK(base.variants.size() == 1);
}

TEST_CASE("a variant without settings is the profile itself") {
  const profile base = read(R"({"function": {"memory_mb": 256}, "seed": 4})");
  CHECK(print_profile(applied(base, made("base"))) == print_profile(base));
}

TEST_CASE("paths of a variant start where it was written") {
  const profile base = read(R"({"function": {"command": ["./a"]},
                                "variants": {"new": {"function": {"command": ["./b"]}}}})");
  CHECK(folder_of(base, "function.command") == "profiles");
  CHECK(folder_of(applied(base, base.variants[0]), "function.command") == "profiles");
  const profile p = applied(base, made("here:command=./b,directory=build"));
  CHECK(origin(p, "function.command") == "--variant here");
  CHECK(folder_of(p, "function.command").empty());
  CHECK(folder_of(p, "function.directory").empty());
  profile typed = base;
  typed.origins["function.command"] = "the command line";
  CHECK(folder_of(typed, "function.command").empty());
}

TEST_CASE("an event file of a variant is found beside the profile, also from elsewhere") {
  const std::string folder = std::string(support::binary_dir) + "/profile-test/variants";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/event.json") << "{ \"kept\" : 1.00 }";
  const std::string text = R"({"variants": {"a": {"events": [{"file": "event.json"}]}}})";
  const profile p = read(text, folder + "/x.json");
  REQUIRE(p.variants.size() == 1);
  CHECK(applied(p, p.variants[0]).events.at(0).payload == "{ \"kept\" : 1.00 }");
  const profile again = read(print_profile(p), "elsewhere/y.json");
  REQUIRE(again.variants.size() == 1);
  CHECK(applied(again, again.variants[0]).events.at(0).payload == "{ \"kept\" : 1.00 }");
  CHECK(settings_text(p.variants[0]) == "events=\"" + folder + "/event.json\"");

  std::filesystem::remove(folder + "/event.json");
  const auto gone = with(p, p.variants[0]);
  REQUIRE_FALSE(gone);
  CHECK(to_string(gone.error()).starts_with(folder + "/x.json: variants.a: events[0].file: "));
}

TEST_CASE("variants of flags replace those of the profile, and more flags add to them") {
  profile p = read(R"({"variants": {"old": {}}})");
  REQUIRE(apply_flag(p, "variants", "sync:INIT=sync,memory=512", "--variant"));
  REQUIRE(apply_flag(p, "variants", "async:INIT=async", "--variant"));
  REQUIRE(p.variants.size() == 2);
  CHECK(p.variants[0].name == "sync");
  CHECK(settings_text(p.variants[0]) == "INIT=sync, memory_mb=512");
  CHECK(p.variants[1].settings[0].from.name == "--variant async");
  CHECK(check(p));
  const auto bad = apply_flag(p, "variants", "x:memory=big", "--variant");
  REQUIRE_FALSE(bad);
  CHECK(to_string(bad.error()).starts_with("--variant x: memory: expected a whole number"));
  REQUIRE(apply_flag(p, "variants", "sync", "--variant"));
  REQUIRE_FALSE(check(p));
  CHECK(to_string(check(p).error()) ==
        "variants: two variants are called \"sync\" (give them different names)");
}

TEST_CASE("what can be meant of a profile alone has to be meant with each variant too") {
  const auto message = [](const std::string& text) {
    const auto fine = check(read(text));
    return fine ? "no fault" : to_string(fine.error());
  };
  const std::string big(2000, 'x');
  CHECK(message(R"({"function": {"environment": {"AA": ")" + big + R"("}}, "variants": {
                    "a": {"function": {"environment": {"AA": ")" +
                big + R"("}}},
                    "b": {"function": {"environment": {"BB": ")" +
                big + R"(", "CC": ")" + big + R"("}}}}})")
            .starts_with("variants.b: function.environment: the variables take 6006 bytes"));
  CHECK(message(R"({"variants": {"a": {"function": {"command": [""]}}}})")
            .find("the executable is empty") != std::string::npos);
  CHECK(message(R"({"load": {"burst": 2}, "variants": {"a": {"page_cache": "cold"}}})")
            .find("a cold page cache can be had for one start at a time") != std::string::npos);
  CHECK(message(R"({"variants": {"a": {}}, "trial": {"base": "to come"}})") == "no fault");
}

TEST_CASE("crossing gives each with each, in order, and none of an empty list changes anything") {
  const auto memory = read_sweep("memory=128,512", "--sweep");
  const auto init = read_sweep("INIT=sync,async", "--sweep");
  REQUIRE(memory);
  REQUIRE(init);
  const auto all = cross(*memory, *init);
  REQUIRE(all);
  std::vector<std::string> names;
  for (const variant& v : *all) names.push_back(v.name);
  CHECK(names == std::vector<std::string>{"memory=128, INIT=sync", "memory=128, INIT=async",
                                          "memory=512, INIT=sync", "memory=512, INIT=async"});
  CHECK(settings_text((*all)[3]) == "memory_mb=512, INIT=async");
  CHECK((*all)[3].settings[1].from.name == "--sweep INIT=async");
  CHECK(check_variants(*all, "memory=512, INIT=sync"));

  REQUIRE(cross({}, *init));
  CHECK(cross({}, *init)->size() == 2);
  CHECK(cross(*memory, {})->size() == 2);
  CHECK(cross({}, {})->empty());
}

TEST_CASE("variables of two sweeps are combined, and what both set is refused") {
  const auto a = read_sweep("AA=1,2", "--sweep");
  const auto b = read_sweep("BB=1,2", "--sweep");
  REQUIRE(cross(*a, *b));
  CHECK(settings_text(cross(*a, *b)->back()) == "AA=2, BB=2");
  const auto twice = cross(*a, *a);
  REQUIRE_FALSE(twice);
  CHECK(to_string(twice.error()) == "AA=1 with AA=1: AA is set twice");
  const auto memory = read_sweep("memory=128", "--sweep");
  CHECK(to_string(cross(*memory, *memory).error()) ==
        "memory=128 with memory=128: function.memory_mb is set twice");
}

TEST_CASE("a cross of too many variants or with too long names is refused") {
  const auto sweep = [](const std::string& key, int values) {
    std::string text = key + "=0";
    for (int i = 1; i < values; ++i) text += "," + std::to_string(i);
    return *read_sweep(text, "--sweep");
  };
  CHECK(cross(sweep("AA", 8), sweep("BB", 8)));
  CHECK(to_string(cross(sweep("AA", 13), sweep("BB", 5)).error()) ==
        "13 times 5 variants are more than 64");
  const auto names = cross({made(std::string(40, 'a'))}, {made(std::string(40, 'b'))});
  REQUIRE_FALSE(names);
  CHECK(names.error().hint == "give shorter names, with --variant or in a profile");
}

TEST_CASE("two to 64 variants of different names can be compared, with one of them as the base") {
  const std::vector<variant> two{made("sync"), made("async")};
  CHECK(fault_of_check(two) == "no fault");
  CHECK(fault_of_check(two, "async") == "no fault");
  CHECK(fault_of_check(two, "asinc") ==
        "the base \"asinc\" is none of the variants \"sync\", \"async\" (did you mean async?)");
  CHECK(fault_of_check({}) ==
        "there is nothing to compare (a comparison needs two variants or more)");
  CHECK(fault_of_check({made("sync")}) ==
        "there is nothing to compare \"sync\" with (a comparison needs two variants or more)");
  CHECK(fault_of_check({made("sync"), made("b"), made("sync:INIT=x")}) ==
        "two variants are called \"sync\" (give them different names)");
  CHECK(fault_of_check(std::vector<variant>(65, made("x"))) == "65 variants are more than 64");
}

TEST_CASE("settings are told on one short line") {
  const profile p = read(R"({"variants": {"a": {
      "function": {"command": ["./new", "two words"], "environment": {"AA": "x, y", "BB": "a\nb", "CC": ""}},
      "events": [{"payload": ")" +
                         std::string(30, 'x') + "µ" + std::string(500, 'x') + R"("}]}}})");
  const std::string text = settings_text(p.variants.at(0));
  CHECK(text.starts_with(
      R"(command=./new 'two words', AA="x, y", BB="a\nb", CC=, events={"payload":"xxx)"));
  CHECK(text.size() < 200);
  CHECK(valid_utf8(text) == text);
}

}  // namespace
}  // namespace lambdaprof::profile
