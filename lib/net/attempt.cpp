// SPDX-License-Identifier: Apache-2.0
#include "net/attempt.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace lambdaprof::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Asio's own open would leave the descriptor to every process that is started meanwhile.
error_code open(attempt::socket& s) {
  error_code error;
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) {
    error.assign(errno, boost::system::system_category());
    return error;
  }
  s.assign(tcp::v4(), descriptor, error);
  if (!error) s.non_blocking(true, error);
  if (!error) s.set_option(tcp::no_delay(true), error);
  return error;
}

/// Where nobody listens, the system may choose that very port for our end, and connect us to
/// ourselves.
bool is_connected_to_itself(const attempt::socket& s) {
  error_code ignored;
  return s.local_endpoint(ignored) == s.remote_endpoint(ignored);
}

}  // namespace

attempt::found attempt::look(socket& s) {
  std::array<char, 4096> bytes{};
  error_code error;
  const std::size_t got = s.read_some(asio::buffer(bytes), error);
  if (got > 0) return found::bytes;
  return error == asio::error::would_block ? found::nothing : found::end;
}

attempt::attempt(asio::io_context& loop, std::uint16_t port, socket kept)
    : socket_(std::move(kept)), port_(port), limit_(loop), is_kept_(socket_.is_open()) {}

void attempt::start(span limit) {
  limit_.expires_after(limit);
  limit_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (!stopped && !self->is_over_) self->on_late();
  });
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->is_over_) return;
    if (self->is_kept_) return self->on_connected();
    self->connect();
  });
}

void attempt::connect() {
  if (const error_code error = open(socket_)) return broke(error);
  socket_.async_connect({asio::ip::address_v4::loopback(), port_},
                        [self = shared_from_this()](const error_code& error) {
                          if (self->is_over_) return;
                          if (error) return self->broke(error);
                          if (is_connected_to_itself(self->socket_))
                            return self->broke(asio::error::connection_refused);
                          self->on_connected();
                        });
}

void attempt::broke(const error_code& error, answer so_far) {
  error_code ignored;
  socket_.close(ignored);
  if (std::exchange(is_kept_, false) && so_far == answer::none) return connect();
  on_failed(failure(error == asio::error::eof ? "it closed the connection" : error.message()));
}

void attempt::end() {
  is_over_ = true;
  limit_.cancel();
}

void attempt::abandon() {
  end();
  error_code ignored;
  socket_.close(ignored);
}

fault attempt::failure(std::string_view what) const {
  return {fault_kind::host, std::string(what), fmt::format("127.0.0.1:{}", port_), ""};
}

}  // namespace lambdaprof::net
