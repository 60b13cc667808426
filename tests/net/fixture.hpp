// SPDX-License-Identifier: Apache-2.0
// The two ends of the wire in one thread: a listener whose owner writes down what it is told, and a
// peer with a bare socket. Nothing here depends on how long something takes; a test that waits in
// vain fails.
#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "net/listener.hpp"

namespace lambdaprof {

/// What was told of one request; its contents are copied, since the request is reused.
struct told {
  std::string method, target, body;
  std::uint64_t body_bytes = 0;
  wire::body_state state = wire::body_state::complete;
  std::vector<std::pair<std::string, std::string>> headers, trailers;
  instant first, last;
};

struct owner : net::handler {
  span on_body(net::connection&, const wire::request& r, instant) override {
    bodies.push_back(r.body_bytes);
    return span{};
  }
  void on_request(net::connection& c, const wire::request& r, instant first,
                  instant last) override {
    told t{r.method, r.target, r.body, r.body_bytes, r.body_state, {}, {}, first, last};
    for (const auto& h : r.headers) t.headers.emplace_back(h.name, h.value);
    for (const auto& h : r.trailers) t.trailers.emplace_back(h.name, h.value);
    requests.push_back(std::move(t));
    if (answer) answer(c);
  }
  void on_malformed(net::connection&, std::uint16_t status, std::string_view) override {
    refused.push_back(status);
  }
  void on_closed(net::connection&) override { ++closed; }

  /// Says the target and the body size of the last request.
  void echo(net::connection& c) const {
    const std::string body =
        requests.back().target + " " + std::to_string(requests.back().body_bytes);
    c.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
            body);
  }

  std::function<void(net::connection&)> answer = [this](net::connection& c) { echo(c); };
  std::vector<std::uint64_t> bodies;  // bytes that had come before the last ones
  std::vector<told> requests;
  std::vector<std::uint16_t> refused;
  int closed = 0;
};

struct server {
  boost::asio::io_context loop{1};
  owner told_to;
  int clock_reads = 0;
  net::listener at = open();

  net::listener open() {
    auto opened =
        net::listener::open(loop, told_to, [this] { return instant(span(++clock_reads)); });
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }

  /// Runs until it holds.
  void until(const std::function<bool()>& holds) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
      REQUIRE(std::chrono::steady_clock::now() < limit);
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds(1));
    }
  }
  /// Everything that can be done without waiting.
  void settle() {
    loop.restart();
    while (loop.poll() > 0) {
    }
  }
};

class peer {
 public:
  explicit peer(server& s) : server_(s), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(s.at.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  /// For a connection that was accepted from us.
  peer(server& s, int accepted) : server_(s), socket_(accepted) {}
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;
  ~peer() { hang_up(); }

  /// Sends all of it, letting the server read meanwhile.
  void send(std::string_view bytes) {
    server_.until([&] {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (sent < 0) REQUIRE((errno == EAGAIN));
      return bytes.empty();
    });
  }
  /// Sends a little without giving the server a turn.
  void send_now(std::string_view bytes) {
    REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  void hang_up() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  /// All that came so far, after `bytes` have come.
  const std::string& receive(std::size_t bytes) {
    server_.until([&] { return pull() || received_.size() >= bytes; });
    return received_;
  }
  /// All that came, after the server has closed its end.
  const std::string& receive_all() {
    server_.until([&] { return pull(); });
    return received_;
  }
  /// One complete answer with a length, taken out of what was received.
  std::string answer() {
    std::size_t size = std::string::npos;
    server_.until([&] {
      pull();
      const auto end = received_.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      const auto length = received_.find("Content-Length: ");
      REQUIRE(length < end);
      size = end + 4 + std::stoul(received_.substr(length + 16));
      return received_.size() >= size;
    });
    std::string one = received_.substr(0, size);
    received_.erase(0, size);
    return one;
  }
  bool was_closed() {
    pull();
    return closed_;
  }

 private:
  bool pull() {
    char bytes[65536];
    for (;;) {
      const auto got = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
      if (got > 0) {
        received_.append(bytes, static_cast<std::size_t>(got));
        continue;
      }
      if (got == 0 || errno != EAGAIN) closed_ = true;
      return closed_;
    }
  }

  server& server_;
  int socket_;
  std::string received_;
  bool closed_ = false;
};

inline std::string post(const std::string& target, const std::string& body,
                        const std::string& fields = "") {
  return "POST " + target +
         " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         fields + "\r\n" + body;
}

inline std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

}  // namespace lambdaprof
