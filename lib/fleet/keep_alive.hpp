// SPDX-License-Identifier: Apache-2.0
// How long an idle environment is kept.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace lambdaprof::fleet {

/// Keep-alive laws. Lambda in May 2025: uniform between 300 and 360 s (arXiv 2506.01283, figure 9).
struct keep_none {};
struct keep_fixed {
  span length{};
};
struct keep_uniform {
  span low = std::chrono::seconds(300);
  span high = std::chrono::seconds(360);
};
struct keep_exponential {
  span mean{};
};

using keep_alive = std::variant<keep_uniform, keep_none, keep_fixed, keep_exponential>;

/// One draw: how long this idle environment will be kept.
span draw(const keep_alive& k, random& chance);

/// "none", "fixed:10m", "uniform:300s,360s", "exponential:10m", "aws-2025" (the default),
/// "aws-2020".
result<keep_alive> parse_keep_alive(std::string_view text);
std::string spell(const keep_alive& k);

}  // namespace lambdaprof::fleet
