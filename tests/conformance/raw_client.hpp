// SPDX-License-Identifier: Apache-2.0
// An HTTP client that knows nothing but bytes: sends what it is given, reads what comes. It waits a
// few seconds at most and then fails the test.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::conformance {

/// How long anything may take that has to come.
inline constexpr span patience = std::chrono::seconds(5);

struct reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// Whatever its case; none if it is absent.
  std::optional<std::string> header(std::string_view name) const;
};

class raw_client {
 public:
  explicit raw_client(std::uint16_t port);
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;
  ~raw_client() { close(); }

  /// All of it, or as much as the server takes.
  void send(std::string_view bytes) const;
  reply read();
  reply call(std::string_view bytes);
  /// Neither a byte nor an end comes for so long.
  bool is_silent_for(span time);
  /// The server ends the connection without a further byte.
  bool is_ended_by_server();
  /// The server may still answer.
  void end_sending() const;
  void close();

 private:
  bool fill();
  std::string take(std::size_t bytes);
  std::string take_line();

  int socket_ = -1;
  std::string received_;
};

}  // namespace lambdaprof::conformance
