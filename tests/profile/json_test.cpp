// SPDX-License-Identifier: Apache-2.0
#include "profile/json.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lambdaprof;
using namespace lambdaprof::profile;

namespace {

std::string fault_of(std::string_view text) {
  const auto tree = parse_json(text, "a.json");
  return tree ? "no fault" : to_string(tree.error());
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + "1" + std::string(depth, ']');
}

}  // namespace

TEST_CASE("JSON with comments is read, with its keys in order") {
  const auto tree = parse_json("// one\n{\"b\": 1, /* two */ \"a\": [2, null]} // three", "a.json");
  REQUIRE(tree);
  CHECK(compact(*tree) == R"({"b":1,"a":[2,null]})");
}

TEST_CASE("what is not JSON is refused with line, column and reason") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"{", "a.json:1:2: syntax error while parsing object key - unexpected end of input"},
      {"{\n  \"a\": 1,\n  b: 2\n}", "a.json:3:3: syntax error while parsing object key"},
      {"{\"a\": 1,}", "a.json:1:9: syntax error while parsing object key"},
      {"{} {}", "a.json:1:4: syntax error while parsing value"},
      {"{\"µ\" 1}", "a.json:1:6: syntax error while parsing object separator"},
      {"[1e999]", "number overflow parsing '1e999'"},
      {"\"\x80\"", "a.json:1:2: syntax error while parsing value - invalid string: ill-formed"},
      {"[\"\\ud800\"]", "surrogate"},
      {"/* never closed", "a.json:1:16: syntax error while parsing value - invalid comment"},
      {"", "a.json: it is empty"},
      {" \n\t", "a.json: it is empty"},
      {std::string("{}\0 garbage", 11), "a.json:1:3: a NUL byte is no JSON"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    CAPTURE(fault_of(text));
    CHECK(fault_of(text).find(message) != std::string::npos);
  }
}

TEST_CASE("a message about a huge token stays short") {
  CHECK(fault_of("[" + std::string(100'000, 'x')).size() < 400);
}

TEST_CASE("a key that is written twice in an object is refused by its path") {
  CHECK(fault_of(R"({"a": 1, "b": 2, "a": 3})") == "a.json: a: this key is written twice");
  CHECK(fault_of(R"({"x": [{}, {"p": {"q": 1, "q": 1}}]})") ==
        "a.json: x[1].p.q: this key is written twice");
  CHECK(fault_of(R"([[0, 0, {"a b": 1, "a b": 1}]])") ==
        "a.json: [0][2].\"a b\": this key is written twice");
  CHECK(fault_of(R"({"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]})") == "no fault");
}

TEST_CASE("depth and keys are bounded, so that no text can exhaust the reader") {
  CHECK(fault_of(nested(100)) == "no fault");
  CHECK(fault_of(nested(101)).find("nested more than 100 levels deep") != std::string::npos);
  CHECK(fault_of(std::string(5'000'000, '[')).find("100 levels") != std::string::npos);

  std::string keys = "{";
  for (int i = 0; i < 1000; ++i) keys += "\"" + std::to_string(i) + "\":0,";
  CHECK(fault_of(keys + "\"last\":0}").find("more than 1000 keys") != std::string::npos);
  keys.back() = '}';
  CHECK(fault_of(keys) == "no fault");
}

TEST_CASE("an event of its own may be deep, repeat keys and have no comments") {
  CHECK(check_json(nested(100'000), "e.json"));
  CHECK(check_json(R"({"a": 1, "a": 2})", "e.json"));
  CHECK(check_json(" 1 ", "e.json"));
  REQUIRE_FALSE(check_json("{} // no", "e.json"));
  CHECK(check_json("{}\n// no", "e.json").error().where == "e.json:2:1");
  CHECK_FALSE(check_json("", "e.json"));
  CHECK_FALSE(check_json(std::string_view("1\0", 2), "e.json"));
}

TEST_CASE("a value is shown in a message as it is, or by its kind if it is long") {
  CHECK(found(json(12)) == "12");
  CHECK(found(json("big")) == "\"big\"");
  CHECK(found(json()) == "null");
  CHECK(found(json(true)) == "true");
  CHECK(found(json{{"a", 1}}) == "an object");
  CHECK(found(json::array({1, 2})) == "a list");
  CHECK(found(json::array()) == "[]");
  CHECK(found(json(std::string(100, 'x'))) == "a string of 100 bytes");
  CHECK(found(json("\xff")) == "\"\xef\xbf\xbd\"");
}

TEST_CASE("a step of a path is quoted where its key is not a plain word") {
  CHECK(step("memory_mb") == ".memory_mb");
  CHECK(step("a b") == ".\"a b\"");
  CHECK(step("") == ".\"\"");
  CHECK(step("a\nb") == ".\"a\\nb\"");
}
