// SPDX-License-Identifier: Apache-2.0
// How long things take in the simulated world.
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"

namespace lambdaprof::sim {

struct fixed {
  span length{};
};
struct exponential {
  span mean{};
};
/// exp(N(ln median, sigma)).
struct log_normal {
  span median{};
  double sigma = 0;
};

/// What was measured, drawn with replacement.
struct resampled {
  std::shared_ptr<const std::vector<span>> samples;  ///< not empty
};

using law = std::variant<fixed, exponential, log_normal, resampled>;

span draw(const law& l, random& chance);

struct model {
  law spawn = fixed{std::chrono::microseconds(100)};
  law init = fixed{std::chrono::milliseconds(100)};
  law handler = fixed{std::chrono::milliseconds(10)};
  /// Of the first event of a process; none: as later ones.
  std::optional<law> first_handler = std::nullopt;
  law after_response = fixed{std::chrono::microseconds(20)};
  /// Probabilities of what can go wrong.
  double init_crash = 0;
  double handler_crash = 0;
  double handler_error = 0;
  double handler_hang = 0;
};

}  // namespace lambdaprof::sim
