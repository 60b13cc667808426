// SPDX-License-Identifier: Apache-2.0
#include "host/child.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

using boost::asio::posix::stream_descriptor;

/// A frozen process does not die before it is thawed; nobody waits for that for ever.
constexpr int longest_death_ms = 2000;

/// The kernel counts resident pages per CPU and adds them up only now and then.
constexpr std::int64_t peak_error_bytes = std::int64_t{1} << 20;

span span_of(const timeval& t) {
  return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
}

exit_report report_of(int status, const rusage& used) {
  exit_report report;
  if (WIFEXITED(status)) report.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) {
    report.signal = WTERMSIG(status);
    report.core_dumped = WCOREDUMP(status);
  }
  report.usage = {span_of(used.ru_utime), span_of(used.ru_stime), used.ru_maxrss * 1024,
                  used.ru_minflt,         used.ru_majflt,         used.ru_nvcsw,
                  used.ru_nivcsw};
  return report;
}

}  // namespace

struct child::process : std::enable_shared_from_this<child::process> {
  process(boost::asio::io_context& loop, launched l)
      : pid(l.pid), inherited_peak(l.inherited_peak_bytes), pidfd(loop, l.pidfd.release()) {}

  void await() {
    pidfd.async_wait(stream_descriptor::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       if (error || !self->is_alive) return;
                       // Whoever is left in its group goes with it. Until it is reaped the number
                       // of the group cannot be anybody else's.
                       ::kill(-self->pid, SIGKILL);
                       if (!self->reap()) return self->await();
                       if (const auto callback = std::exchange(self->on_exit, {}))
                         callback(self->report);
                     });
  }

  /// False if it has not ended yet.
  bool reap() {
    int status = 0;
    rusage used{};
    int reaped = -1;
    while ((reaped = ::wait4(pid, &status, WNOHANG, &used)) < 0 && errno == EINTR) {
    }
    if (reaped == 0) return false;
    is_alive = false;
    boost::system::error_code ignored;
    pidfd.close(ignored);
    if (reaped < 0) return true;  // somebody else reaped it: nothing is known
    report = report_of(status, used);
    const bool is_its_own = report.usage.peak_bytes > inherited_peak + peak_error_bytes;
    report.usage.peak_bytes = std::max(sampled_peak, is_its_own ? report.usage.peak_bytes : -1);
    return true;
  }

  bool kill_group(int signal) {
    // Once it is reaped, its number may be somebody else's.
    if (!is_alive) return false;
    if (signal == SIGKILL || signal == SIGTERM) sample_peak();  // it may be gone afterwards
    const bool is_group = ::kill(-pid, signal) == 0;
    // By its own number only if it has moved to another group: a handler would run twice.
    if (is_group && ::getpgid(pid) == pid) return true;
    return ::kill(pid, signal) == 0 || is_group;
  }

  void sample_peak() { sampled_peak = std::max(sampled_peak, peak_bytes_of(pid)); }

  int pid;
  std::int64_t inherited_peak;
  std::int64_t sampled_peak = -1;
  stream_descriptor pidfd;
  bool is_alive = true;
  exit_report report;
  std::function<void(const exit_report&)> on_exit;
};

child::child(boost::asio::io_context& loop, launched l)
    : process_(std::make_shared<process>(loop, std::move(l))) {
  process_->await();
}

child::~child() {
  if (!process_) return;
  process_->on_exit = {};
  if (!process_->kill_group(SIGKILL)) return;
  pollfd end{process_->pidfd.native_handle(), POLLIN, 0};
  while (::poll(&end, 1, longest_death_ms) < 0 && errno == EINTR) {
  }
  process_->reap();
}

int child::pid() const {
  return process_->pid;
}

bool child::is_alive() const {
  return process_->is_alive;
}

void child::on_exit(std::function<void(const exit_report&)> callback) {
  process_->on_exit = std::move(callback);
}

bool child::kill_group(int signal) {
  return process_->kill_group(signal);
}

span child::cpu_time() const {
  clockid_t cpu_clock{};
  timespec used{};
  if (process_->is_alive && ::clock_getcpuclockid(process_->pid, &cpu_clock) == 0 &&
      ::clock_gettime(cpu_clock, &used) == 0)
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  return process_->report.usage.user + process_->report.usage.system;
}

std::int64_t child::peak_bytes() {
  if (!process_->is_alive) return process_->report.usage.peak_bytes;
  process_->sample_peak();
  return process_->sampled_peak;
}

}  // namespace lambdaprof::host
