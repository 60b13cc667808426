// SPDX-License-Identifier: Apache-2.0
#include "conformance/raw_client.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace lambdaprof::conformance {
namespace {

int in_milliseconds(span time) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

using header_list = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string> find(const header_list& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0)
      return value;
  return std::nullopt;
}

}  // namespace

bool is_readable(int descriptor, span within) {
  pollfd one{descriptor, POLLIN, 0};
  return ::poll(&one, 1, in_milliseconds(within)) > 0;
}

std::optional<std::string> reply::header(std::string_view name) const {
  return find(headers, name);
}

std::optional<std::string> posted::header(std::string_view name) const {
  return find(headers, name);
}

raw_client::raw_client(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address),
                    sizeof address) == 0);
}

void raw_client::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool raw_client::fill() {
  if (!is_readable(socket_.number(), patience))
    FAIL("no answer after " << received_.size() << " bytes");
  std::array<char, 65536> buffer{};
  const ssize_t size = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
  if (size > 0) received_.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

std::string raw_client::take(std::size_t bytes) {
  while (received_.size() < bytes)
    if (!fill()) FAIL("the server ended the connection inside an answer: " << received_);
  std::string taken = received_.substr(0, bytes);
  received_.erase(0, bytes);
  return taken;
}

std::string raw_client::take_line(std::string_view end) {
  std::size_t length = std::string::npos;
  while ((length = received_.find(end)) == std::string::npos)
    if (!fill()) FAIL("the server ended the connection without an answer: " << received_);
  std::string line = take(length);
  take(end.size());
  return line;
}

header_list raw_client::take_headers() {
  header_list headers;
  for (std::string line = take_line(); !line.empty(); line = take_line()) {
    const std::size_t colon = line.find(": ");
    REQUIRE_MESSAGE(colon != std::string::npos, line);
    headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return headers;
}

posted raw_client::read_post() {
  posted p;
  p.first_line = take_line();
  p.headers = take_headers();
  p.body = take(std::stoul(p.header("Content-Length").value_or("0")));
  return p;
}

bool raw_client::has_more_within(span time) {
  return !received_.empty() || (is_readable(socket_.number(), time) && fill());
}

reply raw_client::read() {
  reply r;
  const std::string status = take_line();
  REQUIRE_MESSAGE(status.substr(0, 9) == "HTTP/1.1 ", status);
  r.status = std::atoi(status.c_str() + 9);
  r.headers = take_headers();
  const auto length = r.header("Content-Length");
  REQUIRE_MESSAGE(length.has_value(), "an answer without a length");
  r.body = take(std::stoul(length.value_or("0")));
  return r;
}

reply raw_client::call(std::string_view bytes) {
  send(bytes);
  return read();
}

bool raw_client::is_silent_for(span time) {
  return received_.empty() && !is_readable(socket_.number(), time);
}

bool raw_client::is_ended_by_server() {
  if (!received_.empty() || !is_readable(socket_.number(), patience)) return false;
  return !fill();
}

void raw_client::end_sending() const {
  ::shutdown(socket_.number(), SHUT_WR);
}

}  // namespace lambdaprof::conformance
