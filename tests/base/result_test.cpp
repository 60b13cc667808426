// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <variant>

using namespace lambdaprof;

namespace {

result<int> half_of(int n) {
  if (n % 2 != 0) return fault{fault_kind::usage, "it is odd", "n", ""};
  return n / 2;
}

result<void> odd_is_refused(int n) {
  if (const auto half = half_of(n); !half) return half.error();
  return {};
}

}  // namespace

TEST_CASE("a result holds its value or its fault") {
  const auto good = half_of(4);
  REQUIRE(good);
  CHECK(good.has_value());
  CHECK(*good == 2);
  const auto bad = half_of(3);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message == "it is odd");
  CHECK(bad.error().kind == fault_kind::usage);
}

TEST_CASE("a result without a value still tells success from fault") {
  CHECK(odd_is_refused(2));
  CHECK_FALSE(odd_is_refused(1));
  CHECK(odd_is_refused(1).error().where == "n");
}

TEST_CASE("the value of a result can be changed and moved out") {
  result<std::string> text = std::string("a");
  *text += "b";
  CHECK(text->size() == 2);
  CHECK(text.value() == "ab");

  result<std::unique_ptr<int>> owner = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(*owner);
  CHECK(*taken == 7);
}

TEST_CASE("taking the wrong side of a result is a bug and throws") {
  CHECK_THROWS_AS((void)half_of(3).value(), std::bad_variant_access);
  CHECK_THROWS_AS((void)half_of(4).error(), std::bad_variant_access);
}

TEST_CASE("a fault is one line: where, message and hint") {
  CHECK(to_string(fault{fault_kind::file, "it is missing", "a.json", "write one"}) ==
        "a.json: it is missing (write one)");
  CHECK(to_string(fault{fault_kind::file, "it is missing", "", "write one"}) ==
        "it is missing (write one)");
  CHECK(to_string(fault{fault_kind::file, "it is missing", "a.json", ""}) ==
        "a.json: it is missing");
  CHECK(to_string(fault{fault_kind::file, "it is missing", "", ""}) == "it is missing");
}

TEST_CASE("a law that does not hold is thrown, one that holds is not") {
  CHECK_NOTHROW(ensure(true, "holds"));
  CHECK_THROWS_WITH_AS(ensure(false, "one plus one is two"), "one plus one is two", broken_law);
}

TEST_CASE("overloaded visits each alternative with its own lambda") {
  const auto name = [](const std::variant<int, std::string>& v) {
    return std::visit(overloaded{[](int) { return 'i'; }, [](const std::string&) { return 's'; }},
                      v);
  };
  CHECK(name(1) == 'i');
  CHECK(name("a") == 's');
}
