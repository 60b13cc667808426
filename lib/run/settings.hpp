// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "environment/function.hpp"
#include "fleet/settings.hpp"

namespace lambdaprof::run {

struct settings {
  environment::function function;
  fleet::settings pool;
  std::uint64_t seed = 1;
  /// After so many failed inits or invocations without one success the run ends; 0: never.
  std::uint32_t give_up = 3;
  /// Whether the world can hold an environment still while it has nothing to do.
  bool freezes = false;
  /// The plan is that of one block: it is played at each `begin_block`, from nothing to nothing,
  /// and between two of them the run rests.
  bool is_in_blocks = false;
};

}  // namespace lambdaprof::run
