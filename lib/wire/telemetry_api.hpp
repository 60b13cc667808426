// SPDX-License-Identifier: Apache-2.0
// The Telemetry API (2022-07-01) and the Logs API (2020-08-15) between bytes and meaning: what a
// subscription asks for, and the bytes of every answer. Who may subscribe, and when, is the
// environment's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "environment/subscription.hpp"

namespace lambdaprof::wire {

/// A subscription has a few hundred bytes; ours to choose, so that no body can cost much memory.
inline constexpr std::size_t subscription_limit = 65'536;

/// Which of the two a target belongs to, with or without a slash at its end: DOC shows both.
std::optional<environment::subscription_api> subscription_path(std::string_view target);

/// All that is wrong with a subscription: "URI port is not provided; types should not be empty". It
/// holds nothing of the body, so it can stand in JSON as it is.
struct invalid_subscription {
  std::string message;
};

std::variant<environment::subscription, invalid_subscription> read_subscription(
    environment::subscription_api api, std::string_view body);

/// Answers that do not depend on what was asked for.
enum class subscription_reply : std::uint8_t {
  subscribed,
  already_subscribed,  ///< the same was asked for before
  closed,              ///< init is over
  other_api,           ///< the extension has subscribed to the other of the two
};

/// Each appends to `out`, so that a caller can reuse one buffer.
void render(std::string& out, environment::subscription_api api, subscription_reply reply);
void render(std::string& out, environment::subscription_api api,
            const invalid_subscription& invalid);

}  // namespace lambdaprof::wire
