// SPDX-License-Identifier: Apache-2.0
#include "host/strays.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <thread>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

constexpr auto pause_between_searches = std::chrono::microseconds(200);

std::vector<int> children_outside(std::span<const int> known) {
  std::vector<int> children = children_of(::getpid());
  std::erase_if(children,
                [&](int pid) { return std::find(known.begin(), known.end(), pid) != known.end(); });
  return children;
}

/// True if there is no such process any more, not even an ended one that we could reap.
bool is_gone(int pid) {
  int reaped = -1;
  while ((reaped = ::waitpid(pid, nullptr, WNOHANG)) < 0 && errno == EINTR) {
  }
  return reaped == pid || (reaped < 0 && ::kill(pid, 0) != 0 && errno == ESRCH);
}

bool has_variable(std::string_view block, std::string_view variable) {
  while (!block.empty()) {
    const std::string_view entry = block.substr(0, block.find('\0'));
    if (entry == variable) return true;
    block.remove_prefix(std::min(entry.size() + 1, block.size()));
  }
  return false;
}

void add_descendants(std::vector<int>& pids) {
  for (std::size_t i = 0; i < pids.size(); ++i)
    for (const int child : children_of(pids[i]))
      if (std::find(pids.begin(), pids.end(), child) == pids.end()) pids.push_back(child);
}

bool stands_still(int pid) {
  const char state = state_of(pid);
  return state == '\0' || state == 'T' || state == 't' || state == 'Z' || state == 'X';
}

/// Stops them and all that descend from them. One that runs could have another child between the
/// look and the kill, and that of a dead parent cannot be told from other children of ours.
void stop_family(std::vector<int>& pids, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    for (const int pid : pids) ::kill(pid, SIGSTOP);
    const bool is_still = std::all_of(pids.begin(), pids.end(), stands_still);
    const std::size_t before = pids.size();
    add_descendants(pids);
    if ((is_still && pids.size() == before) || std::chrono::steady_clock::now() > deadline) return;
    std::this_thread::sleep_for(pause_between_searches);
  }
}

}  // namespace

std::vector<int> strays(std::span<const int> known) {
  std::vector<int> found = children_outside(known);
  std::erase_if(found, is_gone);
  return found;
}

std::vector<int> strays_of_port(std::uint16_t port, std::span<const int> known) {
  const std::string variable = fmt::format("AWS_LAMBDA_RUNTIME_API=127.0.0.1:{}", port);
  std::vector<int> found = strays(known);
  std::erase_if(found, [&](int pid) {
    return !has_variable(read_text(fmt::format("/proc/{}/environ", pid)), variable);
  });
  return found;
}

bool kill_and_reap(std::vector<int> pids, span limit) {
  const auto start = std::chrono::steady_clock::now();
  stop_family(pids, start + limit / 4);
  for (;;) {
    for (const int pid : pids) ::kill(pid, SIGKILL);
    std::erase_if(pids, is_gone);
    if (pids.empty()) return true;
    if (std::chrono::steady_clock::now() > start + limit) return false;
    std::this_thread::sleep_for(pause_between_searches);
  }
}

}  // namespace lambdaprof::host
