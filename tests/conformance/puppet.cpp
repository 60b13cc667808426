// SPDX-License-Identifier: Apache-2.0
#include "conformance/puppet.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "conformance/raw_client.hpp"
#include "host/proc.hpp"

namespace lambdaprof::conformance {
namespace {

bool is_readable(const host::descriptor& d) {
  pollfd one{d.number(), POLLIN, 0};
  constexpr auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience);
  return ::poll(&one, 1, static_cast<int>(limit.count())) > 0;
}

/// One message; empty at the end.
std::string receive(const host::descriptor& from) {
  std::vector<char> buffer(std::size_t{256} * 1024);
  if (!is_readable(from)) FAIL("the puppet says nothing");
  const ssize_t size = ::recv(from.number(), buffer.data(), buffer.size(), 0);
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

}  // namespace

puppet::puppet(host::descriptor strings, const std::string& introduction)
    : strings_(std::move(strings)) {
  std::string address;
  std::istringstream(introduction) >> name_ >> pid_ >> address;
  port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

void puppet::order(std::string_view command) {
  REQUIRE(::send(strings_.number(), command.data(), command.size(), MSG_NOSIGNAL) >= 0);
}

std::string puppet::ask(std::string_view command) {
  order(command);
  return hear();
}

std::string puppet::hear() {
  std::string said = receive(strings_);
  REQUIRE_MESSAGE(!said.empty(), "the puppet has ended");
  return said;
}

bool puppet::ends() {
  return is_readable(strings_) && receive(strings_).empty();
}

puppet_theatre::puppet_theatre()
    : name_(fmt::format("lambdaprof-puppets-{}-{}", ::getpid(), static_cast<void*>(this))),
      door_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(name_.begin(), name_.end(), address.sun_path + 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name_.size());
  REQUIRE(::bind(door_.number(), reinterpret_cast<const sockaddr*>(&address), length) == 0);
  REQUIRE(::listen(door_.number(), SOMAXCONN) == 0);
}

std::unique_ptr<puppet> puppet_theatre::next() {
  if (!is_readable(door_)) FAIL("no process has come");
  host::descriptor strings(::accept4(door_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  const std::string introduction = receive(strings);
  REQUIRE(!introduction.empty());
  return std::make_unique<puppet>(std::move(strings), introduction);
}

bool is_dead(int pid) {
  constexpr auto pause = std::chrono::milliseconds(1);
  for (span waited{}; waited < patience; waited += pause) {
    const char state = host::state_of(pid);
    if (state == '\0' || state == 'Z' || state == 'X') return true;
    std::this_thread::sleep_for(pause);
  }
  return false;
}

}  // namespace lambdaprof::conformance
