// SPDX-License-Identifier: Apache-2.0
// A launcher for Boost.Process v2 in place of its default one, which in 1.81 leaks descriptors,
// leaves zombies and costs more the more memory we hold: fork copies page tables, vfork does not.
#include "host/launcher.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/detail/throw_error.hpp>  // which Boost.Process forgets
#include <boost/process/v2/default_launcher.hpp>
#include <boost/process/v2/start_dir.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>

#include "base/result.hpp"
#include "host/proc.hpp"
#include "host/vfork_into.hpp"

namespace lambdaprof::host {
namespace {

namespace bp = boost::process::v2;
namespace hooks = bp::posix::detail;
using bp::error_code;
using bp::filesystem::path;

constexpr rlim_t descriptors_in_lambda = 1024;

error_code last_error() {
  return {errno, bp::system_category()};
}

// The initializers. `on_exec_setup` runs in the child of vfork, so it makes system calls and
// nothing else.

struct environment_block {
  static constexpr const char* step = "environment";
  std::vector<const char*> variables;

  explicit environment_block(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) variables.push_back(text.c_str());
    variables.push_back(nullptr);
  }
  error_code on_setup(bp::posix::default_launcher& launcher, const path&, const char* const*) {
    launcher.env = variables.data();
    return {};
  }
};

struct stdio : bp::process_stdio {
  static constexpr const char* step = "stdio";
};

struct start_dir : bp::process_start_dir {
  static constexpr const char* step = "chdir";
  using bp::process_start_dir::process_start_dir;
};

struct own_group {
  static constexpr const char* step = "process group";
  pid_t parent = ::getpid();

  error_code on_exec_setup(bp::posix::default_launcher&, const path&, const char* const*) const {
    if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return last_error();
    if (::getppid() != parent) ::_exit(127);  // it died before it could be told of
    return {};
  }
};

struct default_signals {
  static constexpr const char* step = "signals";

  error_code on_exec_setup(bp::posix::default_launcher&, const path&, const char* const*) const {
    // First the handlers, then the mask: one of ours would run in memory that it shares with us.
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal <= SIGRTMAX; ++signal) ::sigaction(signal, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0 ? error_code() : last_error();
  }
};

/// How long it takes the child to join its groups and its view, and what it has used for that and
/// waited meanwhile. System calls only.
class joining_meter {
 public:
  joining_meter(const clock& t, int group_cpu) : time_(t), group_cpu_file_(group_cpu) {}
  void begin() {
    before_ = look();
    began_ = time_.now();
  }
  void end() {
    took_ = time_.now() - began_;
    after_ = look();
    if (::pread(group_cpu_file_, group_cpu_.data(), group_cpu_.size() - 1, 0) < 0) group_cpu_ = {};
  }
  span took() const { return took_; }
  std::string group_cpu() const { return group_cpu_.data(); }
  waiting_time used() const {
    const waiting_time before = parsed(before_);
    const waiting_time after = parsed(after_);
    return {after.cpu - before.cpu, after.waited - before.waited};
  }

 private:
  using text = std::array<char, 256>;
  static text look() {
    text t{};
    const int file = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    if (file < 0) return t;
    if (::read(file, t.data(), t.size() - 1) < 0) t = {};
    ::close(file);
    return t;
  }
  static waiting_time parsed(const text& t) {
    const auto numbers = schedstat_in(t.data());
    return numbers ? waiting_time{numbers->cpu, numbers->waited} : waiting_time{};
  }

  const clock& time_;
  int group_cpu_file_;
  instant began_{};
  span took_{};
  text before_{};
  text after_{};
  text group_cpu_{};
};

/// The groups first, so that nothing it does is uncounted, and the CPUs it may see.
struct confinement {
  static constexpr const char* step = "control groups";
  std::span<const int> groups;
  const bool& is_in_first;
  joining_meter& joining;
  cpu_set_t cpus;

  confinement(std::span<const int> fds, const bool& first, int count, joining_meter& meter)
      : groups(fds), is_in_first(first), joining(meter) {
    CPU_ZERO(&cpus);
    cpu_set_t ours;
    if (count <= 0 || ::sched_getaffinity(0, sizeof ours, &ours) != 0) return;
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&cpus) < count; ++cpu)
      if (CPU_ISSET(cpu, &ours)) CPU_SET(cpu, &cpus);
  }
  error_code on_exec_setup(bp::posix::default_launcher&, const path&, const char* const*) const {
    joining.begin();
    for (const int group : groups.subspan(is_in_first ? 1 : 0))
      if (::write(group, "0", 1) != 1) return last_error();
    if (CPU_COUNT(&cpus) > 0 && ::sched_setaffinity(0, sizeof cpus, &cpus) != 0)
      return last_error();
    return {};
  }
};

/// What it sees of the host's files, and with that its root and working folder.
struct mounts {
  static constexpr const char* step = "mount namespace";
  int view;
  joining_meter& joining;

  error_code on_exec_setup(bp::posix::default_launcher&, const path&, const char* const*) const {
    if (view >= 0 && ::setns(view, CLONE_NEWNS) != 0) return last_error();
    joining.end();
    return {};
  }
};

struct limits {
  static constexpr const char* step = "limits";

  error_code on_exec_setup(bp::posix::default_launcher&, const path&, const char* const*) const {
    ::umask(022);
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return last_error();
    files.rlim_cur = std::min(files.rlim_max, descriptors_in_lambda);
    return ::setrlimit(RLIMIT_NOFILE, &files) == 0 ? error_code() : last_error();
  }
};

/// Reaps a child that is about to end.
void reap(int pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

struct lean_launcher : bp::posix::default_launcher {
  const clock& time;
  instant began{};
  instant started{};
  /// The child writes here and to what follows: it runs in our memory while we stand still.
  joining_meter joining;
  int into;
  bool is_in_first = false;  ///< the child was made in the first of its groups
  /// Where it stopped.
  const char* volatile step = "";
  volatile int error_number = 0;

  lean_launcher(const clock& t, const launch_request& r)
      : time(t), joining(t, r.group_cpu), into(r.into) {}

  /// The process's id. Not a handle of Boost's: that one reaps without asking what the process has
  /// used.
  template <class Arguments, class... Inits>
  int operator()(error_code& error, const path& executable, const Arguments& arguments,
                 Inits&&... inits) {
    const char* const* argv = build_argv_(executable, arguments);
    error = hooks::on_setup(*this, executable, argv, inits...);
    if (error) return -1;

    // No handler of ours may run in the child before it has reset them.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    began = time.now();
    step = "vfork";
    const int child = start(executable, argv, inits...);
    if (child < 0) error_number = errno;
    started = time.now();
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);

    if (error_number == 0) return child;
    error = error_code(error_number, bp::system_category());
    if (child > 0) reap(child);
    return -1;
  }

 private:
  // A frame of its own, in which nothing changes after vfork has returned for the first time.
  template <class... Inits>
  [[gnu::noinline]] int start(const path& executable, const char* const* argv, Inits&... inits) {
    is_in_first = into >= 0;
    if (is_in_first) {
      const long child = vfork_into(into);
      if (child == 0) become(executable, argv, inits...);
      if (child > 0) return static_cast<int>(child);
      is_in_first = false;
    }
    const int child = ::vfork();
    if (child == 0) become(executable, argv, inits...);
    return child;
  }

  template <class... Inits>
  [[noreturn, gnu::noinline]] void become(const path& executable, const char* const* argv,
                                          Inits&... inits) {
    if ((set_up(executable, argv, inits) && ...)) {
      step = "close_range";
      if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
        step = "exec";
        ::execve(executable.c_str(), const_cast<char* const*>(argv), const_cast<char* const*>(env));
      }
    }
    error_number = errno;
    ::_exit(127);
  }

  template <class Init>
  bool set_up(const path& executable, const char* const* argv, Init& init) {
    step = Init::step;
    return !hooks::invoke_on_exec_setup(*this, executable, argv, init, hooks::derived{});
  }
};

}  // namespace

launch_outcome launch(const launch_request& request, const clock& time) {
  ensure(!request.command.empty(), "a command names an executable");
  ensure(request.out_fd > STDERR_FILENO && request.err_fd > STDERR_FILENO,
         "the output of a process does not go to our own standard streams");
  lean_launcher launcher(time, request);
  error_code error;
  const int pid = launcher(
      error, path(request.command.front()), std::span(request.command).subspan(1),
      environment_block(request.environment), own_group{},
      confinement(request.groups, launcher.is_in_first, request.cpus, launcher.joining),
      mounts{request.view, launcher.joining}, stdio{{nullptr, request.out_fd, request.err_fd}},
      start_dir(request.directory), limits{}, default_signals{});
  if (error) return launch_error{error.value(), launcher.step};

  descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    const int why = errno;
    ::kill(-pid, SIGKILL);
    reap(pid);
    return launch_error{why, "pidfd_open"};
  }
  // Its place among the control groups and its view are ours to make, not a part of its start, and
  // the kernel may take milliseconds for the groups.
  return launched{pid,
                  std::move(pidfd),
                  launcher.began + launcher.joining.took(),
                  launcher.started,
                  launcher.joining.used(),
                  launcher.joining.group_cpu(),
                  peak_bytes_of(::getpid())};
}

std::string to_string(const launch_error& error, const launch_request& request) {
  const std::string& object = error.step == "chdir" ? request.directory : request.command.front();
  return fmt::format("{} of {} failed: {}", error.step, object, std::strerror(error.error_number));
}

}  // namespace lambdaprof::host
