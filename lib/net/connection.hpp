// SPDX-License-Identifier: Apache-2.0
// One HTTP connection of a function: bytes in, requests out, one at a time, each answered when its
// owner pleases. What a request means is wire's business.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/request_parser.hpp"
#include "wire/message.hpp"

namespace lambdaprof::net {

/// Asked once for every read that brings something.
using clock = std::function<instant()>;

class connection;

/// Who is told. Any of these may answer, close the connection or destroy its listener.
struct handler {
  virtual ~handler() = default;
  /// Bytes of a body have come, and it is not yet complete. How long not to read on.
  virtual span on_body(connection&, const wire::request&, instant now) = 0;
  /// A request wants its answer, now or later. It stays as it is until the next one comes. If its
  /// body is truncated, the connection ends after the answer.
  virtual void on_request(connection&, const wire::request&, instant first_byte,
                          instant last_byte) = 0;
  /// Bytes that are no request were answered with this status; the connection is at its end.
  virtual void on_malformed(connection&, std::uint16_t status, std::string_view what) = 0;
  /// The peer is gone; a request of it that is not answered yet will never be. Not told after
  /// `close`.
  virtual void on_closed(connection&) = 0;
};

class connection : public std::enable_shared_from_this<connection> {
 public:
  using socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;
  using timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        boost::asio::io_context::executor_type>;

  /// `owner` and `now` are used no more once the connection is closed.
  connection(socket s, handler& owner, const clock& now);

  void start();
  /// Answers the request; `head` is copied where needed, `body` stays alive until it is sent. Does
  /// nothing if the connection is closed.
  void write(std::string_view head, std::string_view body = {});
  void close();
  bool is_open() const { return phase_ != phase::closed; }
  /// From now on, so many bytes at a time.
  void read_at_most(std::size_t bytes) { most_at_once_ = bytes; }

 private:
  enum class phase : std::uint8_t {
    reading,    ///< between requests, or inside one
    answering,  ///< a request waits for its answer
    writing,    ///< an answer did not fit into the socket's buffer at once
    draining,   ///< the last answer is sent; the peer may finish what it is sending
    closed,
  };

  void read();
  void on_read(const boost::system::error_code& error, std::size_t bytes);
  void on_peer_done();
  void take_up(instant now);
  void go_on();
  void tell_body(instant now);
  void pause();
  void refuse();
  void finish();
  void drain();
  void lose();

  socket socket_;
  handler& owner_;
  const clock& now_;
  request_parser parser_;
  phase phase_ = phase::reading;
  bool read_pending_ = false;
  bool taking_up_ = false;
  bool peer_done_ = false;
  instant first_byte_{};

  // Bytes received and not yet consumed: [begin_, end_). Room for the largest head and as much
  // again, so that the parser's limits are met before the buffer's.
  static constexpr std::size_t capacity = 2 * head_limit;
  std::unique_ptr<char[]> received_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t drained_ = 0;

  std::string unsent_head_;

  std::uint64_t told_ = 0;  // bytes of the body
  std::size_t most_at_once_ = capacity;
  span pause_{};
  std::optional<timer> timer_;  // made where it is needed
};

}  // namespace lambdaprof::net
