// SPDX-License-Identifier: Apache-2.0
// Bytes to requests, without a socket: Beast's parser behind a plain face. Reading and writing the
// bytes is the connection's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wire/message.hpp"

namespace lambdaprof::net {

/// Largest head, and largest line of a chunk with its trailers: that of Go's server, in which AWS's
/// own is written. Clients send causes of errors for X-Ray of almost this size in a header.
inline constexpr std::size_t head_limit = std::size_t{1024} * 1024;

class request_parser {
 public:
  enum class stage : std::uint8_t { head, body, done, malformed };

  request_parser();
  ~request_parser();
  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;

  /// Takes the next bytes of the request and says how many it has consumed. The rest must be given
  /// again, with more behind it; once `done`, it belongs to the next request.
  std::size_t put(std::string_view bytes);
  /// Nothing more will come. A body that has begun ends here as truncated.
  void put_end();
  /// Forgets the request and awaits the next.
  void restart();

  stage at() const { return stage_; }
  /// Whether anything of the request has been consumed.
  bool has_begun() const;
  wire::request& message() { return message_; }

  /// Known once the head is complete.
  bool expects_continue() const;
  bool keeps_alive() const;

  /// Why and with which status a malformed head is refused. A malformed body counts as truncated.
  std::uint16_t status() const { return status_; }
  std::string_view what() const { return what_; }

 private:
  struct machine;

  void refuse(std::uint16_t status, std::string what);

  wire::request message_;
  std::unique_ptr<machine> machine_;
  stage stage_ = stage::head;
  std::uint16_t status_ = 0;
  std::string what_;
};

}  // namespace lambdaprof::net
