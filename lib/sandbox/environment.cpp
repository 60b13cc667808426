// SPDX-License-Identifier: Apache-2.0
#include "sandbox/environment.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <tuple>
#include <utility>

#include "environment/error_body.hpp"
#include "environment/process_environment.hpp"
#include "host/launcher.hpp"
#include "host/strays.hpp"
#include "wire/launch_reason.hpp"
#include "wire/runtime_api.hpp"
#include "wire/trace_id.hpp"

namespace lambdaprof::sandbox {

namespace core = lambdaprof::environment;
namespace signal = core::signal;

namespace {

/// Accept, read, and one to spare.
constexpr int turns_before_the_end = 3;

journal::usage in_words_of_the_journal(const host::process_usage& u) {
  journal::usage used;
  used.cpu = u.user + u.system;
  used.user = u.user;
  used.system = u.system;
  used.peak_bytes = u.peak_bytes;
  used.minor_faults = u.minor_faults;
  used.major_faults = u.major_faults;
  used.voluntary_switches = u.voluntary_switches;
  used.involuntary_switches = u.involuntary_switches;
  return used;
}

}  // namespace

result<std::unique_ptr<environment>> environment::open(const site& s, environment_id self) {
  std::unique_ptr<environment> e(new environment(s, self));
  auto listener = net::listener::open(s.loop, *e, [&time = s.time] { return time.now(); });
  if (!listener) return listener.error();
  e->listener_.emplace(std::move(*listener));
  return e;
}

environment::environment(const site& s, environment_id self)
    : site_(s),
      self_(self),
      subscribers_(s.loop, s.time,
                   [this](std::uint32_t extension, std::uint64_t records, std::uint64_t bytes) {
                     report(site_.time.now(), signal::telemetry_dropped{extension, records, bytes});
                   }) {}

void environment::report(instant at, const core::any_signal& s) {
  site_.report(self_, attempt_, at, s);
}

result<void> environment::confine() {
  const confinement& c = site_.provisions.held();
  if (!view_) {
    auto view = site_.provisions.view();
    if (!view) return view.error();
    view_ = std::move(*view);
  }
  if (group_) return {};  // one for all of its processes
  auto group = site_.provisions.group();
  if (!group) return group.error();
  group_ = std::move(*group);
  if (!group_) return {};
  if (c.memory_bytes > 0)
    if (const auto limited = group_->limit_memory(c.memory_bytes); !limited) return limited.error();
  if (c.quota_us > 0 && !at_full_speed_)
    if (const auto limited = group_->limit_cpu(c.quota_us); !limited) return limited.error();
  return {};
}

bool environment::is_any_process() const {
  return runtime_ != nullptr || std::any_of(extensions_.begin(), extensions_.end(),
                                            [](const auto& x) { return x != nullptr; });
}

std::string environment::address() const {
  return fmt::format("127.0.0.1:{}", listener_->port());
}

void environment::begin_attempt(std::uint32_t attempt, bool at_full_speed) {
  if (is_any_process()) return;
  attempt_ = attempt;
  at_full_speed_ = at_full_speed;
  handed_out_.clear();
  parked_.clear();
  held_.clear();
  busy_extensions_ = 0;
  announced_.reset();
  if (site_.function.snap_start)
    token_ = journal::request_id(~site_.seed, invocation_id{self_.value});
}

std::variant<host::launched, std::string> environment::start(
    const std::vector<std::string>& command, std::vector<std::string> variables,
    const process::pipes& pipes) {
  if (const auto confined = confine(); !confined) return to_string(confined.error());
  if (site_.padding > 0)
    variables.push_back("LAMBDAPROF_PADDING=" + std::string(site_.padding, 'x'));
  const host::launch_request request{command,
                                     std::move(variables),
                                     site_.function.directory,
                                     pipes.out.write.number(),
                                     pipes.err.write.number(),
                                     group_ ? group_->join_fds() : std::span<const int>{},
                                     group_ ? group_->folder_fd() : -1,
                                     group_ ? group_->cpu_time_fd() : -1,
                                     site_.provisions.held().cpus,
                                     view_ ? view_->number() : -1};
  auto outcome = host::launch(request, site_.time);
  const auto* error = std::get_if<host::launch_error>(&outcome);
  // What is wrong may be the group.
  if (error != nullptr && !is_any_process()) group_.reset();
  if (error != nullptr)
    return error->step == "exec" ? wire::launch_reason(command.front(), error->error_number)
                                 : host::to_string(*error, request);
  return std::move(std::get<host::launched>(outcome));
}

/// "2026/01/31/[$LATEST]" and 32 digits.
std::string environment::log_stream() const {
  std::string day = host::utc_now().substr(0, 10);
  std::replace(day.begin(), day.end(), '-', '/');
  return fmt::format("{}/[$LATEST]{:016x}{:08x}{:08x}", day, site_.seed, self_.value, attempt_);
}

void environment::launch(std::uint32_t attempt, const launch_terms& t) {
  const bool is_first = !is_any_process();
  begin_attempt(attempt, t.at_full_speed);
  const auto fail = [this](const std::string& why) {
    report(site_.time.now(), signal::launch_failed{why});
  };
  auto pipes = process::make_pipes();
  if (!pipes) return fail(to_string(pipes.error()));
  const cached_files cached = site_.provisions.before_start();
  auto outcome = start(
      site_.function.command,
      core::variables_for(site_.function, t.capacity, address(), log_stream(), token_), *pipes);
  if (const auto* why = std::get_if<std::string>(&outcome)) return fail(*why);
  auto& started = std::get<host::launched>(outcome);
  const signal::started told{started.began, started.pid, cached.total_bytes, cached.resident_bytes};
  const instant at = started.started;
  sampler_.emplace(started.pid, started.joining, started.began, site_.provisions.work());
  if (group_ && is_first) group_->count_from(started.group_cpu);
  runtime_ = std::make_unique<process>(
      site_.loop, site_.time, std::move(started), std::move(*pipes), site_.output_room,
      [this](instant when, journal::stream from, std::string_view line) {
        report(when, signal::printed{from, line});
      },
      [this](const host::exit_report& e) { on_exit(e, turns_before_the_end); });
  report(at, told);
}

void environment::launch_extension(std::uint32_t attempt, std::uint32_t number,
                                   const launch_terms& t) {
  const bool is_first = !is_any_process();
  begin_attempt(attempt, t.at_full_speed);
  const auto fail = [this, number](const std::string& why) {
    report(site_.time.now(), signal::extension_launch_failed{number, why});
  };
  auto pipes = process::make_pipes();
  if (!pipes) return fail(to_string(pipes.error()));
  auto outcome =
      start({site_.function.extensions[number].path},
            core::extension_variables_for(site_.function, t.capacity, address(), token_), *pipes);
  if (const auto* why = std::get_if<std::string>(&outcome)) return fail(*why);
  auto& started = std::get<host::launched>(outcome);
  const signal::extension_started told{number, started.began, started.pid};
  const instant at = started.started;
  if (group_ && is_first) group_->count_from(started.group_cpu);
  if (extensions_.size() <= number) extensions_.resize(number + 1);
  extensions_[number] = std::make_unique<process>(
      site_.loop, site_.time, std::move(started), std::move(*pipes), site_.output_room,
      [this, number](instant when, journal::stream from, std::string_view line) {
        report(when, signal::extension_printed{number, from, line});
      },
      [this, number](const host::exit_report& e) {
        on_extension_exit(number, e, turns_before_the_end);
      });
  report(at, told);
}

void environment::close_output(process& p) {
  if (const std::uint64_t dropped = p.close_output(); dropped > 0)
    report(site_.time.now(), signal::print_dropped{dropped});
}

void environment::on_exit(const host::exit_report& e, int turns) {
  // What it sent last may lie in a socket that is ready in this very turn of the loop, behind a
  // connection still to be accepted: it counts as sent before it died.
  if (turns > 0) {
    boost::asio::post(site_.loop, [this, e, turns] { on_exit(e, turns - 1); });
    return;
  }
  const bool is_last = std::all_of(extensions_.begin(), extensions_.end(),
                                   [](const auto& x) { return x == nullptr; });
  const int pid = runtime_->child().pid();
  subscribers_.flush();
  if (is_last) kill_what_is_left(pid);
  close_output(*runtime_);
  const signal::exited how = exited(e);
  runtime_.reset();
  last_patience_.reset();
  sampler_.reset();
  parked_.clear();
  if (is_last) end_of_last_process();
  report(site_.time.now(), how);
}

void environment::on_extension_exit(std::uint32_t number, const host::exit_report& e, int turns) {
  if (turns > 0) {
    boost::asio::post(site_.loop,
                      [this, number, e, turns] { on_extension_exit(number, e, turns - 1); });
    return;
  }
  process& p = *extensions_[number];
  const int pid = p.child().pid();
  const bool is_last = pids().size() == 1;
  if (is_last) kill_what_is_left(pid);
  close_output(p);
  extensions_[number].reset();
  if (is_last) end_of_last_process();
  report(site_.time.now(), signal::extension_exited{number, e.status, e.signal});
}

void environment::kill_what_is_left(int group_of_last) {
  auto left = host::strays_of_port(listener_->port(), site_.known_processes());
  // Those of its own group have been killed with it and only have not gone yet.
  std::erase_if(left, [&](int pid) { return ::getpgid(pid) == group_of_last; });
  if (!left.empty()) {
    host::kill_and_reap(left);
    report(site_.time.now(), signal::left_strays{static_cast<std::uint32_t>(left.size())});
  }
  if (group_) group_->kill();
}

void environment::end_of_last_process() {
  // Its group goes before anybody is told: what that takes is not to be in the next start.
  group_.reset();
  listener_->close_all();
  subscribers_.clear();
  site_.provisions.prepare();
}

std::vector<int> environment::pids() const {
  std::vector<int> all;
  if (runtime_) all.push_back(runtime_->child().pid());
  for (const auto& x : extensions_)
    if (x) all.push_back(x->child().pid());
  return all;
}

signal::exited environment::exited(const host::exit_report& e) const {
  signal::exited how{e.status, e.signal, e.core_dumped, in_words_of_the_journal(e.usage)};
  if (!group_) return how;
  // The group knows of the whole tree what the process's own figures know of the process.
  const host::cgroup_usage all = group_->usage();
  // The kernel charges a page to whoever touched it first: what others share of it is only in the
  // process's own figure, and its children are only in the group's.
  how.used.peak_bytes = std::max(how.used.peak_bytes, all.peak_bytes);
  add(how.used, all);
  if (all.cpu >= span{}) how.used.cpu = all.cpu;
  how.out_of_memory = e.signal == SIGKILL && all.oom_kills > 0;
  return how;
}

span environment::cpu_time() const {
  if (const span of_group = group_ ? group_->cpu_time() : journal::cpu_unknown;
      of_group != journal::cpu_unknown)
    return of_group;
  return runtime_ ? runtime_->child().cpu_time() : journal::cpu_unknown;
}

void environment::report_sample() {
  if (!sampler_) return;
  sampler_->take(group(), runtime_->child().cpu_time());
  if (const auto sample = sampler_->taken()) report(site_.time.now(), signal::sampled{*sample});
  if (sampler_ && sampler_->has_just_left()) report(site_.time.now(), signal::left_groups{});
}

void environment::put_share_in_force() {
  if (!std::exchange(at_full_speed_, false)) return;
  if (group_ && site_.provisions.held().quota_us > 0)
    std::ignore = group_->limit_cpu(site_.provisions.held().quota_us);
}

void environment::freeze() {
  put_share_in_force();
  subscribers_.freeze();
  if (sampler_)
    sampler_->before_end(group(), runtime_->child().cpu_time(), sampler::ending::freeze);
  if (group_ && site_.provisions.held().freezes_by_group) {
    std::ignore = group_->freeze();
  } else {
    signal_all(SIGSTOP);
  }
  show(moment::at_rest);
}

void environment::thaw() {
  if (sampler_) sampler_->before_thaw(group(), cpu_time());
  const instant before = site_.time.now();
  if (group_ && site_.provisions.held().freezes_by_group) {
    std::ignore = group_->thaw();
  } else {
    signal_all(SIGCONT);
  }
  subscribers_.thaw();
  const span took = site_.time.now() - before;
  // An order is being carried out.
  boost::asio::post(site_.loop, [this, took, attempt = attempt_] {
    if (!runtime_ || attempt != attempt_) return;
    report_sample();
    report(site_.time.now(), signal::thawed{took});
  });
}

void environment::kill() {
  if (ask_to_end()) return;
  if (sampler_) {
    if (group_ && site_.provisions.held().quota_us > 0) std::ignore = group_->limit_cpu(0);
    sampler_->before_end(group(), runtime_->child().cpu_time(), sampler::ending::kill);
    if (!handed_out_.empty()) site_.provisions.learn_files(runtime_->child().pid());
  }
  signal_all(SIGKILL);
  if (group_) group_->kill();
}

void environment::signal_all(int signal) {
  if (runtime_) runtime_->child().kill_group(signal);
  for (const auto& x : extensions_)
    if (x) x->child().kill_group(signal);
}

void environment::signal_runtime(int signal) {
  if (sampler_) {
    // At SIGTERM it goes on at its share of CPU, if at all.
    const auto how = signal == SIGKILL ? sampler::ending::kill : sampler::ending::freeze;
    sampler_->before_end(group(), runtime_->child().cpu_time(), how);
  }
  if (runtime_ && !handed_out_.empty()) site_.provisions.learn_files(runtime_->child().pid());
  if (runtime_) runtime_->child().kill_group(signal);
}

void environment::kill_extension(std::uint32_t number) {
  if (number < extensions_.size() && extensions_[number])
    extensions_[number]->child().kill_group(SIGKILL);
}

void environment::offer_telemetry(std::uint32_t extension, std::string_view event) {
  subscribers_.offer(extension, event);
}

}  // namespace lambdaprof::sandbox
