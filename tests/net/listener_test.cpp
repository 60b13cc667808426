// SPDX-License-Identifier: Apache-2.0
#include "net/listener.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <list>
#include <optional>

#include "net/subscriber.hpp"

using namespace lambdaprof;

TEST_CASE("each listener has a port of its own on the loopback interface") {
  server a;
  server b;
  CHECK(a.at.port() != 0);
  CHECK(a.at.port() != b.at.port());
}

TEST_CASE("no descriptor of ours is left open in a process that is started") {
  const auto before = open_descriptors();
  server s;
  peer p(s);
  p.send(get("/1"));
  p.answer();
  const auto now = open_descriptors();
  // At least the listener, the accepted connection and the peer.
  REQUIRE(now.size() >= before.size() + 3);
  for (const int fd : now) {
    if (std::ranges::count(before, fd) != 0) continue;
    CAPTURE(fd);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  }
}

TEST_CASE(
    "a killed process is forgotten with all it has sent, and the next one uses the same port") {
  server s;
  net::connection* parked = nullptr;
  s.told_to.answer = [&](net::connection& c) { parked = &c; };
  peer accepted(s);
  accepted.send(get("/old"));
  s.until([&] { return parked != nullptr; });
  peer not_yet_accepted(s);
  not_yet_accepted.send_now(get("/old"));
  s.at.close_all();
  CHECK(accepted.receive_all().empty());
  CHECK(not_yet_accepted.receive_all().empty());
  s.settle();
  CHECK(s.told_to.closed == 0);

  s.told_to.answer = [&](net::connection& c) { s.told_to.echo(c); };
  peer next(s);
  next.send(get("/new"));
  CHECK(next.answer().ends_with("/new 0"));
  CHECK(s.told_to.requests.size() == 2);
}

TEST_CASE("all connections may be closed while one of them is told something") {
  server s;
  s.told_to.answer = [&](net::connection&) { s.at.close_all(); };
  peer idle(s);
  peer p(s);
  p.send(get("/1") + get("/2"));
  CHECK(p.receive_all().empty());
  CHECK(idle.receive_all().empty());
  CHECK(s.told_to.requests.size() == 1);
}

TEST_CASE("a listener may go while one of its connections is told something") {
  boost::asio::io_context loop{1};
  owner told_to;
  std::optional<net::listener> at;
  {
    auto opened = net::listener::open(loop, told_to, [] { return instant{}; });
    REQUIRE(opened.has_value());
    at.emplace(std::move(*opened));
  }
  told_to.answer = [&](net::connection&) { at.reset(); };
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(at->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const std::string request = get("/1") + get("/2");
  REQUIRE(::send(socket, request.data(), request.size(), 0) ==
          static_cast<ssize_t>(request.size()));
  // Nothing is left to wait for once the listener is gone.
  loop.run();
  CHECK_FALSE(at.has_value());
  CHECK(told_to.requests.size() == 1);
  ::close(socket);
}

TEST_CASE(
    "more than 64 connections at once are not kept, and a place that gets free is given again") {
  server s;
  std::list<peer> peers;
  for (int i = 0; i < 64; ++i) peers.emplace_back(s);
  peer one_too_many(s);
  CHECK(one_too_many.receive_all().empty());
  for (peer& p : peers) CHECK_FALSE(p.was_closed());
  peers.front().hang_up();
  s.until([&] { return s.told_to.closed == 1; });
  peer next(s);
  next.send(get("/1"));
  CHECK(next.answer().ends_with("/1 0"));
}

TEST_CASE("a connection that finds no descriptor free is accepted once there is one") {
  server s;
  peer p(s);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto open = open_descriptors();
  const rlimit none_left{static_cast<rlim_t>(open.back()) + 1, before.rlim_max};
  std::vector<int> fillers;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none_left) == 0);
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) fillers.push_back(fd);
  s.settle();
  s.loop.restart();
  s.loop.run_for(std::chrono::milliseconds(50));  // it tries again meanwhile, in vain
  p.send(get("/1"));
  CHECK(s.told_to.requests.empty());
  for (const int fd : fillers) ::close(fd);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(p.answer().ends_with("/1 0"));
}
