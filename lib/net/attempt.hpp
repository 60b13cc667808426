// SPDX-License-Identifier: Apache-2.0
// One use of a connection to a process on this machine that listens itself: connects, unless the
// connection of the use before is still good, and ends once, at the latest after a limit. What is
// said on it is for those who derive from it.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/connection.hpp"

namespace lambdaprof::net {

class attempt : public std::enable_shared_from_this<attempt> {
 public:
  using socket = connection::socket;

  enum class found : std::uint8_t { nothing, bytes, end };
  /// What a peer has said on an idle connection; it is thrown away.
  static found look(socket& s);

  /// `kept` is open if there is such a connection.
  attempt(boost::asio::io_context& loop, std::uint16_t port, socket kept);
  attempt(const attempt&) = delete;
  attempt& operator=(const attempt&) = delete;
  virtual ~attempt() = default;

  /// Nothing is told from inside this call.
  void start(span limit);
  /// Ends without a word.
  void abandon();

 protected:
  enum class answer : std::uint8_t { none, begun };

  virtual void on_connected() = 0;
  virtual void on_failed(fault why) = 0;
  virtual void on_late() = 0;

  /// The connection broke. If it was a kept one and no answer has begun, the peer had closed it
  /// while it was idle, and a new one is tried; otherwise this is a failure.
  void broke(const boost::system::error_code& error, answer so_far = answer::none);
  /// After this no handler may do anything.
  void end();
  bool is_over() const { return is_over_; }
  fault failure(std::string_view what) const;
  socket& peer() { return socket_; }

 private:
  void connect();

  socket socket_;
  std::uint16_t port_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      limit_;
  bool is_kept_;
  bool is_over_ = false;
};

}  // namespace lambdaprof::net
