// SPDX-License-Identifier: Apache-2.0
#include "fleet/idle_stack.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof;

TEST_CASE("the most recently used environment serves next") {
  fleet::idle_stack idle;
  for (std::uint32_t i = 0; i < 3; ++i) idle.push({i});
  CHECK(idle.pop() == environment_id{2});
  idle.push({2});
  idle.remove({1});
  idle.remove({7});
  CHECK(idle.pop() == environment_id{2});
  CHECK(idle.pop() == environment_id{0});
  CHECK_FALSE(idle.pop().has_value());
}
