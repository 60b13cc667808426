// SPDX-License-Identifier: Apache-2.0
#include "host/trials.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "host/cgroup_share.hpp"
#include "host/child.hpp"

namespace lambdaprof::host {
namespace {

using namespace std::chrono_literals;

constexpr span longest_wait = 5s;
constexpr const char* busy_loop = "while :; do :; done";
// Busy as well, also when nobody reads, since its pipe does not block.
constexpr const char* chatterbox = "while :; do echo; done";
// Doubles 16 bytes until it is killed or has 64 MiB, which it needs more than once for that.
constexpr const char* glutton =
    "x=0123456789abcdef; i=0; while [ $i -lt 22 ]; do x=$x$x; i=$((i+1)); done";

/// A shell with a script in a group of its own, killed and gone afterwards.
struct subject {
  subject(cgroup g, launched l) : group(std::move(g)), process(loop, std::move(l)) {}
  ~subject() { group.kill(); }  // also while it is frozen, which a signal could not

  cgroup group;
  boost::asio::io_context loop{1};
  child process;
};

fault failed(std::string what) {
  return {fault_kind::host, std::move(what), "", ""};
}

descriptor nowhere() {
  return descriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC));
}

result<std::unique_ptr<subject>> start(cgroup group, const char* script, const descriptor& output) {
  const clock time;
  const descriptor null = nowhere();
  launch_request request{{"/bin/sh", "-c", script}, {}, "/", output.number(), null.number()};
  request.groups = group.join_fds();
  auto outcome = launch(request, time);
  if (const auto* error = std::get_if<launch_error>(&outcome))
    return failed(to_string(*error, request));
  return std::make_unique<subject>(std::move(group), std::move(std::get<launched>(outcome)));
}

/// From the order until all stands still.
std::optional<span> freeze(cgroup& group, const clock& time) {
  const instant begin = time.now();
  if (!group.freeze()) return std::nullopt;
  while (!group.is_frozen()) {
    if (time.now() - begin > longest_wait) return std::nullopt;
    std::this_thread::sleep_for(1us);  // and not spin: that takes a CPU that may be waited for
  }
  return time.now() - begin;
}

/// From the order until something new comes from it. (Its CPU time says less: of a process that
/// runs, others see it once a tick.)
std::optional<span> thaw(cgroup& group, const descriptor& output, const clock& time) {
  char block[4096];
  while (::read(output.number(), block, sizeof block) > 0) {
  }
  const instant begin = time.now();
  if (!group.thaw()) return std::nullopt;
  pollfd news{output.number(), POLLIN, 0};
  if (::poll(&news, 1, static_cast<int>(longest_wait / 1ms)) != 1) return std::nullopt;
  return time.now() - begin;
}

}  // namespace

result<cpu_trial> try_cpu_share(cgroup_site& site, std::int64_t memory_mb, span length) {
  auto group = site.make();
  if (!group) return group.error();
  if (auto limited = group->limit_cpu(quota_us(memory_mb)); !limited) return limited.error();
  auto started = start(std::move(*group), busy_loop, nowhere());
  if (!started) return started.error();
  const subject& s = **started;
  const clock time;
  const instant begin = time.now();
  const span process = s.process.cpu_time();
  const cgroup_usage before = s.group.usage();
  std::this_thread::sleep_for(length);
  cpu_trial seen;
  seen.memory_mb = memory_mb;
  seen.process = s.process.cpu_time() - process;
  seen.wall = time.now() - begin;
  const cgroup_usage after = s.group.usage();
  seen.group = before.cpu < span::zero() ? span(-1) : after.cpu - before.cpu;
  if (before.throttled_periods >= 0)
    seen.throttled_periods = after.throttled_periods - before.throttled_periods;
  return seen;
}

result<memory_trial> try_memory_limit(cgroup_site& site, std::int64_t bytes) {
  auto group = site.make();
  if (!group) return group.error();
  if (auto limited = group->limit_memory(bytes); !limited) return limited.error();
  auto started = start(std::move(*group), glutton, nowhere());
  if (!started) return started.error();
  subject& s = **started;
  std::optional<exit_report> end;
  s.process.on_exit([&](const exit_report& report) { end = report; });
  s.loop.run_for(longest_wait);
  if (!end) return failed("a process that takes much memory did not end in time");
  const cgroup_usage used = s.group.usage();
  return memory_trial{bytes, end->signal == SIGKILL, used.peak_bytes, used.oom_kills};
}

result<freeze_trial> try_freeze(cgroup_site& site, span length, std::size_t times) {
  auto group = site.make();
  if (!group) return group.error();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return failed("no pipe could be made");
  const descriptor output(ends[0]);
  const descriptor input(ends[1]);
  auto started = start(std::move(*group), chatterbox, input);
  if (!started) return started.error();
  subject& s = **started;
  const clock time;
  freeze_trial seen;
  for (std::size_t i = 0; i < times; ++i) {
    const auto frozen = freeze(s.group, time);
    if (!frozen) return failed("a busy loop could not be frozen");
    seen.freezes.push_back(*frozen);
    if (i == 0) {
      const instant begin = time.now();
      const span before = s.process.cpu_time();
      std::this_thread::sleep_for(length);
      seen.used_while_frozen = s.process.cpu_time() - before;
      seen.frozen_for = time.now() - begin;
    }
    const auto thawed = thaw(s.group, output, time);
    if (!thawed) return failed("a frozen busy loop did not run again");
    seen.thaws.push_back(*thawed);
  }
  return seen;
}

result<ended> run_to_end(const launch_request& request) {
  const clock time;
  boost::asio::io_context loop(1);
  auto outcome = launch(request, time);
  if (const auto* error = std::get_if<launch_error>(&outcome))
    return failed(to_string(*error, request));
  const instant began = std::get<launched>(outcome).began;
  child process(loop, std::move(std::get<launched>(outcome)));
  std::optional<ended> end;
  process.on_exit([&](const exit_report& report) { end = {time.now() - began, report.status}; });
  loop.run_for(longest_wait);
  if (!end) return failed(request.command.front() + " did not end in time");
  return *end;
}

}  // namespace lambdaprof::host
