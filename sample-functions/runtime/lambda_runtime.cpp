// SPDX-License-Identifier: Apache-2.0
// Just enough HTTP/1.1 for the Runtime API: requests with a length, replies with a length or in
// chunks.
#include "runtime/lambda_runtime.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "runtime/work.hpp"

namespace sample {
namespace {

constexpr std::string_view line_end = "\r\n";

bool same_letters(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string field(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const auto end = head.find(line_end);
    const auto line = head.substr(0, end);
    head.remove_prefix(std::min(head.size(), line.size() + line_end.size()));
    const auto colon = line.find(':');
    if (colon == line.npos || !same_letters(line.substr(0, colon), name)) continue;
    const auto first = line.find_first_not_of(" \t", colon + 1);
    if (first == line.npos) return {};
    return std::string(line.substr(first, line.find_last_not_of(" \t") - first + 1));
  }
  return {};
}

std::size_t number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end == text.data())
    die("bad number in a reply: " + std::string(text));
  return value;
}

std::string error_json(std::string_view type, std::string_view message) {
  std::string json = R"({"errorMessage":")";
  json.append(message).append(R"(","errorType":")").append(type).append(R"(","stackTrace":[]})");
  return json;
}

std::string error_field(std::string_view type) {
  return std::string("Lambda-Runtime-Function-Error-Type: ").append(type).append(line_end);
}

std::string echo_field(const invocation& current) {
  if (current.attempt.empty()) return {};
  return "Lambda-Runtime-Invocation-Id: " + current.attempt + std::string(line_end);
}

std::string invocation_path(const invocation& current, std::string_view what) {
  return std::string("/invocation/").append(current.id).append(what);
}

}  // namespace

void die(std::string_view message) {
  const std::string line = std::string("sample function: ").append(message).append("\n");
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) std::_Exit(2);
  std::_Exit(1);
}

lambda_runtime::lambda_runtime() : host_(setting("AWS_LAMBDA_RUNTIME_API", "")) {
  if (host_.empty()) die("AWS_LAMBDA_RUNTIME_API is not set; run me under a Lambda emulator");
}

invocation lambda_runtime::next() {
  ask_next();
  return take_next();
}

invocation lambda_runtime::take_next() {
  reply event = read_reply();
  if (event.status != 200) die("next answered " + std::to_string(event.status) + ": " + event.body);
  invocation current{.id = field(event.head, "Lambda-Runtime-Aws-Request-Id"),
                     .attempt = field(event.head, "Lambda-Runtime-Invocation-Id"),
                     .event = std::move(event.body)};
  if (current.id.empty()) die("next answered without Lambda-Runtime-Aws-Request-Id");
  return current;
}

void lambda_runtime::respond(const invocation& current, std::string_view json) {
  post_accepted(invocation_path(current, "/response"), json, echo_field(current));
}

void lambda_runtime::fail(const invocation& current, std::string_view type,
                          std::string_view message) {
  post_accepted(invocation_path(current, "/error"), error_json(type, message),
                error_field(type) + echo_field(current));
}

void lambda_runtime::init_error(std::string_view type, std::string_view message) {
  post_accepted("/init/error", error_json(type, message), error_field(type));
}

int lambda_runtime::post(std::string_view path, std::string_view body, std::string_view fields) {
  std::string request = std::string("POST /2018-06-01/runtime").append(path);
  request.append(" HTTP/1.1\r\nHost: ").append(host_);
  request.append("\r\nContent-Type: application/json\r\nContent-Length: ");
  request.append(std::to_string(body.size())).append(line_end).append(fields).append(line_end);
  // One send for head and body, else Nagle's algorithm could hold the body back.
  send_raw(request.append(body));
  return read_reply().status;
}

void lambda_runtime::ask_next() {
  send_raw("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: " + host_ + "\r\n\r\n");
}

void lambda_runtime::send_raw(std::string_view bytes) {
  if (socket_ < 0) connect();
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) die(std::string("send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void lambda_runtime::await_close() {
  while (fill()) received_.clear();
  hang_up();
}

void lambda_runtime::hang_up() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  received_.clear();
}

void lambda_runtime::post_accepted(std::string_view path, std::string_view body,
                                   std::string_view fields) {
  const int status = post(path, body, fields);
  if (status != 202) die(std::string("POST ").append(path) + " answered " + std::to_string(status));
}

lambda_runtime::reply lambda_runtime::read_reply() {
  reply result;
  const std::string first = take_line();
  if (!first.starts_with("HTTP/1.") || first.size() < 12) die("not an HTTP reply: " + first);
  result.status = static_cast<int>(number(std::string_view(first).substr(9, 3), 10));
  for (std::string line = take_line(); !line.empty(); line = take_line()) {
    result.head.append(line).append(line_end);
  }
  if (const std::string length = field(result.head, "Content-Length"); !length.empty()) {
    result.body = take(number(length, 10));
  } else if (same_letters(field(result.head, "Transfer-Encoding"), "chunked")) {
    result.body = read_chunks();
  }
  if (same_letters(field(result.head, "Connection"), "close")) hang_up();
  return result;
}

std::string lambda_runtime::read_chunks() {
  std::string body;
  while (const std::size_t size = number(take_line(), 16)) {
    body += take(size);
    take_line();
  }
  while (!take_line().empty()) continue;  // trailers
  return body;
}

std::string lambda_runtime::take(std::size_t count) {
  while (received_.size() < count) {
    if (!fill()) die("the server closed the connection in the middle of a body");
  }
  std::string bytes = received_.substr(0, count);
  received_.erase(0, count);
  return bytes;
}

std::string lambda_runtime::take_line() {
  auto end = received_.find(line_end);
  while (end == received_.npos) {
    if (!fill()) die("the server closed the connection");
    end = received_.find(line_end);
  }
  std::string line = take(end + line_end.size());
  line.resize(end);
  return line;
}

bool lambda_runtime::fill() {
  std::array<char, 16384> block{};
  while (true) {
    const auto count = ::recv(socket_, block.data(), block.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != ECONNRESET) die(std::string("recv: ") + std::strerror(errno));
    if (count <= 0) return false;
    received_.append(block.data(), static_cast<std::size_t>(count));
    return true;
  }
}

void lambda_runtime::connect() {
  const auto colon = host_.rfind(':');
  const std::string name = host_.substr(0, colon);
  std::uint16_t port = 0;
  const char* end = host_.data() + host_.size();
  const char* digits = colon == host_.npos ? end : host_.data() + colon + 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  // No getaddrinfo: in a static binary it would load shared objects at run time.
  const char* numeric = name == "localhost" ? "127.0.0.1" : name.c_str();
  if (std::from_chars(digits, end, port).ptr != end || port == 0 ||
      ::inet_pton(AF_INET, numeric, &address.sin_addr) != 1) {
    die("AWS_LAMBDA_RUNTIME_API is not an IPv4 address and a port: " + host_);
  }
  address.sin_port = htons(port);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) die(std::string("socket: ") + std::strerror(errno));
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    die("cannot connect to " + host_ + ": " + std::strerror(errno));
  }
}

}  // namespace sample
