// SPDX-License-Identifier: Apache-2.0
// How fast a streamed response is taken: a burst at once, then a steady rate, in the steps in which
// the platform refills its bucket (lambda-protocol §1.4).
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace lambdaprof::environment {

/// Of one response. Starts full.
class stream_pace {
 public:
  /// So many bytes have come: how long to take no more.
  span admit(instant now, std::uint64_t bytes);

 private:
  instant began_ = never;
  std::uint64_t taken_ = 0;
};

}  // namespace lambdaprof::environment
