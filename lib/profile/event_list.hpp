// SPDX-License-Identifier: Apache-2.0
// The payloads of a profile: written inline, or read from files of their own.
#pragma once

#include <vector>

#include "profile/profile.hpp"
#include "profile/shape.hpp"

namespace lambdaprof::profile {

/// A payload for a synchronous invocation (6 MB and 100 bytes: lambda-protocol §1.2).
inline constexpr std::size_t most_payload_bytes = 6'291'556;

/// A list of {"payload": JSON} or {"file": path}, all with a weight or none. A flag gives one
/// event, as JSON or as the path of a file.
struct event_list {
  using value_type = std::vector<event>;

  std::string expects() const { return "a list of 1 to 1000 events"; }
  json schema() const;
  result<value_type> read(const json& value, const source& from) const;
  json tell(const value_type& events) const;
  result<json> from_text(std::string_view text) const;
  void add(value_type& events, value_type more) const;
};

}  // namespace lambdaprof::profile
