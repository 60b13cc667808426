// SPDX-License-Identifier: Apache-2.0
#include "conformance/subscriber.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "conformance/answers.hpp"
#include "host/clock.hpp"

namespace lambdaprof::conformance {

subscriber::subscriber() : door_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(door_.number(), where, size) == 0);
  REQUIRE(::listen(door_.number(), SOMAXCONN) == 0);
  REQUIRE(::getsockname(door_.number(), where, &size) == 0);
  port_ = ntohs(address.sin_port);
}

std::string subscriber::subscription(std::string_view types, std::string_view protocol) const {
  const std::string destination =
      protocol == "TCP" ? fmt::format(R"("port":{})", port_)
                        : fmt::format(R"("URI":"http://sandbox.localdomain:{}/in?a=b")", port_);
  return fmt::format(
      R"({{"schemaVersion":"2022-12-13","types":[{}],"buffering":{{"timeoutMs":25}},)"
      R"("destination":{{"protocol":"{}",{}}}}})",
      types, protocol, destination);
}

raw_client& subscriber::peer() {
  if (!peer_) {
    REQUIRE_MESSAGE(is_readable(door_.number(), patience), "nobody has connected");
    peer_ = std::make_unique<raw_client>(
        host::descriptor(::accept4(door_.number(), nullptr, nullptr, SOCK_CLOEXEC)));
  }
  return *peer_;
}

posted subscriber::take() {
  // A connection that was kept may have been given up for a new one.
  if (peer_ && !peer_->has_more_within(patience)) peer_.reset();
  return peer().read_post();
}

void subscriber::answer(int status) {
  peer().send(fmt::format("HTTP/1.1 {} Whatever\r\nContent-Length: 0\r\n\r\n", status));
}

std::vector<nlohmann::json> subscriber::batch() {
  const nlohmann::json events = parsed(take().body);
  REQUIRE(events.is_array());
  answer(200);
  return {events.begin(), events.end()};
}

std::vector<nlohmann::json> subscriber::until(std::string_view type) {
  std::vector<nlohmann::json> all;
  for (bool is_there = false; !is_there;)
    for (const nlohmann::json& event : batch()) {
      is_there = is_there || event.value("type", "") == type;
      all.push_back(event);
    }
  return all;
}

std::vector<nlohmann::json> subscriber::within(span time) {
  std::vector<nlohmann::json> all;
  const host::clock clock;
  while (clock.now() < instant(time)) {
    const span left = instant(time) - clock.now();
    if (!peer_ && !is_readable(door_.number(), left)) break;
    if (!peer().has_more_within(left)) break;
    for (nlohmann::json& event : batch()) all.push_back(std::move(event));
  }
  return all;
}

nlohmann::json subscriber::line() {
  return parsed(peer().read_text_line());
}

void subscriber::hang_up() {
  peer_.reset();
}

void subscriber::close() {
  peer_.reset();
  door_.close();
}

std::vector<std::string> types_of(const std::vector<nlohmann::json>& events) {
  std::vector<std::string> types;
  for (const nlohmann::json& event : events) types.push_back(event.value("type", ""));
  return types;
}

}  // namespace lambdaprof::conformance
