// SPDX-License-Identifier: Apache-2.0
// Ids that cannot be mixed up: small numbers given out in order, with a value for "none".
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace lambdaprof {

template <class Tag>
struct id {
  std::uint32_t value = std::numeric_limits<std::uint32_t>::max();

  constexpr bool is_none() const { return value == std::numeric_limits<std::uint32_t>::max(); }
  constexpr explicit operator bool() const { return !is_none(); }
  friend constexpr auto operator<=>(id, id) = default;
};

using environment_id = id<struct environment_tag>;
using invocation_id = id<struct invocation_tag>;

}  // namespace lambdaprof
