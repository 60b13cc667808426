// SPDX-License-Identifier: Apache-2.0
#include "wire/trace_id.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace lambdaprof;

TEST_CASE("a trace id has the form that X-Ray reads, with the time in its root") {
  const std::string form =
      "Root=1-69241d80-hhhhhhhhhhhhhhhhhhhhhhhh;Parent=hhhhhhhhhhhhhhhh;Sampled=0";
  const std::string id = wire::trace_id(7, invocation_id{3}, 0x69241d80);
  REQUIRE(id.size() == form.size());
  for (std::size_t i = 0; i < id.size(); ++i) {
    CAPTURE(i);
    const bool is_hex = std::string("0123456789abcdef").find(id[i]) != std::string::npos;
    CHECK((form[i] == 'h' ? is_hex : id[i] == form[i]));
  }
  CHECK(wire::trace_id(7, invocation_id{3}, 1).starts_with("Root=1-00000001-"));
}

TEST_CASE("trace ids repeat with the seed and differ between invocations and seeds") {
  CHECK(wire::trace_id(7, invocation_id{3}, 9) == wire::trace_id(7, invocation_id{3}, 9));
  std::set<std::string> all;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint32_t inv = 0; inv < 50; ++inv)
      all.insert(wire::trace_id(seed, invocation_id{inv}, 9));
  CHECK(all.size() == 1000);
}
