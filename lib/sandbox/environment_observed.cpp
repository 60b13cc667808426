// SPDX-License-Identifier: Apache-2.0
// What an observer is shown of an environment, and the end that it may ask for.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>
#include <tuple>

#include "host/proc.hpp"
#include "host/strays.hpp"
#include "sandbox/environment.hpp"

namespace lambdaprof::sandbox {
namespace {

/// A frozen group stands still a moment after it was asked to; what does not by then is looked at
/// as it runs.
constexpr auto patience = std::chrono::milliseconds(5);
constexpr auto pause = std::chrono::microseconds(50);

void add_descendants(std::vector<int>& pids) {
  for (std::size_t i = 0; i < pids.size(); ++i)
    for (const int child : host::children_of(pids[i]))
      if (std::find(pids.begin(), pids.end(), child) == pids.end()) pids.push_back(child);
}

}  // namespace

/// Extensions may have children of their own, which cannot be told from the function's where those
/// have lost their parent.
std::vector<int> environment::family() const {
  std::vector<int> all{runtime_->child().pid()};
  if (group_) {
    for (const int pid : group_->processes())
      if (pid != all.front()) all.push_back(pid);
  } else {
    add_descendants(all);
    for (const int pid : host::strays_of_port(listener_->port(), site_.known_processes()))
      all.push_back(pid);
    add_descendants(all);
  }
  for (const auto& x : extensions_)
    if (x) std::erase(all, x->child().pid());
  std::erase_if(all, [](int pid) {
    const char state = host::state_of(pid);
    return state == '\0' || state == 'Z' || state == 'X';
  });
  return all;
}

void environment::show(moment m) {
  if (!site_.watcher.look || !runtime_) return;
  const auto stands_still = [&] {
    return group_ && site_.provisions.held().freezes_by_group
               ? group_->is_frozen()
               : host::state_of(runtime_->child().pid()) == 'T';
  };
  if (m == moment::at_rest)
    for (const auto until = std::chrono::steady_clock::now() + patience;
         !stands_still() && std::chrono::steady_clock::now() < until;)
      std::this_thread::sleep_for(pause);
  site_.watcher.look(
      {self_, m, runtime_->child().pid(), family(), view_ ? view_->own_tmp() : std::string()});
}

bool environment::ask_to_end() {
  if (!runtime_ || last_patience_ || !site_.watcher.is_asked_to_end ||
      !site_.watcher.is_asked_to_end(self_))
    return false;
  // What is frozen gets no signal.
  if (group_ && site_.provisions.held().freezes_by_group)
    std::ignore = group_->thaw();
  else
    signal_all(SIGCONT);
  runtime_->child().kill_group(SIGTERM);
  last_patience_ = std::make_unique<boost::asio::steady_timer>(site_.loop, time_to_end);
  last_patience_->async_wait([this](const boost::system::error_code& error) {
    if (!error) kill();
  });
  return true;
}

}  // namespace lambdaprof::sandbox
