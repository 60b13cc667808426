// SPDX-License-Identifier: Apache-2.0
// An HTTP request as values. A connection reuses one for all its requests, so clearing keeps the
// memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "environment/limits.hpp"

namespace lambdaprof::wire {

/// Bytes of a body that are kept; the rest is counted and dropped.
inline constexpr std::uint64_t body_limit = environment::payload_limit;

struct header {
  std::string name;
  std::string value;
};

/// Headers in the order in which they came.
class header_list {
 public:
  void add(std::string_view name, std::string_view value);
  /// The first value under this name, whatever its case.
  std::optional<std::string_view> find(std::string_view name) const;
  void clear() { used_ = 0; }

  std::size_t size() const { return used_; }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.begin() + static_cast<std::ptrdiff_t>(used_); }

 private:
  std::vector<header> all_;  // the strings past `used_` wait for their next use
  std::size_t used_ = 0;
};

enum class body_state : std::uint8_t {
  complete,
  too_large,  ///< came to its end, but only the first `body_limit` bytes were kept
  truncated,  ///< the peer stopped, or broke the framing, before the end
};

struct request {
  std::string method;
  std::string target;
  header_list headers;
  std::string body;
  std::uint64_t body_bytes = 0;  ///< as received; more than body.size() if the body was too large
  wire::body_state body_state = body_state::complete;
  header_list trailers;

  void clear();
};

}  // namespace lambdaprof::wire
