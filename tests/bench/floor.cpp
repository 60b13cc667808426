// SPDX-License-Identifier: Apache-2.0
#include "floor.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace lambdaprof::bench {
namespace {

using clock = std::chrono::steady_clock;

double ms_since(clock::time_point from) {
  return std::chrono::duration<double, std::milli>(clock::now() - from).count();
}

void must(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

/// One request of the function; the connection is kept alive.
void read_request(int fd) {
  char buffer[4096];
  std::size_t have = 0;
  for (;;) {
    const ssize_t got = ::read(fd, buffer + have, sizeof buffer - 1 - have);
    must(got > 0, "the function closed its connection");
    have += static_cast<std::size_t>(got);
    buffer[have] = '\0';
    const char* end = std::strstr(buffer, "\r\n\r\n");
    if (end == nullptr) continue;
    std::size_t length = 0;
    if (const char* header = ::strcasestr(buffer, "content-length:"))
      length = std::strtoul(header + 15, nullptr, 10);
    if (have >= static_cast<std::size_t>(end + 4 - buffer) + length) return;
  }
}

void write_all(int fd, const std::string& text) {
  must(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "short write");
}

}  // namespace

floor_times run_floor(const std::string& binary, std::size_t events,
                      const std::vector<std::string>& variables) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  must(::listen(listener, 16) == 0, "listen");
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);

  std::string api = "AWS_LAMBDA_RUNTIME_API=127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  std::vector<std::string> kept = variables;
  kept.push_back(api);
  std::vector<char*> block;
  for (std::string& v : kept) block.push_back(v.data());
  block.push_back(nullptr);
  std::string name = binary;
  char* const argv[] = {name.data(), nullptr};

  floor_times times;
  const auto began = clock::now();
  pid_t pid = 0;
  must(::posix_spawn(&pid, name.c_str(), nullptr, nullptr, argv, block.data()) == 0, "posix_spawn");
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  read_request(fd);
  times.spawn_ms = ms_since(began);

  const std::string event =
      "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
      "Lambda-Runtime-Deadline-Ms: 1542409706888\r\nContent-Type: application/json\r\n"
      "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:012345678912:function:f\r\n"
      "Content-Length: 2\r\n\r\n{}";
  const std::string accepted =
      "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
      "{\"status\":\"OK\"}\n";
  for (std::size_t i = 0; i < events; ++i) {
    const auto sent = clock::now();
    write_all(fd, event);
    read_request(fd);
    times.warm_ms.push_back(ms_since(sent));
    write_all(fd, accepted);
    read_request(fd);
    times.cycle_ms.push_back(ms_since(sent));
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(fd);
  ::close(listener);
  return times;
}

}  // namespace lambdaprof::bench
