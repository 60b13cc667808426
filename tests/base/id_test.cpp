// SPDX-License-Identifier: Apache-2.0
#include "base/id.hpp"

#include <doctest/doctest.h>

#include <type_traits>

#include "base/time.hpp"

using namespace lambdaprof;

TEST_CASE("an id is none until it is given a number") {
  CHECK(environment_id{}.is_none());
  CHECK_FALSE(environment_id{});
  CHECK(environment_id{0});
  CHECK_FALSE(environment_id{0}.is_none());
}

TEST_CASE("ids of one kind are ordered by their number, with none last") {
  CHECK(environment_id{3} == environment_id{3});
  CHECK(environment_id{3} < environment_id{4});
  CHECK(environment_id{4} < environment_id{});
  CHECK(environment_id{} == environment_id{});
}

TEST_CASE("ids of different kinds cannot be mixed up") {
  CHECK_FALSE(std::is_convertible_v<environment_id, invocation_id>);
  CHECK_FALSE(std::is_constructible_v<invocation_id, environment_id>);
  CHECK_FALSE(std::is_convertible_v<environment_id, std::uint32_t>);
}

TEST_CASE("spans are told in milliseconds and seconds") {
  using namespace std::chrono_literals;
  CHECK(milliseconds(1500us) == 1.5);
  CHECK(seconds(1500ms) == 1.5);
  CHECK(never > instant(span(std::chrono::hours(876000))));
}
