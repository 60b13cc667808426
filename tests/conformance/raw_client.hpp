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
#include "host/descriptor.hpp"

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

/// What a server was posted.
struct posted {
  std::string first_line;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::optional<std::string> header(std::string_view name) const;
};

/// Something is to be read, or the peer has ended.
bool is_readable(int descriptor, span within);

class raw_client {
 public:
  explicit raw_client(std::uint16_t port);
  /// The other end of a connection that was accepted.
  explicit raw_client(host::descriptor accepted) : socket_(std::move(accepted)) {}
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// All of it, or as much as the server takes.
  void send(std::string_view bytes) const;
  reply read();
  reply call(std::string_view bytes);
  posted read_post();
  /// Without its end.
  std::string read_text_line() { return take_line("\n"); }
  /// A byte is there, or comes.
  bool has_more_within(span time);
  /// Neither a byte nor an end comes for so long.
  bool is_silent_for(span time);
  /// The server ends the connection without a further byte.
  bool is_ended_by_server();
  /// The server may still answer.
  void end_sending() const;
  void close() { socket_.close(); }

 private:
  bool fill();
  std::string take(std::size_t bytes);
  std::string take_line(std::string_view end = "\r\n");
  std::vector<std::pair<std::string, std::string>> take_headers();

  host::descriptor socket_;
  std::string received_;
};

}  // namespace lambdaprof::conformance
