// SPDX-License-Identifier: Apache-2.0
// Does nothing by itself: connects to the abstract Unix socket that PUPPET_STRINGS names, says who
// it is, and does what it is told, one command in each message, answered by one message. A test can
// so speak for a process, be it a function or an extension.
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

int strings = -1;
int argument_count = 0;

[[noreturn]] void die(std::string_view message) {
  const std::string line = std::string("puppet: ").append(message).append("\n");
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) std::_Exit(2);
  std::_Exit(1);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

void say(std::string_view text) {
  if (::send(strings, text.data(), text.size(), MSG_NOSIGNAL) < 0) std::_Exit(0);
}

void connect_strings(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.empty() || name.size() + 1 > sizeof address.sun_path)
    die("PUPPET_STRINGS has to name an abstract socket");
  std::copy(name.begin(), name.end(), address.sun_path + 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  strings = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (::connect(strings, reinterpret_cast<const sockaddr*>(&address), length) != 0)
    die("nobody listens at PUPPET_STRINGS");
}

void print(int to, std::string_view text) {
  const std::string line = std::string(text).append("\n");
  if (::write(to, line.data(), line.size()) < 0) die("cannot print");
  say("done");
}

/// So many bytes, in lines.
void flood(std::size_t bytes) {
  std::string block;
  while (block.size() < 64 * 1024) block += "flood flood flood flood flood flood flood flood\n";
  for (std::size_t sent = 0; sent < bytes; sent += block.size())
    if (::write(STDOUT_FILENO, block.data(), block.size()) < 0) die("cannot print");
  say("done");
}

void list_variables() {
  std::string all;
  for (char** entry = ::environ; *entry != nullptr; ++entry) all.append(*entry).append("\n");
  say(all);
}

void tell_directory() {
  std::array<char, 4096> path{};
  say(::getcwd(path.data(), path.size()) == nullptr ? "none" : path.data());
}

/// A child that does nothing for ever.
void fork_child() {
  const pid_t child = ::fork();
  if (child < 0) die("fork failed");
  if (child == 0) {
    ::close(strings);
    while (true) ::pause();
  }
  say(std::to_string(child));
}

void raise_signal(int number) {
  const rlimit no_core{};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::raise(number);
}

extern "C" void report_sigterm(int) {
  constexpr std::string_view text = "sigterm";
  ::send(strings, text.data(), text.size(), MSG_NOSIGNAL);
}

void on_sigterm(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, nullptr);
  say("done");
}

void write_file(std::string_view path_and_text) {
  const std::size_t space = path_and_text.find(' ');
  if (space == std::string_view::npos) die("write PATH TEXT");
  std::ofstream(std::string(path_and_text.substr(0, space))) << path_and_text.substr(space + 1);
  say("done");
}

void read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  say(file ? std::string(std::istreambuf_iterator<char>(file), {}) : "none");
}

void obey(const std::string& command) {
  const std::size_t space = std::min(command.find(' '), command.size());
  const std::string verb = command.substr(0, space);
  const std::string rest = command.substr(std::min(space + 1, command.size()));
  if (verb == "exit") std::_Exit(std::atoi(rest.c_str()));
  if (verb == "raise") return raise_signal(std::atoi(rest.c_str()));
  if (verb == "out") return print(STDOUT_FILENO, rest);
  if (verb == "err") return print(STDERR_FILENO, rest);
  if (verb == "flood") return flood(std::stoul(rest));
  if (verb == "variables") return list_variables();
  if (verb == "directory") return tell_directory();
  if (verb == "arguments") return say(std::to_string(argument_count));
  if (verb == "fork") return fork_child();
  if (verb == "ignore-sigterm") return on_sigterm(SIG_IGN);
  if (verb == "report-sigterm") return on_sigterm(report_sigterm);
  if (verb == "write") return write_file(rest);
  if (verb == "read") return read_file(rest);
  die("does not know how to " + verb);
}

}  // namespace

int main(int argc, char** argv) {
  argument_count = argc;
  const std::string path = argv[0];
  connect_strings(variable("PUPPET_STRINGS"));
  say(path.substr(path.rfind('/') + 1) + " " + std::to_string(::getpid()) + " " +
      variable("AWS_LAMBDA_RUNTIME_API"));
  std::vector<char> buffer(64 * 1024);
  while (true) {
    const ssize_t size = ::recv(strings, buffer.data(), buffer.size(), 0);
    if (size <= 0) return 0;  // whoever held the strings is gone
    obey(std::string(buffer.data(), static_cast<std::size_t>(size)));
  }
}
