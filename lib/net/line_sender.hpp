// SPDX-License-Identifier: Apache-2.0
// Sends lines to a process on this machine that listens itself, on one TCP connection as long as
// the peer keeps it. Nothing comes back: lines count as delivered once they are written.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace lambdaprof::net {

class line_sender {
 public:
  /// It may send again or destroy the sender.
  using done = std::function<void(const result<void>&)>;

  /// Sending that takes longer than `limit` has failed; it begins again on a new connection, so
  /// that no line is ever continued by another. The sender dies before the loop.
  line_sender(boost::asio::io_context& loop, std::uint16_t port, span limit);
  line_sender(line_sender&&) noexcept;
  line_sender& operator=(line_sender&&) = delete;
  /// Nothing is told any more.
  ~line_sender();

  /// Not while some are under way; nothing is told from inside this call.
  void send(std::string lines, done told);
  bool is_busy() const;

 private:
  struct state;
  class sending;
  std::unique_ptr<state> state_;
};

}  // namespace lambdaprof::net
