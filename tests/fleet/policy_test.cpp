// SPDX-License-Identifier: Apache-2.0
#include "fleet/policy.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof;
using namespace lambdaprof::fleet;
using namespace std::chrono_literals;

TEST_CASE("a policy changes what it names and nothing else") {
  settings base;
  base.max_environments = 7;
  CHECK_FALSE(with_policy(base, "none")->warmer);
  const auto all =
      with_policy(base, "keep-alive:fixed:10m+warmer:every=1m,concurrency=3+provisioned:2");
  REQUIRE(all);
  CHECK(all->max_environments == 7);
  CHECK(spell(all->keep_alive) == "fixed:10m");
  CHECK(all->provisioned == 2);
  REQUIRE(all->warmer);
  CHECK(all->warmer->concurrency == 3);
  CHECK(with_policy(base, "warmer")->warmer == warmer{});
}

TEST_CASE("what is no policy is named") {
  for (const char* text : {"", "warm", "provisioned", "provisioned:0", "provisioned:x",
                           "keep-alive", "keep-alive:10m", "warmer:5", "none+", "none:1"}) {
    CAPTURE(text);
    CHECK_FALSE(with_policy({}, text));
  }
}
