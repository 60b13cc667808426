// SPDX-License-Identifier: Apache-2.0
// A process that listens itself, as a subscriber to telemetry does: a bare listening socket, whose
// connections are peers.
#pragma once

#include <fcntl.h>

#include <cstdint>
#include <optional>

#include "net/fixture.hpp"

namespace lambdaprof {

class subscriber {
 public:
  explicit subscriber(server& s)
      : server_(s), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  subscriber(const subscriber&) = delete;
  subscriber& operator=(const subscriber&) = delete;
  ~subscriber() { stop(); }

  std::uint16_t port() const { return port_; }
  /// The next connection, once it comes.
  peer accept() {
    int accepted = -1;
    server_.until([&] {
      accepted = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      return accepted >= 0;
    });
    return {server_, accepted};
  }
  /// Nobody listens any more.
  void stop() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  bool has_caller() {
    server_.settle();
    const int accepted = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted >= 0) ::close(accepted);
    return accepted >= 0;
  }

 private:
  server& server_;
  int socket_;
  std::uint16_t port_ = 0;
};

/// Which descriptors are open here.
inline std::vector<int> open_descriptors() {
  std::vector<int> open;
  for (int fd = 0; fd < 1024; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) open.push_back(fd);
  return open;
}

constexpr span long_enough = std::chrono::minutes(5);
constexpr span soon = std::chrono::milliseconds(30);

}  // namespace lambdaprof
