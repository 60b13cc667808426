// SPDX-License-Identifier: Apache-2.0
#include "analysis/answers.hpp"

#include <doctest/doctest.h>

using lambdaprof::analysis::answers;
using lambdaprof::analysis::is_json_pointer;

namespace {

answers fresh(std::initializer_list<const char*> bodies, std::vector<std::string> ignored = {}) {
  answers a(std::move(ignored));
  for (const char* body : bodies) a.add_fresh(body);
  return a;
}

}  // namespace

TEST_CASE("the first difference is named by its path, with both values") {
  const answers a = fresh({R"({"a":1,"b":{"c":[1,2]}})", R"({"a":1,"b":{"c":[1,2]}})"});
  CHECK_FALSE(a.compare(R"({"a":1,"b":{"c":[1,2]}})"));
  CHECK_FALSE(a.compare(R"({ "b":{"c":[1,2]}, "a":1 })"));  // the same value
  const auto d = a.compare(R"({"a":1,"b":{"c":[1,3]}})");
  REQUIRE(d);
  CHECK(d->path == "/b/c/1");
  CHECK(d->expected == "2");
  CHECK(d->got == "3");
}

TEST_CASE("what is missing or new is a difference") {
  const answers a = fresh({R"({"a":1,"l":[1]})"});
  const auto gone = a.compare(R"({"l":[1]})");
  REQUIRE(gone);
  CHECK(gone->path == "/a");
  CHECK(gone->got == "nothing");
  const auto more = a.compare(R"({"a":1,"l":[1,2]})");
  REQUIRE(more);
  CHECK(more->path.starts_with("/l/"));
  CHECK(more->expected == "nothing");
  CHECK(more->got == "2");
}

TEST_CASE("what differs among fresh environments is left out, and nothing else") {
  const answers a = fresh({R"({"id":1,"n":5})", R"({"id":2,"n":5})", R"({"id":3,"n":5})"});
  CHECK(a.varying() == std::vector<std::string>{"/id"});
  CHECK_FALSE(a.compare(R"({"id":9,"n":5})"));
  CHECK(a.compare(R"({"id":9,"n":6})"));
}

TEST_CASE("an array whose length differs among fresh environments is left out as a whole") {
  const answers a = fresh({R"({"l":[1,2]})", R"({"l":[1,2,3]})"});
  CHECK(a.varying() == std::vector<std::string>{"/l"});
  CHECK_FALSE(a.compare(R"({"l":[7]})"));
}

TEST_CASE("a path that is ignored covers what is below it, but no longer name") {
  const answers a = fresh({R"({"t":{"x":1},"tt":1})"}, {"/t"});
  CHECK_FALSE(a.compare(R"({"t":{"x":2},"tt":1})"));
  CHECK(a.compare(R"({"t":{"x":1},"tt":2})"));
  CHECK(fresh({R"({"t":1})", R"({"t":2})"}, {"/t"}).varying().empty());
  CHECK_FALSE(fresh({"1"}, {""}).compare("2"));
}

TEST_CASE("an answer that is no JSON is compared as a whole") {
  const auto d = fresh({"hello"}).compare("good bye");
  REQUIRE(d);
  CHECK(d->path.empty());
  CHECK(d->expected == "hello");
  CHECK(d->got == "good bye");
  CHECK_FALSE(fresh({"one", "two"}).compare("three"));
  CHECK(fresh({R"({"a":1})"}).compare("{"));
  CHECK_FALSE(fresh({""}).compare(""));
}

TEST_CASE("hostile answers cost neither the stack nor the terminal") {
  const std::string deep(1'000'000, '[');
  CHECK(fresh({"1"}).compare(deep + std::string(1'000'000, ']')));
  const auto d = fresh({"\"short\""}).compare('"' + std::string(100'000, '\xff') + '"');
  REQUIRE(d);
  CHECK(d->got.size() < 1000);
}

TEST_CASE("before there is an answer nothing is compared") {
  CHECK_FALSE(answers().is_known());
  CHECK_FALSE(answers().compare("1"));
}

TEST_CASE("JSON pointers are told from other text") {
  for (const char* good : {"", "/", "/a", "/a/0", "/a~0b/c~1d"}) CHECK(is_json_pointer(good));
  for (const char* bad : {"a", "a/b", "/a~", "/a~2"}) CHECK_FALSE(is_json_pointer(bad));
}
