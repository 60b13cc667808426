// SPDX-License-Identifier: Apache-2.0
// Where the processes of one environment call: a port of the loopback interface that outlives each
// of them.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "net/connection.hpp"

namespace lambdaprof::net {

class listener {
 public:
  /// On a port that the system chooses. `owner` outlives the listener, and that dies before the
  /// loop.
  static result<listener> open(boost::asio::io_context& loop, handler& owner, clock now);

  listener(listener&&) noexcept = default;
  listener& operator=(listener&&) = delete;
  /// As `close_all`, and nobody can call any more.
  ~listener();

  std::uint16_t port() const;
  /// Ends every connection without a word to the owner, those included that were not accepted yet:
  /// what a killed process has sent must not be taken for the first words of the next one.
  void close_all();

 private:
  struct state;
  explicit listener(std::shared_ptr<state> s);

  std::shared_ptr<state> state_;
};

}  // namespace lambdaprof::net
