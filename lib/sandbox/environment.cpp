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

/// What the journal keeps of one process's output, and the least that a line counts for.
constexpr std::int64_t room_of_a_process = std::int64_t{1024} * 1024;
constexpr std::size_t least_cost = 64;

/// Of an error body, what the journal keeps.
constexpr std::size_t longest_error = std::size_t{16} * 1024;

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

bool is_same(const std::weak_ptr<net::connection>& known, const net::connection& c) {
  return known.lock().get() == &c;
}

}  // namespace

result<std::unique_ptr<environment>> environment::open(const site& s, environment_id self) {
  std::unique_ptr<environment> e(new environment(s, self));
  auto listener = net::listener::open(s.loop, *e, [&time = s.time] { return time.now(); });
  if (!listener) return listener.error();
  e->listener_.emplace(std::move(*listener));
  return e;
}

environment::environment(const site& s, environment_id self) : site_(s), self_(self) {}

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

void environment::launch(std::uint32_t attempt, bool at_full_speed) {
  attempt_ = attempt;
  current_id_.clear();
  parked_.reset();
  announced_.reset();
  output_room_ = room_of_a_process;
  at_full_speed_ = at_full_speed;
  const auto fail = [this](const std::string& why) {
    report(site_.time.now(), signal::launch_failed{why});
  };
  if (const auto confined = confine(); !confined) return fail(to_string(confined.error()));
  auto out = host::make_pipe();
  auto err = host::make_pipe();
  if (!out || !err) return fail(to_string(out ? err.error() : out.error()));
  const auto& command = site_.function.command;
  std::vector<std::string> variables = core::variables_for(
      site_.function, fmt::format("127.0.0.1:{}", listener_->port()),
      fmt::format("[$LATEST]{:016x}{:08x}{:08x}", site_.seed, self_.value, attempt));
  if (site_.padding > 0)
    variables.push_back("LAMBDAPROF_PADDING=" + std::string(site_.padding, 'x'));
  const host::launch_request request{command,
                                     std::move(variables),
                                     site_.function.directory,
                                     out->write.number(),
                                     err->write.number(),
                                     group_ ? group_->join_fds() : std::span<const int>{},
                                     group_ ? group_->folder_fd() : -1,
                                     group_ ? group_->cpu_time_fd() : -1,
                                     site_.provisions.held().cpus,
                                     view_ ? view_->number() : -1};
  const cached_files cached = site_.provisions.before_start();
  auto outcome = host::launch(request, site_.time);
  if (const auto* error = std::get_if<host::launch_error>(&outcome)) {
    return fail(error->step == "exec" ? wire::launch_reason(command.front(), error->error_number)
                                      : host::to_string(*error, request));
  }
  auto& process = std::get<host::launched>(outcome);
  const signal::started started{process.began, process.pid, cached.total_bytes,
                                cached.resident_bytes};
  const instant at = process.started;
  sampler_.emplace(process.pid, process.joining, process.began, site_.provisions.work());
  if (group_) group_->count_from(process.group_cpu);
  child_.emplace(site_.loop, std::move(process));
  child_->on_exit([this](const host::exit_report& e) { on_exit(e, turns_before_the_end); });
  listen_to(journal::stream::out, std::move(out->read));
  listen_to(journal::stream::err, std::move(err->read));
  report(at, started);
}

void environment::listen_to(journal::stream from, host::descriptor end) {
  auto& pipe = from == journal::stream::out ? out_ : err_;
  pipe.emplace(site_.loop, std::move(end), site_.time,
               [this, from](instant at, std::string_view line) { on_line(at, from, line); });
}

void environment::on_line(instant at, journal::stream from, std::string_view line) {
  // Empty lines take room as well.
  const auto cost = static_cast<std::int64_t>(std::max<std::size_t>(line.size() + 1, least_cost));
  if (cost > output_room_ || cost > site_.output_room) {
    dropped_ += line.size() + 1;
    return;
  }
  output_room_ -= cost;
  site_.output_room -= cost;
  report(at, signal::printed{from, line});
}

void environment::close_output() {
  for (auto* pipe : {&out_, &err_}) {
    if (!*pipe) continue;
    (*pipe)->finish();
    dropped_ += (*pipe)->dropped();
    pipe->reset();
  }
  if (dropped_ > 0) report(site_.time.now(), signal::print_dropped{dropped_});
  dropped_ = 0;
}

void environment::on_exit(const host::exit_report& e, int turns) {
  // What it sent last may lie in a socket that is ready in this very turn of the loop, behind a
  // connection still to be accepted: it counts as sent before it died.
  if (turns > 0) {
    boost::asio::post(site_.loop, [this, e, turns] { on_exit(e, turns - 1); });
    return;
  }
  const int group = child_->pid();
  auto left = host::strays_of_port(listener_->port(), site_.known_processes());
  // Those of its own group have been killed with it and only have not gone yet.
  std::erase_if(left, [&](int pid) { return ::getpgid(pid) == group; });
  if (!left.empty()) {
    host::kill_and_reap(left);
    report(site_.time.now(), signal::left_strays{static_cast<std::uint32_t>(left.size())});
  }
  if (group_) group_->kill();
  close_output();
  const signal::exited how = exited(e);
  child_.reset();
  sampler_.reset();
  // Its group goes before anybody is told: what that takes is not to be in the next start.
  group_.reset();
  listener_->close_all();
  site_.provisions.prepare();
  report(site_.time.now(), how);
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
  return child_ ? child_->cpu_time() : journal::cpu_unknown;
}

void environment::report_sample() {
  if (!sampler_) return;
  sampler_->take(group(), child_->cpu_time());
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
  if (sampler_) sampler_->before_end(group(), child_->cpu_time(), sampler::ending::freeze);
  if (group_ && site_.provisions.held().freezes_by_group) {
    std::ignore = group_->freeze();
  } else if (child_) {
    child_->kill_group(SIGSTOP);
  }
}

void environment::thaw() {
  if (sampler_) sampler_->before_thaw(group(), cpu_time());
  const instant before = site_.time.now();
  if (group_ && site_.provisions.held().freezes_by_group) {
    std::ignore = group_->thaw();
  } else if (child_) {
    child_->kill_group(SIGCONT);
  }
  const span took = site_.time.now() - before;
  // An order is being carried out.
  boost::asio::post(site_.loop, [this, took, attempt = attempt_] {
    if (!child_ || attempt != attempt_) return;
    report_sample();
    report(site_.time.now(), signal::thawed{took});
  });
}

void environment::kill() {
  if (sampler_) {
    if (group_ && site_.provisions.held().quota_us > 0) std::ignore = group_->limit_cpu(0);
    sampler_->before_end(group(), child_->cpu_time(), sampler::ending::kill);
    if (!current_id_.empty()) site_.provisions.learn_files(child_->pid());
  }
  if (child_) child_->kill_group(SIGKILL);
  if (group_) group_->kill();
}

void environment::deliver(invocation_id inv, span remaining, std::string_view payload) {
  if (sampler_) sampler_->begin_phase(site_.time.now());
  current_id_ = core::request_id(site_.seed, inv);
  const auto c = parked_.lock();
  if (!c || !c->is_open()) return put_share_in_force();
  parked_.reset();
  const std::int64_t now_ms = host::wall_ms();
  const std::string arn = core::function_arn(site_.function);
  const std::string trace =
      wire::trace_id(site_.seed, inv, static_cast<std::uint32_t>(now_ms / 1000));
  wire::event_head head;
  head.request_id = current_id_;
  head.deadline_ms =
      now_ms + std::chrono::duration_cast<std::chrono::milliseconds>(remaining).count();
  head.function_arn = arn;
  head.trace_id = trace;
  head.event_bytes = payload.size();
  head_.clear();
  wire::render(head_, head);
  c->write(head_, payload);
  // In the few microseconds before it reads that, nothing can run away; the event has not waited.
  put_share_in_force();
}

void environment::answer(const core::order::answer& a) {
  if (calling_ == nullptr) return;
  if (is_same(parked_, *calling_)) parked_.reset();
  head_.clear();
  wire::render(head_, a);
  calling_->write(head_);
}

signal::id_check environment::check(std::string_view request_id) const {
  return !current_id_.empty() && request_id == current_id_ ? signal::id_check::current
                                                           : signal::id_check::other;
}

void environment::on_head(net::connection& c, const wire::request& r, instant) {
  const auto call = wire::classify(r);
  const auto* response = std::get_if<wire::call::response>(&call);
  const auto other = announced_.lock();
  if (response == nullptr || (other && other->is_open())) return;
  announced_ = c.weak_from_this();
  report(site_.time.now(), signal::response_began{check(response->request_id)});
}

void environment::on_request(net::connection& c, const wire::request& r, instant,
                             instant last_byte) {
  calling_ = &c;
  const bool announced = is_same(announced_, c);
  if (announced) announced_.reset();
  const auto reply_at_the_edge = [&](wire::edge_reply reply) {
    head_.clear();
    wire::render(head_, reply);
    c.write(head_);
  };
  const auto misspoke = [&](wire::edge_reply reply, std::uint16_t status) {
    const std::string what = r.method + " " + r.target.substr(0, 200);
    reply_at_the_edge(reply);
    report(last_byte, signal::misspoke{status, what});
  };
  const std::string_view error_body = std::string_view(r.body).substr(0, longest_error);
  std::visit(
      overloaded{
          [&](const wire::call::next&) {
            parked_ = c.weak_from_this();
            const span cpu = cpu_time();
            if (sampler_) sampler_->end_phase(group(), cpu, last_byte);
            report(last_byte, signal::asked_next{cpu});
            report_sample();
          },
          [&](const wire::call::response& call) {
            const auto body = r.body_state == wire::body_state::complete ? signal::body::complete
                              : r.body_state == wire::body_state::too_large
                                  ? signal::body::too_large
                                  : signal::body::truncated;
            const std::string error = wire::mid_stream_error(r);
            report(last_byte, signal::responded{check(call.request_id), call.mode, body,
                                                r.body_bytes, announced, error, cpu_time()});
          },
          [&](const wire::call::error& call) {
            report(last_byte,
                   signal::reported_error{check(call.request_id), error_body, cpu_time()});
          },
          [&](const wire::call::init_error&) {
            report(last_byte, signal::reported_init_error{error_body});
          },
          [&](const wire::call::ping&) { reply_at_the_edge(wire::edge_reply::pong); },
          [&](const wire::call::unknown_path&) { misspoke(wire::edge_reply::not_found, 404); },
          [&](const wire::call::wrong_method&) { misspoke(wire::edge_reply::wrong_method, 405); },
      },
      wire::classify(r));
  calling_ = nullptr;
}

void environment::on_malformed(net::connection&, std::uint16_t status, std::string_view what) {
  report(site_.time.now(), signal::misspoke{status, what});
}

void environment::on_closed(net::connection&) {
  // A parked or announced connection that is gone is noticed where it would be used.
}

}  // namespace lambdaprof::sandbox
