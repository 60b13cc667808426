// SPDX-License-Identifier: Apache-2.0
// A running process of ours until it has been reaped: its end, what it used, signals to its group.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/time.hpp"
#include "host/launcher.hpp"

namespace boost::asio {
class io_context;
}

namespace lambdaprof::host {

/// What the kernel counted for a process and the children it has waited for.
struct process_usage {
  span user{};
  span system{};
  std::int64_t peak_bytes = -1;  ///< -1: unknown, see `child::peak_bytes`
  std::int64_t minor_faults = 0;
  std::int64_t major_faults = 0;
  std::int64_t voluntary_switches = 0;
  std::int64_t involuntary_switches = 0;
};

struct exit_report {
  int status = -1;  ///< the exit status, -1 if it was killed
  int signal = 0;   ///< the signal that killed it, 0 if it exited or if nothing is known
  bool core_dumped = false;
  process_usage usage;
};

class child {
 public:
  child(boost::asio::io_context& loop, launched process);
  child(child&&) noexcept = default;
  child& operator=(child&&) = delete;
  /// Kills the group and reaps the process if that has not happened yet.
  ~child();

  int pid() const;
  /// False from the moment the process has been reaped, just before `on_exit`'s callback.
  bool is_alive() const;

  /// Calls back once, from the loop, when the process has ended and been reaped. The callback may
  /// destroy the child; after its destruction nothing is called.
  void on_exit(std::function<void(const exit_report&)> callback);

  /// Sends a signal to the process and all of its group; false once the process has been reaped,
  /// for who is left of the group then is a stray. Before a SIGKILL the peak memory is sampled:
  /// afterwards it is too late.
  bool kill_group(int signal);

  /// CPU time used by all threads so far; after the end, what the exit report says.
  span cpu_time() const;

  /// The most memory resident at once so far, in bytes; -1 if it is not known. What has been asked
  /// for while the process lived is in the exit report too: the kernel's own figure (ru_maxrss)
  /// begins at *our* peak, so that of a small process is lost unless it was sampled.
  std::int64_t peak_bytes();

 private:
  struct process;
  std::shared_ptr<process> process_;
};

}  // namespace lambdaprof::host
